"""`python -m tests.crash.till_program BUNDLE ACCOUNTS NOTES SEED`: a till that never has a quiet minute.

It sells, refunds, voids and undoes until it is asked to end (SIGTERM); then it ends when nothing of
its own is left in doubt. What it says to people it notes after it has said it.
"""

import asyncio
import sys
from pathlib import Path

from pos_app.config import forbid_older_tls

# gRPC reads this when it is imported.
forbid_older_tls()


def main() -> None:
    """Trade until asked to end."""
    from tests.crash.till import trade  # noqa: PLC0415 - after the TLS rule

    bundle, accounts, notes, seed = sys.argv[1:]
    asyncio.run(trade(Path(bundle), Path(accounts), Path(notes), seed))


if __name__ == "__main__":
    main()
