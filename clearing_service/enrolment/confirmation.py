"""Step 3: a second capture, searched for like any payer's, must find the new reference."""

from dataclasses import dataclass

from clearing_service.directory.ports import Directory
from clearing_service.enrolment.admission import find_current
from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.ports import EnrolmentPolicy, EnrolmentStore
from clearing_service.enrolment.requests import ConfirmReference, EnrolmentActivated, Refused
from clearing_service.matching.ports import MatchingService, SearchMatch, SearchScope
from facepay.ports import Clock
from facepay.vocabulary import EnrolmentRefusal


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Takes second captures. Only here does a reference become able to pay."""

    store: EnrolmentStore
    directory: Directory
    matching: MatchingService
    eraser: Eraser
    policy: EnrolmentPolicy
    clock: Clock

    async def confirm(self, command: ConfirmReference) -> EnrolmentActivated | Refused:
        """Activate the reference, or erase it: there is no second try with the same reference."""
        now = self.clock.now()
        states = frozenset({EnrolmentState.SUBMITTED})
        enrolment = await find_current(self.store, command, states, self.policy.evidence, now)
        if isinstance(enrolment, Refused):
            return enrolment
        found = await self.matching.search(command.capture, SearchScope((enrolment.tag,)))
        is_found = isinstance(found, SearchMatch) and found.reference_id == enrolment.reference_id
        if not is_found:
            await self.eraser.end(enrolment)
            return Refused(EnrolmentRefusal.CAPTURES_DIFFER)
        await self._activate(enrolment)
        return EnrolmentActivated(now, enrolment.consent_ends_at)

    async def _activate(self, enrolment: Enrolment) -> None:
        """Write the directory last: a crash before leaves a reference that does not pay."""
        entry = await self.directory.find(enrolment.reference_id)
        if entry is None:
            raise LookupError("a submitted reference has no directory entry")
        await self.store.save(enrolment.moved(EnrolmentState.ACTIVE))
        await self.directory.save(entry.activated())
