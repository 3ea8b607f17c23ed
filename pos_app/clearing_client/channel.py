"""The one connection to the clearing institution: TLS 1.3, both sides with a certificate."""

from collections.abc import Sequence

import grpc
import grpc.aio
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from facepay.ports import Clock
from pos_app.clearing_client.terminal_keys import TerminalKeysError
from pos_app.config import TerminalConfig

MESSAGE_MAX_BYTES = 65_536
"""More than any answer of the contract; a longer one is refused while it arrives."""

_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_MAX_BYTES),
    ("grpc.max_send_message_length", MESSAGE_MAX_BYTES),
    # Retrying is the caller's, which knows when a repeat is safe.
    ("grpc.enable_retries", 0),
    ("grpc.keepalive_time_ms", 30_000),
    # A till that lost its line should find it again within seconds, not minutes.
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
)


def require_live_certificate(config: TerminalConfig, clock: Clock) -> None:
    """Raise `TerminalKeysError`, which says who can help, if the terminal's certificate has ended.

    Without this the handshake fails, and a cashier reads only that the line is down.
    """
    try:
        leaf = x509.load_pem_x509_certificate(config.tls_certificate_path.read_bytes())
    except (OSError, ValueError) as error:
        raise TerminalKeysError("the terminal's TLS files cannot be read") from error
    if leaf.not_valid_after_utc < clock.now():
        raise TerminalKeysError(
            f"the terminal's certificate ended on {leaf.not_valid_after_utc:%Y-%m-%d}; the operator "
            "renews it with `facepay-clearing certificates renew`"
        )


def open_channel(
    config: TerminalConfig, interceptors: Sequence[grpc.aio.ClientInterceptor] = ()
) -> grpc.aio.Channel:
    """Return the channel; it connects when first used. Raises `TerminalKeysError`.

    Must be called on the event loop that uses it. `interceptors` see every message; only tests and
    the harness's recorder pass any.
    """
    return grpc.aio.secure_channel(
        config.clearing_address,
        _credentials(config),
        options=_OPTIONS,
        interceptors=list(interceptors),
    )


def _credentials(config: TerminalConfig) -> grpc.ChannelCredentials:
    """Read the TLS files, and refuse what gRPC would end the whole process over."""
    try:
        root = config.root_certificate_path.read_bytes()
        key = config.tls_key_path.read_bytes()
        chain = config.tls_certificate_path.read_bytes()
        x509.load_pem_x509_certificates(root)
        own_key = load_pem_private_key(key, password=None).public_key()
        is_pair = own_key == x509.load_pem_x509_certificate(chain).public_key()
    except (OSError, ValueError) as error:
        raise TerminalKeysError("the terminal's TLS files cannot be read") from error
    if not is_pair:
        raise TerminalKeysError("the terminal's TLS certificate is of another key")
    return grpc.ssl_channel_credentials(root, key, chain)
