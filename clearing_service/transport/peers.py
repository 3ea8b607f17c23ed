"""Who is at the other end of a call, and whether their certificate is still live.

The handshake has verified the chain. Here each call looks again, because a connection may outlive
its certificate: validity, revocation, and that the authority that signed the certificate may give
the role it names (a terminal authority cannot make a matching party).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from clearing_service.transport.revocation import Revocations
from clearing_service.transport.roles import (
    PeerIdentity,
    PeerRole,
    UnknownPeerError,
    read_identity,
)
from facepay.ports import Clock

_REMEMBERED_CERTIFICATES_MAX = 10_000
"""Bounds the memory of parsed certificates; a full memory is emptied and fills again."""


class CallContext(Protocol):
    """The part of a gRPC servicer context that tells who calls."""

    def auth_context(self) -> Mapping[str, list[bytes]]:
        """Return the properties of the transport's security."""


@dataclass(frozen=True, slots=True)
class IssuingAuthority:
    """A certificate authority and the roles it may give."""

    certificate: x509.Certificate
    roles: frozenset[PeerRole]


class PeerDirectory:
    """Reads, checks and remembers the certificates of peers."""

    def __init__(
        self, authorities: tuple[IssuingAuthority, ...], revocations: Revocations, clock: Clock
    ) -> None:
        self._authorities = authorities
        self._revocations = revocations
        self._clock = clock
        self._known: dict[bytes, tuple[x509.Certificate, PeerIdentity]] = {}

    def identify(self, context: CallContext) -> PeerIdentity:
        """Return who calls; raises `UnknownPeerError` or `RevocationListError`."""
        chain = context.auth_context().get("x509_pem_cert", [])
        if not chain:
            raise UnknownPeerError("the caller has no certificate")
        return self.identify_certificate(chain[0])

    def identify_certificate(self, pem: bytes) -> PeerIdentity:
        """Return whom the certificate names; raises `UnknownPeerError` or `RevocationListError`."""
        certificate, identity = self._known.get(pem) or self._learn(pem)
        now = self._clock.now()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise UnknownPeerError("the certificate is not valid now")
        if self._revocations.is_revoked(certificate):
            raise UnknownPeerError("the certificate was revoked")
        return identity

    def _learn(self, pem: bytes) -> tuple[x509.Certificate, PeerIdentity]:
        try:
            certificate = x509.load_pem_x509_certificate(pem)
        except ValueError:
            raise UnknownPeerError("the certificate cannot be read") from None
        identity = read_identity(certificate)
        self._require_entitled_authority(certificate, identity.role)
        if len(self._known) >= _REMEMBERED_CERTIFICATES_MAX:
            self._known.clear()
        self._known[pem] = certificate, identity
        return certificate, identity

    def _require_entitled_authority(self, certificate: x509.Certificate, role: PeerRole) -> None:
        for authority in self._authorities:
            if role in authority.roles and _is_issued_by(certificate, authority.certificate):
                return
        raise UnknownPeerError("the certificate's authority may not give this role")


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
