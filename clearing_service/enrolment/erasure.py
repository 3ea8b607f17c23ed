"""Erasing a reference everywhere: directory first, so that it cannot pay from that moment on."""

from dataclasses import dataclass, replace

from clearing_service.directory.ports import Directory
from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.ports import EnrolmentStore
from clearing_service.matching.ports import ErasureReceipt, MatchingService
from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class Eraser:
    """Ends enrolments. A repeat, or what a crash left half done, goes on where it stopped."""

    store: EnrolmentStore
    directory: Directory
    matching: MatchingService
    clock: Clock

    async def end(self, enrolment: Enrolment) -> tuple[ErasureReceipt, ...]:
        """Withdraw the consents, close the entry, and erase the reference at all three parties.

        Returns one receipt of each party. Raises `MatchingUnavailableError` if a party is down: the
        reference can no longer pay, and its erasure is owed until `ClearingUp` has done it.
        """
        entry = await self.directory.find(enrolment.reference_id)
        if entry is not None:
            await self.directory.save(entry.closed())
        now = self.clock.now()
        ended = replace(
            enrolment if enrolment.state is EnrolmentState.ENDED else enrolment.moved(_ENDED),
            consents=tuple(consent.withdrawn(now) for consent in enrolment.consents),
        )
        await self.store.save(ended)
        receipts = await self.matching.erase([enrolment.reference_id])
        await self.directory.erase(enrolment.reference_id)
        await self.store.erasure_done(enrolment.reference_id)
        return receipts


_ENDED = EnrolmentState.ENDED
