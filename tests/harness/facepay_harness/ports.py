"""Free ports of the loopback interface."""

import socket
from contextlib import ExitStack

PORTS_NEEDED = 4
"""One for terminals and one for each party's peers, one after another."""
_FIRST, _LAST = 20_000, 32_000
"""Below the range from which systems give ports to outgoing connections."""


def free_base_port(start: int) -> int:
    """Return the first port at or after `start` from which four in a row are free.

    Somebody else can still take one before it is used; whoever then cannot listen says so.
    """
    for base in range(_FIRST + start % (_LAST - _FIRST), 65_000 - PORTS_NEEDED, PORTS_NEEDED):
        if _are_free(base):
            return base
    raise OSError("no four free ports in a row")


def _are_free(base: int) -> bool:
    with ExitStack() as stack:
        try:
            for port in range(base, base + PORTS_NEEDED):
                listener = stack.enter_context(socket.socket())
                listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
