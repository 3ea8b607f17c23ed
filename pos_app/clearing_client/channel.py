"""The one connection to the clearing institution: TLS 1.3, both sides with a certificate."""

from collections.abc import Sequence

import grpc
import grpc.aio

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


def open_channel(
    config: TerminalConfig, interceptors: Sequence[grpc.aio.ClientInterceptor] = ()
) -> grpc.aio.Channel:
    """Return the channel; it connects when first used. Raises `TerminalKeysError`.

    Must be called on the event loop that uses it. `interceptors` see every message; only tests and
    the harness's recorder pass any.
    """
    try:
        credentials = grpc.ssl_channel_credentials(
            root_certificates=config.root_certificate_path.read_bytes(),
            private_key=config.tls_key_path.read_bytes(),
            certificate_chain=config.tls_certificate_path.read_bytes(),
        )
    except OSError as error:
        raise TerminalKeysError("the terminal's TLS files cannot be read") from error
    return grpc.aio.secure_channel(
        config.clearing_address, credentials, options=_OPTIONS, interceptors=list(interceptors)
    )
