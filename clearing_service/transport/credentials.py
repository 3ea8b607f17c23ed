"""TLS credentials of both ends. There is no way to ask for a connection without them.

Leaves are ECDSA P-256, because the TLS library under gRPC takes neither Ed25519 nor SM2 leaves.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import grpc
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from clearing_service.errors import ClearingError

_log = structlog.get_logger("credentials")


class CredentialsError(ClearingError):
    """A key or certificate file is missing, unreadable, or open to others than its owner."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where one end keeps its private key, its chain (leaf first) and the root it trusts."""

    private_key: Path
    certificate_chain: Path
    root: Path

    @classmethod
    def in_directory(cls, directory: Path) -> "TlsFiles":
        """Return the files as provisioning names them."""
        return cls(
            directory / "tls_key.pem", directory / "tls_certificate.pem", directory / "ca.pem"
        )

    def leaf(self) -> x509.Certificate:
        """Return this end's own certificate; raises `CredentialsError`."""
        try:
            return x509.load_pem_x509_certificate(_read(self.certificate_chain))
        except ValueError as error:
            raise CredentialsError(f"{self.certificate_chain} is not a certificate") from error


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Return credentials of a server that demands a certificate of ours from every client.

    A certificate that is renewed while the server runs is shown from the next handshake on.
    """
    shown = _ShownCertificate(files)
    return grpc.dynamic_ssl_server_credentials(
        shown.configuration(), shown.configuration_if_changed, require_client_authentication=True
    )


def channel_credentials(files: TlsFiles) -> grpc.ChannelCredentials:
    """Return credentials of a client that shows its own certificate and trusts our root alone."""
    key, chain = _read_private(files.private_key), _read(files.certificate_chain)
    _require_pair(key, chain)  # gRPC would end the whole process over an empty file
    return grpc.ssl_channel_credentials(_read_root(files.root), key, chain)


class _ShownCertificate:
    """A server's certificate, read again whenever its file's time or size differs."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._mark = self._state()

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """Read the files; raises `CredentialsError`."""
        key, chain = _read_private(self._files.private_key), _read(self._files.certificate_chain)
        _require_pair(key, chain)
        return grpc.ssl_server_certificate_configuration(
            [(key, chain)], root_certificates=_read_root(self._files.root)
        )

    def configuration_if_changed(self) -> grpc.ServerCertificateConfiguration | None:
        """Return what to show from now on, or None to go on as before; called by gRPC's threads."""
        mark = self._state()
        if mark == self._mark:
            return None
        self._mark = mark
        try:
            return self.configuration()
        except CredentialsError as error:
            _log.error("the new certificate cannot be used", error_type=type(error).__name__)
            return None

    def _state(self) -> tuple[int, int] | None:
        try:
            state = self._files.certificate_chain.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size


def _require_pair(private_key: bytes, chain: bytes) -> None:
    try:
        public_key = load_pem_private_key(private_key, password=None).public_key()
        is_pair = public_key == x509.load_pem_x509_certificate(chain).public_key()
    except ValueError as error:
        raise CredentialsError("the key or the certificate cannot be read") from error
    if not is_pair:
        raise CredentialsError("the certificate is of another key")


def _read_root(path: Path) -> bytes:
    """Read whom to trust; a file without a certificate is refused, whatever gRPC makes of it."""
    content = _read(path)
    try:
        x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise CredentialsError(f"{path.name} holds no certificate") from error
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CredentialsError(f"{path.name} cannot be read: {error.strerror}") from error


def _read_private(path: Path) -> bytes:
    """Read a private key, and refuse one that others on this machine could read."""
    if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
        raise CredentialsError(f"{path.name} is open to others; its mode must be 0600")
    return _read(path)
