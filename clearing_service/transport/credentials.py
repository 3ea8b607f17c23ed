"""TLS credentials of both ends. There is no way to ask for a connection without them.

Leaves are ECDSA P-256, because the TLS library under gRPC takes neither Ed25519 nor SM2 leaves.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import grpc
from cryptography import x509

from clearing_service.errors import ClearingError


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
        """Return this end's own certificate."""
        return x509.load_pem_x509_certificate(_read(self.certificate_chain))


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Return credentials of a server that demands a certificate of ours from every client."""
    return grpc.ssl_server_credentials(
        [(_read_private(files.private_key), _read(files.certificate_chain))],
        root_certificates=_read(files.root),
        require_client_auth=True,
    )


def channel_credentials(files: TlsFiles) -> grpc.ChannelCredentials:
    """Return credentials of a client that shows its own certificate and trusts our root alone."""
    return grpc.ssl_channel_credentials(
        root_certificates=_read(files.root),
        private_key=_read_private(files.private_key),
        certificate_chain=_read(files.certificate_chain),
    )


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
