"""Closing face payment: one step for its owner, and nothing of the face is left.

Opening takes three calls and two captures; closing takes one call and no camera.
"""

from dataclasses import dataclass

from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.ports import EnrolmentIssuers, EnrolmentStore
from clearing_service.enrolment.requests import CloseFacePayment, FacePaymentClosed, Refused
from clearing_service.matching.ports import ErasureReceipt, MatchingService
from facepay.identifiers import ReferenceId
from facepay.ports import Clock, Randomness
from facepay.vocabulary import EnrolmentRefusal


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes face payment. Earlier payments stay as they are."""

    store: EnrolmentStore
    issuers: EnrolmentIssuers
    eraser: Eraser
    matching: MatchingService
    randomness: Randomness

    async def close(self, command: CloseFacePayment) -> FacePaymentClosed | Refused:
        """Erase whatever the account has; one answer whether or not there was anything.

        Raises `MatchingUnavailableError` if a party is down: face payment is closed then, and the
        same bytes, sent again, get the receipts.
        """
        payer = await self.issuers.authenticate(command.login)
        if payer is None:
            return Refused(EnrolmentRefusal.NOT_AUTHENTICATED)
        payer.phone_tail.wipe()
        found = await self.store.find_by_account(command.login.issuer_id, payer.account_alias)
        receipts: tuple[ErasureReceipt, ...] = ()
        for enrolment in found:
            receipts = await self.eraser.end(enrolment)
        if not receipts:
            # An id that nobody has gets true receipts too: nothing is stored under it.
            receipts = await self.matching.erase([ReferenceId.generate(self.randomness)])
        return FacePaymentClosed(receipts)


@dataclass(frozen=True, slots=True)
class ClearingUp:
    """Erases what nobody finished, what has ended, and what a party that was down still holds."""

    store: EnrolmentStore
    eraser: Eraser
    clock: Clock

    async def run(self) -> int:
        """Erase everything that is due and return how many. Raises what the eraser raises."""
        due = await self.store.due_for_erasure(self.clock.now())
        for enrolment in due:
            await self.eraser.end(enrolment)
        return len(due)
