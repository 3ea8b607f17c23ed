"""The routing directory, read so that a consent to a notice out of force covers nothing."""

from collections.abc import Sequence
from dataclasses import replace

from clearing_service.directory.entry import DirectoryEntry
from clearing_service.directory.ports import Directory
from clearing_service.enrolment.notice import NoticeBook
from facepay.identifiers import AccountAlias, ParticipantId, ReferenceId


class ConsentedDirectory:
    """Implements `directory.ports.Directory` over another one; routing reads through this."""

    def __init__(self, directory: Directory, notices: NoticeBook) -> None:
        self._directory = directory
        self._notices = notices

    async def find(self, reference_id: ReferenceId) -> DirectoryEntry | None:
        """Return the entry, its consent as the notices in force leave it."""
        entry = await self._directory.find(reference_id)
        return None if entry is None else self._as_consented(entry)

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[DirectoryEntry]:
        """Return every entry of an account, newest first, consents likewise."""
        found = await self._directory.find_by_account(issuer_id, account_alias)
        return [self._as_consented(entry) for entry in found]

    async def save(self, entry: DirectoryEntry) -> None:
        """Add an entry or replace the one of the same reference."""
        await self._directory.save(entry)

    async def erase(self, reference_id: ReferenceId) -> None:
        """Delete an entry."""
        await self._directory.erase(reference_id)

    def _as_consented(self, entry: DirectoryEntry) -> DirectoryEntry:
        if entry.consent.notice_version in self._notices.versions_in_force:
            return entry
        return replace(entry, consent=replace(entry.consent, covers_transmission=False))
