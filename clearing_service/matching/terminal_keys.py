"""One party's own register of terminal keys: certificates of the terminal CA, and revocations.

Each party's operators load their own copy, so that no party has to believe another about who may
send a probe.
"""

from collections.abc import Hashable, Iterable
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import NameOID

from clearing_service.matching.errors import TerminalRefusedError
from facepay.identifiers import TerminalId
from facepay.ports import Clock
from facepay.signed_request import signing_key_id

RELOAD_SECONDS = 1.0
"""At most this often is an unknown key looked for in the operators' folder again."""


class TerminalRegister(Protocol):
    """Whose signature a party accepts."""

    def public_key(self, terminal_id: TerminalId, key_id: bytes) -> Ed25519PublicKey:
        """Return the terminal's live message-signing key.

        Raises `TerminalRefusedError` if this party does not know it, or it is expired, revoked or
        another terminal's.
        """


class CertificateSource(Protocol):
    """What the party's operators have loaded."""

    def certificates(self) -> Iterable[x509.Certificate]:
        """Return certificates of message-signing keys (Ed25519; common name = terminal id)."""

    def revocations(self) -> Iterable[x509.CertificateRevocationList]:
        """Return revocation lists of the terminal CA."""

    def mark(self) -> Hashable:
        """Return something small that differs whenever the two above would."""


class CertificateRegister:
    """A register that checks every certificate against the terminal CA itself."""

    def __init__(
        self, authority: x509.Certificate, source: CertificateSource, clock: Clock
    ) -> None:
        """Take the terminal CA's certificate, which is trusted, and where the others are."""
        self._authority = authority
        self._source = source
        self._clock = clock
        self._certificates: dict[bytes, x509.Certificate] = {}
        self._revoked: frozenset[int] = frozenset()
        self._loaded_at = clock.monotonic()
        self._mark: Hashable = None
        self.reload()

    def reload_if_changed(self) -> bool:
        """Read again if the operators have loaded something since; tell whether they had.

        May run on another thread than `public_key`. Raises what the source raises; then the next
        call tries again.
        """
        if self._source.mark() == self._mark:
            return False
        self.reload()
        return True

    def reload(self) -> None:
        """Read certificates and revocation lists again, leaving out what the CA did not sign.

        Without a list that the CA has signed, what was revoked before stays revoked.
        """
        self._loaded_at = self._clock.monotonic()
        mark = self._source.mark()
        signed = [item for item in self._source.revocations() if self._is_signed(item)]
        if signed:
            self._revoked = frozenset(entry.serial_number for item in signed for entry in item)
        self._certificates = {
            signing_key_id(key): certificate
            for certificate in self._source.certificates()
            if self._is_issued(certificate)
            if isinstance(key := certificate.public_key(), Ed25519PublicKey)
        }
        self._mark = mark

    def public_key(self, terminal_id: TerminalId, key_id: bytes) -> Ed25519PublicKey:
        """Return the key from the certificate; an unknown one is looked for once more."""
        if key_id not in self._certificates and self._may_reload():
            self._loaded_at = self._clock.monotonic()
            self.reload_if_changed()
        certificate = self._certificates.get(key_id)
        if certificate is None or not self._is_live(certificate, terminal_id):
            raise TerminalRefusedError("no live key of that terminal is registered here")
        key = certificate.public_key()
        assert isinstance(key, Ed25519PublicKey)
        return key

    def _may_reload(self) -> bool:
        return self._clock.monotonic() - self._loaded_at >= RELOAD_SECONDS

    def _is_live(self, certificate: x509.Certificate, terminal_id: TerminalId) -> bool:
        now = self._clock.now()
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return (
            certificate.serial_number not in self._revoked
            and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
            and [name.value for name in names] == [terminal_id.value]
        )

    def _is_issued(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self._authority)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def _is_signed(self, revocations: x509.CertificateRevocationList) -> bool:
        key = self._authority.public_key()
        return revocations.issuer == self._authority.subject and bool(
            revocations.is_signature_valid(key)  # type: ignore[arg-type]
        )
