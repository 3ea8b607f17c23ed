"""What a party's operators get to see of matching: reasons and states, never a score or a share."""

import logging
from typing import Protocol

from clearing_service.matching.admission import Inadmissible
from clearing_service.matching.guards import Refusal

_log = logging.getLogger("clearing_service.matching")


class MatchingObserver(Protocol):
    """Told of everything that stays inside one party."""

    def query_inadmissible(self, number: int, reason: Inadmissible) -> None:
        """Take note that this party will not use the message of query `number`.

        0 stands for a reference, and for a query that has no number yet.
        """

    def probe_refused(self, number: int, reason: Refusal) -> None:
        """Take note that party 3 names no winner; `reason.is_alarm` asks somebody to look."""

    def peer_joined(self, peer: int) -> None:
        """Take note that a peer has proven itself on a new stream."""

    def peer_lost(self, peer: int, reason: str) -> None:
        """Take note that a peer's stream has ended."""

    def stream_refused(self, reason: str) -> None:
        """Take note that somebody opened a stream and did not prove to be a peer."""

    def out_of_step(self, peer: int) -> None:
        """Take note that a peer holds another generation or other rows."""

    def round_failed(self, batch: int, error: Exception) -> None:
        """Take note that a batch of searches ended without an answer."""


class LoggingObserver:
    """Writes to the log of the process."""

    def query_inadmissible(self, number: int, reason: Inadmissible) -> None:
        """Log at warning level."""
        _log.warning("query %d is not admitted: %s", number, reason.name)

    def probe_refused(self, number: int, reason: Refusal) -> None:
        """Log alarms at error level, ordinary refusals at info level."""
        level = logging.ERROR if reason.is_alarm else logging.INFO
        _log.log(level, "query %d has no winner: %s", number, reason.name)

    def peer_joined(self, peer: int) -> None:
        """Log at info level."""
        _log.info("party %d has joined", peer)

    def peer_lost(self, peer: int, reason: str) -> None:
        """Log at warning level."""
        _log.warning("party %d is gone: %s", peer, reason)

    def stream_refused(self, reason: str) -> None:
        """Log at warning level."""
        _log.warning("a stream of nobody known was refused: %s", reason)

    def out_of_step(self, peer: int) -> None:
        """Log at error level."""
        _log.error("party %d is out of step", peer)

    def round_failed(self, batch: int, error: Exception) -> None:
        """Log the kind of failure at warning level."""
        _log.warning("batch %d failed: %s", batch, type(error).__name__)
