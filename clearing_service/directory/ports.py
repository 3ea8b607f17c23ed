"""Where the routing directory is kept."""

from collections.abc import Sequence
from typing import Protocol

from clearing_service.directory.entry import DirectoryEntry
from facepay.identifiers import AccountAlias, ParticipantId, ReferenceId


class Directory(Protocol):
    """The routing directory. Every call may raise `StoreError`."""

    async def find(self, reference_id: ReferenceId) -> DirectoryEntry | None:
        """Return the entry of a reference, whatever its state."""

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[DirectoryEntry]:
        """Return every entry of an account, newest first."""

    async def save(self, entry: DirectoryEntry) -> None:
        """Add an entry or replace the one of the same reference, durably."""

    async def erase(self, reference_id: ReferenceId) -> None:
        """Delete an entry. A repeat, or an unknown id, does nothing."""
