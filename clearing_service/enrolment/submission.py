"""Step 2: nobody else has this face, the passcode is set, the reference waits for its confirmation.

Each part is kept when it is done, because the security module translates a PIN once and the parties
search under a header once: a repeat after a failure must not do either again.
"""

from dataclasses import dataclass, replace

from clearing_service.directory.entry import Consent, DirectoryEntry, EntryState
from clearing_service.directory.ports import Directory
from clearing_service.enrolment.admission import find_current, search_once
from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.opening import draw_challenge, opened
from clearing_service.enrolment.ports import (
    EnrolmentIssuers,
    EnrolmentPolicy,
    EnrolmentSecurity,
    EnrolmentStore,
)
from clearing_service.enrolment.requests import EnrolmentOpened, Refused, SubmitReference
from clearing_service.matching.ports import (
    WHOLE_GALLERY,
    MatchingService,
    RelayedReference,
    SearchMatch,
    SearchScope,
)
from clearing_service.routing.narrowing import DigitsNeeded, ErrorBudget, digits_needed
from clearing_service.security_module.protocol import EnrolmentRecord
from facepay.ports import Clock, Randomness
from facepay.vocabulary import ConsentScope, EnrolmentRefusal


@dataclass(frozen=True, slots=True)
class Submission:
    """Takes first captures."""

    store: EnrolmentStore
    directory: Directory
    matching: MatchingService
    issuers: EnrolmentIssuers
    security: EnrolmentSecurity
    eraser: Eraser
    budget: ErrorBudget
    policy: EnrolmentPolicy
    clock: Clock
    randomness: Randomness

    async def submit(self, command: SubmitReference) -> EnrolmentOpened | Refused:
        """Take the capture to a pending reference, or say why not and keep nothing of the face."""
        now, evidence = self.clock.now(), self.policy.evidence
        found = await find_current(self.store, command, _BEFORE_SUBMISSION, evidence, now)
        if isinstance(found, Refused):
            return found
        enrolment = found
        # (1) does somebody else have this face? A search that was cut off gives no answer ever.
        if enrolment.state is EnrolmentState.SEARCHING:
            return await self._end(enrolment, EnrolmentRefusal.EXPIRED)
        if enrolment.state is EnrolmentState.OPENED:
            self.matching.require_ready()  # a party that is not there yet costs no new capture
            enrolment = await self._keep(enrolment, EnrolmentState.SEARCHING)
            if await self._is_somebody_elses(enrolment, command):
                return await self._end(enrolment, EnrolmentRefusal.FACE_ENROLLED_ELSEWHERE)
            enrolment = await self._keep(enrolment, EnrolmentState.SEARCHED)
        # (2) the passcode, inside the security modules
        if enrolment.state is EnrolmentState.SEARCHED:
            if not await self._set_passcode(enrolment, command):
                return await self._end(enrolment, EnrolmentRefusal.WEAK_PASSCODE)
            enrolment = await self._keep(enrolment, EnrolmentState.PASSCODE_SET)
        # (3) the reference at all three parties, pending
        await self._place(enrolment, command)
        challenge = draw_challenge(enrolment.challenge.presentation, self.policy, self.randomness)
        enrolment = replace(enrolment.moved(EnrolmentState.SUBMITTED), challenge=challenge)
        await self.store.save(enrolment)
        return opened(enrolment)

    async def _is_somebody_elses(self, enrolment: Enrolment, command: SubmitReference) -> bool:
        """Search as wide as the error budget allows: everybody, or the person's own bucket.

        A wider search of a large gallery would turn away strangers who only look alike.
        """
        needed = digits_needed(self.matching.active_rows, self.budget)
        is_narrow = needed is not DigitsNeeded.NONE
        scope = SearchScope((enrolment.tag,)) if is_narrow else WHOLE_GALLERY
        found = await search_once(self.matching, command.capture, scope)
        return isinstance(found, SearchMatch) and not found.is_synthetic

    async def _set_passcode(self, enrolment: Enrolment, command: SubmitReference) -> bool:
        zone_block = await self.security.translate_new_pin(
            command.pin,
            command.capture.header,
            EnrolmentRecord(enrolment.pin_record),
            self.clock.now(),
        )
        return await self.issuers.set_passcode(zone_block) is None

    async def _place(self, enrolment: Enrolment, command: SubmitReference) -> None:
        """Prepare, enter as pending, activate: in this order a crash leaves nothing that pays."""
        await self.matching.prepare(
            RelayedReference(enrolment.reference_id, enrolment.tag, command.capture)
        )
        await self.directory.save(
            DirectoryEntry(
                reference_id=enrolment.reference_id,
                issuer_id=enrolment.issuer_id,
                account_alias=enrolment.account_alias,
                state=EntryState.PENDING,
                consent=self._directory_consent(enrolment),
                created_at=self.clock.now(),
            )
        )
        await self.matching.activate([enrolment.reference_id])

    def _directory_consent(self, enrolment: Enrolment) -> Consent:
        """Return the consent that routing looks at: to transmission, to this institution."""
        transmission = next(
            item for item in enrolment.consents if item.scope is ConsentScope.NETWORK_TRANSMISSION
        )
        return Consent(
            consent_hash=transmission.sha256,
            notice_version=transmission.notice_version,
            recipient_id=transmission.recipients[0],
            covers_transmission=True,
            given_at=transmission.given_at,
            ends_at=enrolment.consent_ends_at,
        )

    async def _keep(self, enrolment: Enrolment, state: EnrolmentState) -> Enrolment:
        moved = enrolment.moved(state)
        await self.store.save(moved)
        return moved

    async def _end(self, enrolment: Enrolment, reason: EnrolmentRefusal) -> Refused:
        await self.eraser.end(enrolment)
        return Refused(reason)


_BEFORE_SUBMISSION = frozenset(
    {
        EnrolmentState.OPENED,
        EnrolmentState.SEARCHING,
        EnrolmentState.SEARCHED,
        EnrolmentState.PASSCODE_SET,
    }
)
