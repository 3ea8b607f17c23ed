"""The roles a certificate can give, and the URI that names one.

A certificate carries exactly one URI of ours among its alternative names (RFC 5280, 4.2.1.6), such
as `facepay://terminal/T0000001`. The role decides which calls its holder may make.
"""

from dataclasses import dataclass
from enum import Enum

from cryptography import x509

from clearing_service.errors import ClearingError

_SCHEME = "facepay://"


class PeerRole(Enum):
    """What the holder of a certificate is."""

    TERMINAL = "terminal"
    ENROLMENT_TERMINAL = "enrolment-terminal"
    ACQUIRER = "acquirer"
    PARTY_1 = "party-1"
    PARTY_2 = "party-2"
    PARTY_3 = "party-3"
    OPERATOR = "operator"

    @property
    def is_terminal(self) -> bool:
        """Whether the holder is a device that signs messages of its own."""
        return self in TERMINAL_ROLES


TERMINAL_ROLES = frozenset({PeerRole.TERMINAL, PeerRole.ENROLMENT_TERMINAL})
PARTY_ROLES = {1: PeerRole.PARTY_1, 2: PeerRole.PARTY_2, 3: PeerRole.PARTY_3}


@dataclass(frozen=True, slots=True)
class PeerIdentity:
    """Who is at the other end of a connection: a role and its name in that role."""

    role: PeerRole
    name: str

    @property
    def uri(self) -> str:
        """The form in which a certificate carries it."""
        return f"{_SCHEME}{self.role.value}/{self.name}"


class UnknownPeerError(ClearingError):
    """The certificate at the other end names no role of ours, or is not live."""


def read_identity(certificate: x509.Certificate) -> PeerIdentity:
    """Return the one identity that `certificate` gives; raises `UnknownPeerError` for none or two."""
    uris = [uri for uri in _uris(certificate) if uri.startswith(_SCHEME)]
    if len(uris) != 1:
        raise UnknownPeerError("the certificate names no role, or several")
    role, _, name = uris[0].removeprefix(_SCHEME).partition("/")
    try:
        identity = PeerIdentity(PeerRole(role), name)
    except ValueError:
        raise UnknownPeerError("the certificate names an unknown role") from None
    if not name.replace("-", "").isalnum():
        raise UnknownPeerError("the certificate names nobody")
    return identity


def _uris(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)
