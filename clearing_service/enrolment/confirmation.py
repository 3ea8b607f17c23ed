"""Step 3: a second capture, searched for like any payer's, must find the new reference."""

from dataclasses import dataclass

from clearing_service.directory.ports import Directory
from clearing_service.enrolment.admission import find_current, search_once
from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.ports import EnrolmentPolicy, EnrolmentStore
from clearing_service.enrolment.requests import ConfirmReference, EnrolmentActivated, Refused
from clearing_service.errors import SearchCutOffError
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
        """Activate the reference, or erase it: there is no second try with the same reference.

        A repeat of what was carried out and not answered gets the same answer. Raises
        `SearchCutOffError` if the search gave none: the enrolment starts anew then.
        """
        now = self.clock.now()
        found_now = await find_current(
            self.store, command, _BEFORE_ANSWER, self.policy.evidence, now
        )
        if isinstance(found_now, Refused):
            return found_now
        enrolment = found_now
        if enrolment.state is EnrolmentState.ACTIVE:
            return EnrolmentActivated(now, enrolment.consent_ends_at)
        if enrolment.state is EnrolmentState.CONFIRMING:
            raise SearchCutOffError("the confirming search was begun before and never answered")
        self.matching.require_ready()  # a party that is not there yet costs no new capture
        enrolment = enrolment.moved(EnrolmentState.CONFIRMING)
        await self.store.save(enrolment)
        scope = SearchScope((enrolment.tag,))
        found = await search_once(self.matching, command.capture, scope)
        is_found = isinstance(found, SearchMatch) and found.reference_id == enrolment.reference_id
        if not is_found:
            await self.eraser.end(enrolment)
            return Refused(EnrolmentRefusal.CAPTURES_DIFFER)
        await self._activate(enrolment)
        return EnrolmentActivated(now, enrolment.consent_ends_at)

    async def _activate(self, enrolment: Enrolment) -> None:
        """Write both in one commit: nobody counts as enrolled who cannot pay."""
        entry = await self.directory.find(enrolment.reference_id)
        if entry is None:
            raise LookupError("a submitted reference has no directory entry")
        await self.store.activate(enrolment.moved(EnrolmentState.ACTIVE), entry.activated())


_BEFORE_ANSWER = frozenset(
    {EnrolmentState.SUBMITTED, EnrolmentState.CONFIRMING, EnrolmentState.ACTIVE}
)
