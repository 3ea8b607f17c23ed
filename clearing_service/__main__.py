"""The installed command `facepay-clearing`: service, matching parties, provisioning, operator."""

import os
import sys

from clearing_service.config import forbid_older_tls

# gRPC reads this once, when it is imported, so it comes before everything that does.
forbid_older_tls()

from clearing_service.bootstrap.command_line import run  # noqa: E402 - see above


def main() -> int:
    """Run the command; return 0 if it was done, 1 after a failure that was explained."""
    os.umask(0o077)  # databases, locks and everything else this program makes are its owner's alone
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
