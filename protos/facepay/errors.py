"""Errors of the shared contract. All share one root, so that a caller can catch the package."""


class FacepayError(Exception):
    """Root of every error this package raises for an operating failure."""


class MalformedFieldError(FacepayError):
    """A value or message does not have the form the contract gives it."""


class ImageBytesError(MalformedFieldError):
    """A field holds a picture. No message of this contract has a place for one: raise an alert."""


class SignatureInvalidError(FacepayError):
    """A signature does not hold. One cause for every reason, so that it tells an attacker nothing."""


class EnvelopeOpeningError(FacepayError):
    """A sealed envelope did not open. One cause for every reason."""


class CommitmentError(FacepayError):
    """A share does not match the commitment in the signed header."""


class PinBlockError(FacepayError):
    """A PIN block is malformed or bound to another account field."""


class KeyExhaustedError(FacepayError):
    """A DUKPT device has used every key of its initial key and needs a new one."""
