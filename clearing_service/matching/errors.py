"""Operating failures of matching. None of them says anything about a person or a score."""

from clearing_service.errors import ClearingError


class MatchingUnavailableError(ClearingError):
    """A matching party is down or did not answer in time. Nothing was guessed; try again later."""


class GenerationMismatchError(ClearingError):
    """The parties do not hold the same references at the same generation.

    The one that is behind is being brought up to date; the same call may succeed soon.
    """


class PeerLinkClosedError(ClearingError):
    """The stream to a peer has ended."""


class PeerProtocolError(ClearingError):
    """A peer sent something that the protocol does not allow there; the stream is dropped."""


class ReferenceRefusedError(ClearingError):
    """A reference could not be prepared: it does not verify, or its id is in use for another."""


class TerminalRefusedError(ClearingError):
    """A terminal's message does not verify against this party's own register, or is not current."""
