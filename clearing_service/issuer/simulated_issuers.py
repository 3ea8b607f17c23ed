"""All simulated issuers behind the ports that payments and enrolment use."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from clearing_service.enrolment.ports import AuthenticatedPayer
from clearing_service.enrolment.requests import IssuerLogin
from clearing_service.errors import IssuerUnavailableError
from clearing_service.issuer.account import Account, mask_name
from clearing_service.issuer.credit import CreditWork
from clearing_service.issuer.debit import DebitWork, RefundWork, answer_of
from clearing_service.issuer.fault_profile import Fault, FaultBoard
from clearing_service.issuer.issuer_book import IssuerPayment, IssuerStore
from clearing_service.issuer.ports import PinModule
from clearing_service.issuer.sign_in import PasscodeWork, SignInWork
from clearing_service.payment.ports import (
    CreditOutcome,
    IssuerApproved,
    IssuerCredit,
    IssuerDebit,
    IssuerDeclined,
    IssuerRefusal,
)
from clearing_service.security_module.protocol import (
    PinCheck,
    PinRefused,
    ZonePinBlock,
)
from facepay.errors import PinBlockError
from facepay.identifiers import AccountAlias, ApprovalCode, ParticipantId, PaymentId
from facepay.phone_digits import PhoneDigits
from facepay.ports import Clock, Randomness

_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWX"
"""Thirty-two, without the easily misread; a random byte picks one without bias."""


@dataclass(frozen=True, slots=True)
class IssuerParts:
    """What the simulated issuers stand on."""

    store: IssuerStore
    security: Mapping[ParticipantId, PinModule]
    faults: FaultBoard
    deadline: timedelta
    clock: Clock
    randomness: Randomness


class SimulatedIssuers:
    """Implements `payment.ports.IssuerGateway` and `enrolment.ports.EnrolmentIssuers`."""

    def __init__(self, parts: IssuerParts) -> None:
        self._parts = parts
        self._late = set[asyncio.Task[object]]()

    async def authorize(self, debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        """Verify the PIN and debit; a repeat gets the first answer."""
        fault = self._parts.faults.of(debit.issuer_id).fault
        if fault is Fault.REFUSES:
            return IssuerDeclined(IssuerRefusal.DO_NOT_HONOUR)
        if fault is Fault.ANSWERS_LATE:
            self._start_late(debit.issuer_id, self._debit(debit))
        await self._require_answer(debit.issuer_id)
        return await self._debit(debit)

    async def find(
        self, issuer_id: ParticipantId, payment_id: PaymentId
    ) -> IssuerApproved | IssuerDeclined | None:
        """Return what was answered for the payment."""
        await self._require_answer(issuer_id)
        payment = await self._parts.store.find_payment(payment_id)
        return None if payment is None else await self._answer(payment)

    async def reverse(self, issuer_id: ParticipantId, payment_id: PaymentId) -> None:
        """Undo the payment's debit, or forbid it if it has not come yet."""
        await self._require_answer(issuer_id)
        await self._parts.store.execute(RefundWork(payment_id, issuer_id, self._now()))

    async def credit(self, credit: IssuerCredit) -> CreditOutcome:
        """Credit a refund, once; a repeat gets the first answer."""
        await self._require_answer(credit.issuer_id)
        done = await self._parts.store.execute(CreditWork(credit, self._now()))
        return done.outcome

    async def masked_name(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> str | None:
        """Return the account owner's masked name."""
        account = await self._parts.store.find_account((issuer_id, account_alias))
        return None if account is None else mask_name(account.name)

    async def authenticate(self, login: IssuerLogin) -> AuthenticatedPayer | None:
        """Return the account owner, or None if login or code are wrong. A code is good once."""
        await self._require_answer(login.issuer_id)
        found = await self._parts.store.find_by_login(login.issuer_id, login.login)
        if found is None:
            return None
        key = (found.issuer_id, found.account_alias)
        work = SignInWork(key, login.one_time_code, self._now())
        account = await self._parts.store.execute(work)
        return None if account is None else _payer(account)

    async def set_passcode(self, zone_block: ZonePinBlock) -> PinRefused | None:
        """Set the face passcode of the account in the block; says why not if it is weak."""
        await self._require_answer(zone_block.issuer_id)
        key = (zone_block.issuer_id, zone_block.account_alias)
        account = await self._parts.store.find_account(key)
        module = self._parts.security.get(zone_block.issuer_id)
        if account is None or module is None:
            raise IssuerUnavailableError("the issuer does not know this account")
        verifier = module.set_pin(account.account_alias, zone_block, birthday=account.birth_date)
        if isinstance(verifier, PinRefused):
            return verifier
        await self._parts.store.execute(PasscodeWork(key, verifier))
        return None

    async def drain(self) -> None:
        """Wait for what late issuers still do."""
        while self._late:
            await asyncio.gather(*self._late, return_exceptions=True)

    async def _debit(self, debit: IssuerDebit) -> IssuerApproved | IssuerDeclined:
        check = await self._check_pin(debit)
        code = _approval_code(self._parts.randomness)
        work = DebitWork(debit, check, code, self._now())
        return await self._answer(await self._parts.store.execute(work))

    async def _check_pin(self, debit: IssuerDebit) -> PinCheck | None:
        account = await self._parts.store.find_account((debit.issuer_id, debit.account_alias))
        module = self._parts.security.get(debit.issuer_id)
        if account is None or account.pin_verifier is None or module is None:
            return None
        try:
            return module.verify_pin(
                account.account_alias, debit.zone_pin_block, account.pin_verifier
            )
        except PinBlockError:
            return None

    async def _answer(self, payment: IssuerPayment) -> IssuerApproved | IssuerDeclined:
        name = None
        if payment.account_alias is not None:
            name = await self.masked_name(payment.issuer_id, payment.account_alias)
        return answer_of(payment, name or "")

    async def _require_answer(self, issuer_id: ParticipantId) -> None:
        """Raise, after the deadline, if the issuer does not answer now."""
        fault = self._parts.faults.of(issuer_id).fault
        if fault in (Fault.UNREACHABLE, Fault.ANSWERS_LATE):
            await self._parts.clock.sleep(self._parts.deadline.total_seconds())
            raise IssuerUnavailableError(f"issuer {issuer_id} gave no answer in time")

    def _start_late(self, issuer_id: ParticipantId, action: Coroutine[None, None, object]) -> None:
        delay = self._parts.faults.of(issuer_id).late_by_seconds

        async def act_late() -> object:
            await self._parts.clock.sleep(delay)
            return await action

        task = asyncio.ensure_future(act_late())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _now(self) -> datetime:
        now = self._parts.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _payer(account: Account) -> AuthenticatedPayer:
    return AuthenticatedPayer(
        account.account_alias,
        mask_name(account.name),
        PhoneDigits(account.phone_tail.encode()),
        account.birth_date,
    )


def _approval_code(randomness: Randomness) -> ApprovalCode:
    return ApprovalCode("".join(_CODE_CHARACTERS[byte % 32] for byte in randomness.bytes(6)))
