"""A payment that goes well, and every way it is declined."""

from dataclasses import replace

import pytest

from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.participants.participant import ParticipantRole, Standing
from clearing_service.participants.register import Register
from clearing_service.participants.terminal import TerminalState
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.requests import (
    OpenPayment,
    PaymentAnswer,
    PaymentOpened,
    UnusableAmount,
)
from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.protocol import ZonePinBlock
from facepay.identifiers import RoutingToken
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode
from tests.fakes.money_terminal import TestTerminal, altered
from tests.fakes.money_world import ACCEPTOR, ACQUIRER, ISSUER, WRONG_PIN, MoneyWorld, make_register
from tests.fakes.ports import SeededRandomness


async def test_a_right_pin_moves_the_money_once_everywhere(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    account = world.enrol()
    sale = terminal.sale(12_30)
    answer = await terminal.pay(world.payments, sale)
    decision = answer.decision.verify(world.security.public_key)
    assert (answer.state, answer.response_code) == (PaymentState.APPROVED, ResponseCode.APPROVED)
    assert decision.payment_hash == sale.payment_hash
    assert decision.rrn is not None
    assert decision.rrn.value == "606100000001"
    assert answer.masked_name == "**明"
    assert world.balance_of(account) == 2_000_00 - 12_30
    assert world.position(ISSUER).debits_posted == 12_30
    assert world.position(ACQUIRER).credits_posted == 12_30
    assert world.verify().debits_held == 0


@pytest.mark.rule("TPL-01", "AUT-01")
@pytest.mark.parametrize("amount", [1, 100, 1_000_00])
async def test_a_face_alone_never_pays(
    world: MoneyWorld, terminal: TestTerminal, amount: int
) -> None:
    account = world.enrol()
    answer = await terminal.pay(world.payments, terminal.sale(amount), pin=None)
    assert (answer.state, answer.response_code) == (
        PaymentState.DECLINED,
        ResponseCode.PASSCODE_NEEDED,
    )
    assert world.balance_of(account) == 2_000_00
    assert world.store.transfers == []


async def test_insufficient_funds_is_51_and_the_hold_is_let_go(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol(balance=5_00)
    answer = await terminal.pay(world.payments, terminal.sale(12_30))
    assert answer.response_code is ResponseCode.INSUFFICIENT_FUNDS
    assert answer.masked_name is None
    assert world.position(ISSUER).net_debit_minor_units == 0
    assert world.verify().transfer_count == 2


@pytest.mark.rule("AUT-07")
async def test_wrong_pins_on_two_terminals_lock_the_face_channel_and_tell_the_owner(
    world: MoneyWorld, terminal: TestTerminal, other_terminal: TestTerminal
) -> None:
    account = world.enrol()
    answers = [
        await pos.pay(world.payments, pos.sale(), pin=WRONG_PIN)
        for pos in (terminal, other_terminal, terminal)
    ]
    assert [answer.response_code.value for answer in answers] == ["55", "55", "55"]
    assert [answer.pin_tries_left for answer in answers] == [2, 1, 0]
    locked = await other_terminal.pay(world.payments, other_terminal.sale())
    assert locked.response_code is ResponseCode.PIN_TRIES_EXCEEDED
    assert [notice.kind.name for notice in world.issuer_store.notices] == ["FACE_CHANNEL_LOCKED"]
    assert world.balance_of(account) == 2_000_00
    assert world.issuer_store.accounts[account.issuer_id, account.account_alias].is_open


async def test_the_right_pin_in_time_gives_all_tries_back(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    for _ in range(3):
        await terminal.pay(world.payments, terminal.sale(), pin=WRONG_PIN)
        await terminal.pay(world.payments, terminal.sale())
    answer = await terminal.pay(world.payments, terminal.sale(), pin=WRONG_PIN)
    assert answer.pin_tries_left == 2


async def test_a_security_module_whose_disk_fails_is_96_and_holds_nothing(
    world: MoneyWorld, terminal: TestTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payer did nothing wrong, and another try may succeed."""

    async def fails(*_: object) -> ZonePinBlock:
        raise KeyStoreError("used keys cannot be stored")

    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    monkeypatch.setattr(world.security, "translate_pin", fails)
    answer = await world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    assert (answer.state, answer.response_code) == (
        PaymentState.DECLINED,
        ResponseCode.SYSTEM_MALFUNCTION,
    )
    assert world.verify().debits_held == 0
    assert world.issuer_store.payments == {}


async def test_a_pin_block_that_cannot_be_translated_is_63(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    answer = await terminal.pay(world.payments, terminal.sale(), pin=b"12345")
    assert answer.response_code is ResponseCode.SECURITY_VIOLATION
    assert world.position(ISSUER).debits_held == 0


@pytest.mark.rule("TPL-02")
async def test_a_suspended_issuer_is_not_asked(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    world.registers.register = without(world.registers.register, ISSUER, ParticipantRole.ISSUER)
    answer = await world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    assert answer.response_code is ResponseCode.ISSUER_UNAVAILABLE
    assert world.issuer_store.payments == {}


async def test_the_net_debit_cap_bounds_posted_and_held_together(terminal: TestTerminal) -> None:
    world = MoneyWorld(cap=20_00)
    terminal.clock = world.clock
    world.enrol()
    first = await terminal.pay(world.payments, terminal.sale(12_00))
    second = await terminal.pay(world.payments, terminal.sale(8_01))
    third = await terminal.pay(world.payments, terminal.sale(8_00))
    assert [answer.response_code.value for answer in (first, second, third)] == ["00", "91", "00"]
    assert world.verify().debits_posted == 20_00


async def test_an_issuer_that_refuses_is_05(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    world.faults.set(ISSUER, FaultProfile(Fault.REFUSES))
    answer = await terminal.pay(world.payments, terminal.sale())
    assert answer.response_code is ResponseCode.DO_NOT_HONOUR


@pytest.mark.rule("AUT-02")
async def test_another_amount_voids_the_confirmation(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = terminal.sale(12_30)
    routed = await terminal.open_and_route(world.payments, sale)
    command = terminal.authorize(sale, routed.routing_token)
    changed = altered(command.request, payment_hash=terminal.sale(99_99).payment_hash)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.authorize_payment(
            type(command)(changed, command.payment_id, command.routing_token, command.pin)
        )
    assert refused.value.reason is RefusalReason.PAYMENT_HASH_MISMATCH
    assert world.store.transfers == []


@pytest.mark.rule("PAD-03")
async def test_a_pin_for_another_payments_challenge_is_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    command = terminal.authorize(sale, routed.routing_token)
    stale = altered(command.request, challenge_nonce=bytes(32))
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.authorize_payment(replace(command, request=stale))
    assert refused.value.reason is RefusalReason.CHALLENGE_MISMATCH
    assert world.store.transfers == []


async def test_a_payment_beyond_the_cap_gives_the_days_limit_back(terminal: TestTerminal) -> None:
    world = MoneyWorld(cap=10_00)
    terminal.clock = world.clock
    world.enrol()
    answer = await terminal.pay(world.payments, terminal.sale(10_01))
    assert answer.response_code is ResponseCode.ISSUER_UNAVAILABLE
    assert set(world.store.rows.tables["usage"].values()) == {0}


async def test_a_token_of_nobody_is_refused(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = terminal.sale()
    await terminal.open_and_route(world.payments, sale)
    command = terminal.authorize(sale, RoutingToken.generate(SeededRandomness(5)))
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.authorize_payment(command)
    assert refused.value.reason is RefusalReason.ROUTING_TOKEN


async def test_a_token_is_good_for_two_minutes(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = terminal.sale()
    routed = await terminal.open_and_route(world.payments, sale)
    world.clock.advance(120)
    answer = await world.payments.authorize_payment(terminal.authorize(sale, routed.routing_token))
    assert (answer.state, answer.response_code) == (
        PaymentState.EXPIRED,
        ResponseCode.RESPONSE_TOO_LATE,
    )


@pytest.mark.rule("MER-02", "CAP-06", "CAP-07", "TPL-02")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("acceptor", "03"),
        ("acquirer", "03"),
        ("terminal", "58"),
        ("binding", "58"),
    ],
)
async def test_who_may_not_take_part_opens_no_payment(
    world: MoneyWorld, terminal: TestTerminal, spoil: str, code: str
) -> None:
    world.registers.register = spoilt(spoil)
    sale = terminal.sale()
    answer = await world.payments.open_payment(terminal.open(sale))
    assert isinstance(answer, PaymentAnswer)
    assert (answer.state, answer.response_code.value) == (PaymentState.DECLINED, code)
    again = await world.payments.get_payment(terminal.get(sale))
    assert again.response_code.value == code


@pytest.mark.rule("LIM-02")
@pytest.mark.parametrize(
    ("amount", "code"), [(0, "13"), (1, None), (1_000_00, None), (1_000_01, "61")]
)
async def test_amounts_at_the_edge(
    world: MoneyWorld, terminal: TestTerminal, amount: int, code: str | None
) -> None:
    answer = await world.payments.open_payment(terminal.open(terminal.sale(amount)))
    if code is None:
        assert isinstance(answer, PaymentOpened)
    else:
        assert isinstance(answer, PaymentAnswer)
        assert answer.response_code.value == code


async def test_a_foreign_currency_is_declined_with_a_signed_12(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    usable = terminal.open(terminal.sale())
    unusable = UnusableAmount(ResponseCode.INVALID_TRANSACTION)
    command = OpenPayment(
        usable.request,
        usable.payment_id,
        unusable,
        usable.blinding,
        usable.notice_version,
        usable.notice_sha256,
    )
    answer = await world.payments.open_payment(command)
    assert isinstance(answer, PaymentAnswer)
    assert answer.decision.verify(world.security.public_key).response_code.value == "12"


@pytest.mark.rule("CON-07")
async def test_a_notice_that_is_no_longer_in_force_opens_nothing(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.notices.version = "2026-02"
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.open_payment(terminal.open(terminal.sale()))
    assert refused.value.reason is RefusalReason.NOTICE_MISMATCH


@pytest.mark.rule("AUT-02", "CON-03")
@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("payment_hash", RefusalReason.PAYMENT_HASH_MISMATCH),
        ("notice_hash", RefusalReason.NOTICE_MISMATCH),
    ],
)
async def test_a_header_that_binds_other_fields_than_the_body_opens_nothing(
    world: MoneyWorld, terminal: TestTerminal, field: str, reason: RefusalReason
) -> None:
    command = terminal.open(terminal.sale())
    other = replace(command, request=altered(command.request, **{field: bytes(32)}))
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.open_payment(other)
    assert refused.value.reason is reason
    assert await world.store.find_payment(command.payment_id) is None


def test_whoever_waits_outlives_what_it_waits_for() -> None:
    policy = PaymentPolicy()
    assert (
        policy.issuer_deadline
        < policy.authorize_deadline
        < policy.polling
        < policy.hold_sweep_after
    )


def without(register: Register, participant_id: object, role: ParticipantRole) -> Register:
    participants = [
        replace(item, standing=Standing.SUSPENDED)
        if item.participant_id == participant_id
        else item
        for kind in ParticipantRole
        for item in register.participants(kind)
    ]
    acceptor = register.acceptor(ACCEPTOR)
    assert acceptor is not None
    return Register(participants, [acceptor], register.terminals)


def spoilt(what: str) -> Register:
    register = make_register()
    acceptor = register.acceptor(ACCEPTOR)
    assert acceptor is not None
    participants = [item for kind in ParticipantRole for item in register.participants(kind)]
    terminals = list(register.terminals)
    if what == "acceptor":
        acceptor = replace(acceptor, forbids_face_retention=False)
    elif what == "acquirer":
        return without(register, ACQUIRER, ParticipantRole.ACQUIRER)
    elif what == "terminal":
        terminals = [replace(item, state=TerminalState.BLOCKED) for item in terminals]
    else:
        terminals = [
            replace(item, binding=replace(item.binding, settlement_account="other"))
            for item in terminals
        ]
    return Register(participants, [acceptor], terminals)
