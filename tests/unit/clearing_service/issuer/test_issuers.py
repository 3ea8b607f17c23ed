"""The simulated issuers: sign-in, passcode, tries, debits, reversals, and what they do wrong."""

from dataclasses import replace

import pytest

from clearing_service.enrolment.requests import IssuerLogin
from clearing_service.errors import IssuerUnavailableError
from clearing_service.issuer.account import Account, mask_name
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.issuer.one_time_code import code_of, step_of, time_step
from clearing_service.payment.ports import (
    IssuerApproved,
    IssuerDebit,
    IssuerDeclined,
    IssuerRefusal,
)
from clearing_service.security_module.protocol import PinRefused, ZonePinBlock
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Money
from facepay.pin_block import EncipheredPinBlock
from tests.fakes.money_world import ISSUER, PIN, WRONG_PIN, MoneyWorld


def block_for(account: Account, pin: bytes) -> ZonePinBlock:
    return ZonePinBlock(account.issuer_id, account.account_alias, EncipheredPinBlock(pin.ljust(16)))


def debit_of(account: Account, payment: int, pin: bytes = PIN, amount: int = 10_00) -> IssuerDebit:
    payment_id = PaymentId(payment.to_bytes(16))
    return IssuerDebit(
        payment_id, account.issuer_id, account.account_alias, Money(amount), block_for(account, pin)
    )


@pytest.fixture
def world() -> MoneyWorld:
    return MoneyWorld()


@pytest.mark.parametrize(
    ("counter", "code"),
    list(enumerate(["755224", "287082", "359152", "969429", "338314", "254676"])),
)
def test_one_time_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    """RFC 4226, appendix D."""
    assert code_of(b"12345678901234567890", counter) == code


def test_a_code_is_good_once_and_for_a_minute_or_so(world: MoneyWorld) -> None:
    seed, now = bytes(20), world.clock.now()
    step = time_step(now)
    assert step_of(seed, code_of(seed, step), now, newer_than=0) == step
    assert step_of(seed, code_of(seed, step), now, newer_than=step) is None
    assert step_of(seed, code_of(seed, step - 2), now, newer_than=0) is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "*三"), ("欧阳小明", "***明"), ("Ada Lovelace", "A** L*******"), ("李", "李")],
)
def test_a_masked_name_tells_its_owner_and_nobody_else(name: str, masked: str) -> None:
    assert mask_name(name) == masked


async def test_an_owner_signs_in_once_with_a_code(world: MoneyWorld) -> None:
    account = world.enrol(5)
    code = code_of(account.login_seed, time_step(world.clock.now()))
    login = IssuerLogin(ISSUER, account.login, code)
    payer = await world.issuers.authenticate(login)
    assert payer is not None
    assert (payer.account_alias, payer.masked_name) == (account.account_alias, "**明")
    assert bytes(payer.phone_tail.view) == b"000005"
    assert await world.issuers.authenticate(login) is None


@pytest.mark.parametrize(
    ("login", "code"), [("nobody", "000000"), ("payer5", "000000"), ("payer5", "")]
)
async def test_who_cannot_sign_in_is_nobody(world: MoneyWorld, login: str, code: str) -> None:
    world.enrol(5)
    assert await world.issuers.authenticate(IssuerLogin(ISSUER, login, code)) is None


@pytest.mark.rule("AUT-03", "AUT-07")
async def test_a_new_passcode_unlocks_and_a_weak_one_is_refused(world: MoneyWorld) -> None:
    account = world.enrol()
    for payment in range(3):
        await world.issuers.authorize(debit_of(account, payment, WRONG_PIN))
    assert isinstance(await world.issuers.set_passcode(block_for(account, b"000000")), PinRefused)
    locked = await world.issuers.authorize(debit_of(account, 10))
    assert locked == IssuerDeclined(IssuerRefusal.FACE_CHANNEL_LOCKED)
    assert await world.issuers.set_passcode(block_for(account, b"161803")) is None
    answer = await world.issuers.authorize(debit_of(account, 11, b"161803"))
    assert isinstance(answer, IssuerApproved)


async def test_a_repeated_debit_gets_the_first_answer_and_moves_money_once(
    world: MoneyWorld,
) -> None:
    account = world.enrol()
    first = await world.issuers.authorize(debit_of(account, 1))
    again = await world.issuers.authorize(debit_of(account, 1, WRONG_PIN, 99_00))
    assert again == first
    assert await world.issuers.find(ISSUER, PaymentId((1).to_bytes(16))) == first
    assert world.balance_of(account) == 2_000_00 - 10_00


@pytest.mark.rule("OFF-03")
async def test_a_reversal_credits_once_and_forbids_what_comes_later(world: MoneyWorld) -> None:
    account = world.enrol()
    await world.issuers.authorize(debit_of(account, 1))
    for payment in (1, 1, 2):
        await world.issuers.reverse(ISSUER, PaymentId(payment.to_bytes(16)))
    refused = IssuerDeclined(IssuerRefusal.REVERSED_BEFORE)
    assert await world.issuers.authorize(debit_of(account, 1)) == refused
    assert await world.issuers.authorize(debit_of(account, 2)) == refused
    assert world.balance_of(account) == 2_000_00


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.ANSWERS_LATE])
async def test_an_issuer_that_does_not_answer_is_waited_for_up_to_the_deadline(
    world: MoneyWorld, fault: Fault
) -> None:
    account = world.enrol()
    world.faults.set(ISSUER, FaultProfile(fault))
    with pytest.raises(IssuerUnavailableError):
        await world.issuers.authorize(debit_of(account, 1))
    assert world.clock.monotonic() >= 8
    await world.issuers.drain()
    debited = world.balance_of(account) == 2_000_00 - 10_00
    assert debited is (fault is Fault.ANSWERS_LATE)


@pytest.mark.parametrize("spoil", ["closed", "no passcode", "unknown", "foreign block"])
async def test_an_account_that_may_not_pay_is_57(world: MoneyWorld, spoil: str) -> None:
    account = world.enrol()
    key = (account.issuer_id, account.account_alias)
    debit = debit_of(account, 1)
    if spoil == "closed":
        world.issuer_store.accounts[key] = replace(account, is_open=False)
    elif spoil == "no passcode":
        world.issuer_store.accounts[key] = replace(account, pin_verifier=None)
    elif spoil == "unknown":
        del world.issuer_store.accounts[key]
    else:
        debit = replace(debit, issuer_id=ParticipantId("39999999"))
    answer = await world.issuers.authorize(debit)
    assert answer == IssuerDeclined(IssuerRefusal.ACCOUNT_NOT_PERMITTED)


def test_an_account_shows_neither_owner_nor_balance_when_printed(world: MoneyWorld) -> None:
    shown = repr(world.enrol())
    assert "张" not in shown
    assert "200000" not in shown
