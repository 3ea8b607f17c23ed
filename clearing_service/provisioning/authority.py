"""Certificate authorities of a sandbox: a root, and one authority each for terminals and parties.

Keys are ECDSA P-256 (the TLS library takes no other modern kind). The root signs the two
authorities and nothing else; the terminal authority gives terminal roles only.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clearing_service.errors import ClearingError
from clearing_service.provisioning.private_files import (
    make_private_directory,
    replace_private,
    write_private,
)
from clearing_service.transport.roles import PeerIdentity
from facepay.identifiers import TerminalId
from facepay.ports import Clock, Randomness

ROOT_LIFETIME = timedelta(days=10 * 365)
AUTHORITY_LIFETIME = timedelta(days=5 * 365)
LEAF_LIFETIME = timedelta(days=30)
REVOCATION_LIST_LIFETIME = timedelta(days=30)
_CLOCK_TOLERANCE = timedelta(minutes=5)
"""A certificate holds from a little before it was made, because clocks differ a little."""


class AuthorityError(ClearingError):
    """An authority's key or certificate cannot be read."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: its certificate, its private key, and the chain up to the root."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    def save(self, directory: Path) -> None:
        """Write certificate, key, and an empty place for the chain into a new private directory."""
        make_private_directory(directory)
        write_private(directory / "key.pem", private_key_pem(self.private_key))
        write_private(directory / "certificate.pem", certificates_pem([self.certificate]))

    @classmethod
    def load(cls, directory: Path) -> "Authority":
        """Read an authority; raises `AuthorityError`."""
        try:
            key = serialization.load_pem_private_key(
                (directory / "key.pem").read_bytes(), password=None
            )
            certificate = x509.load_pem_x509_certificate(
                (directory / "certificate.pem").read_bytes()
            )
        except (OSError, ValueError) as error:
            raise AuthorityError(f"the authority in {directory} cannot be read") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AuthorityError(f"the authority in {directory} has a key of another kind")
        return cls(certificate, key, (certificate,))


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """A leaf certificate with its chain, and its private key."""

    chain: tuple[x509.Certificate, ...]
    private_key: ec.EllipticCurvePrivateKey

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate that names the holder."""
        return self.chain[0]

    def save(self, directory: Path, root: x509.Certificate) -> None:
        """Write the three files that TLS needs into `directory`."""
        write_private(directory / "tls_key.pem", private_key_pem(self.private_key))
        write_private(directory / "tls_certificate.pem", certificates_pem(self.chain))
        write_private(directory / "ca.pem", certificates_pem([root]))


class Issuance:
    """Makes certificates with the given time and randomness."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness

    def root(self, name: str) -> Authority:
        """Return a new self-signed root."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        builder = self._builder(subject, subject, key.public_key(), ROOT_LIFETIME)
        certificate = _as_authority(builder, key, path_length=1).sign(key, hashes.SHA256())
        return Authority(certificate, key)

    def authority(self, name: str, root: Authority) -> Authority:
        """Return a new authority under `root`, which may sign leaves only."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(
            _name(name), root.certificate.subject, key.public_key(), AUTHORITY_LIFETIME
        )
        builder = _as_authority(builder, key, path_length=0)
        certificate = builder.sign(root.private_key, hashes.SHA256())
        return Authority(certificate, key, (certificate,))

    def leaf(
        self,
        identity: PeerIdentity,
        authority: Authority,
        *,
        hosts: tuple[str, ...] = (),
        lifetime: timedelta = LEAF_LIFETIME,
    ) -> TlsIdentity:
        """Return a certificate that gives `identity`; with `hosts` its holder may be a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(
            _name(identity.name), authority.certificate.subject, key.public_key(), lifetime
        )
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        if hosts:
            usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_leaf_usage(), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(_alternative_names(identity, hosts), critical=False)
        )
        certificate = builder.sign(authority.private_key, hashes.SHA256())
        return TlsIdentity((certificate, *authority.chain), key)

    def signing_certificate(
        self,
        terminal_id: TerminalId,
        public_key: Ed25519PublicKey,
        authority: Authority,
        lifetime: timedelta = LEAF_LIFETIME,
    ) -> x509.Certificate:
        """Return the certificate by which each matching party knows a terminal's message key.

        Its subject holds the terminal id as the one common name, and nothing else.
        """
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal_id.value)])
        builder = self._builder(subject, authority.certificate.subject, public_key, lifetime)
        return (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_leaf_usage(), critical=True)
            .sign(authority.private_key, hashes.SHA256())
        )

    def renewed(
        self,
        certificate: x509.Certificate,
        authority: Authority,
        lifetime: timedelta = LEAF_LIFETIME,
    ) -> x509.Certificate:
        """Return a certificate that says the same of the same key, with a new number and new dates.

        Raises `AuthorityError` unless `authority` made the earlier one: whatever else lies in its
        place is not signed.
        """
        try:
            certificate.verify_directly_issued_by(authority.certificate)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise AuthorityError(
                "a certificate is not of the authority that should renew it"
            ) from error
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | Ed25519PublicKey):
            raise AuthorityError("a certificate has a key of a kind that is not used here")
        builder = self._builder(certificate.subject, certificate.issuer, key, lifetime)
        for extension in certificate.extensions:
            builder = builder.add_extension(extension.value, critical=extension.critical)
        return builder.sign(authority.private_key, hashes.SHA256())

    def revocation_list(self, authority: Authority, serial_numbers: tuple[int, ...]) -> bytes:
        """Return the authority's revocation list, PEM, with these certificates on it."""
        now = self._clock.now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(now - _CLOCK_TOLERANCE)
            .next_update(now + REVOCATION_LIST_LIFETIME)
        )
        for serial_number in serial_numbers:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial_number)
                .revocation_date(now)
                .build()
            )
        signed = builder.sign(authority.private_key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    def _builder(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        public_key: ec.EllipticCurvePublicKey | Ed25519PublicKey,
        lifetime: timedelta,
    ) -> x509.CertificateBuilder:
        now: datetime = self._clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(int.from_bytes(self._randomness.bytes(20)) >> 1 or 1)
            .not_valid_before(now - _CLOCK_TOLERANCE)
            .not_valid_after(now + lifetime)
        )


def renew_revocation_list(
    path: Path, issuance: Issuance, authority: Authority, added: Iterable[int] = ()
) -> None:
    """Sign the list in `path` anew, with what is on it and the serial numbers `added`.

    Raises `AuthorityError` if there is no list of this authority: an empty one in its place would
    bring back whoever was revoked.
    """
    serials = revoked_serials(path, authority) | set(added)
    replace_private(path, issuance.revocation_list(authority, tuple(sorted(serials))))


def revoked_serials(path: Path, authority: Authority) -> frozenset[int]:
    """Return the serial numbers on a list; raises `AuthorityError` if it is not the authority's."""
    try:
        before = x509.load_pem_x509_crl(path.read_bytes())
        is_signed = before.is_signature_valid(authority.private_key.public_key())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{path} cannot be read as a revocation list") from error
    if not is_signed:
        raise AuthorityError(f"{path} is not the authority's revocation list")
    return frozenset(entry.serial_number for entry in before)


def private_key_pem(
    key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey | X25519PrivateKey,
) -> bytes:
    """Return a private key as PKCS#8 PEM, not encrypted: its file's mode protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificates_pem(certificates: tuple[x509.Certificate, ...] | list[x509.Certificate]) -> bytes:
    """Return certificates one after another, PEM."""
    return b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Face payment sandbox (simulated)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _as_authority(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, *, path_length: int
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=path_length), critical=True
        )
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _leaf_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(
    identity: PeerIdentity, hosts: tuple[str, ...]
) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(identity.uri)]
    for host in hosts:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(names)
