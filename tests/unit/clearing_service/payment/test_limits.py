"""How much one payer may pay by face, to the fen and to the second of midnight in Beijing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.limits import LimitOutcome, use_limit
from clearing_service.payment.policy import AmountLimits, PaymentPolicy
from facepay.money import Money
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import MoneyWorld


async def codes_of(world: MoneyWorld, terminal: TestTerminal, amounts: list[int]) -> list[str]:
    return [
        (await terminal.pay(world.payments, terminal.sale(amount))).response_code.value
        for amount in amounts
    ]


@pytest.mark.rule("LIM-01", "LIM-02")
@pytest.mark.parametrize(
    ("amounts", "codes"),
    [
        ([1_000_00] * 4 + [999_99], ["00"] * 5),
        ([1_000_00] * 5, ["00"] * 5),
        ([1_000_00] * 5 + [1], ["00"] * 5 + ["61"]),
        ([1_000_00] * 4 + [999_99, 2, 1], ["00"] * 5 + ["61", "00"]),
    ],
)
async def test_a_day_ends_at_five_thousand_yuan(
    world: MoneyWorld, terminal: TestTerminal, amounts: list[int], codes: list[str]
) -> None:
    world.enrol(balance=100_000_00)
    assert await codes_of(world, terminal, amounts) == codes


@pytest.mark.rule("LIM-01")
@pytest.mark.parametrize(
    ("wish", "amount", "outcome"),
    [
        (AmountLimits(Money(100_00), Money(200_00)), 100_00, LimitOutcome.WITHIN),
        (AmountLimits(Money(100_00), Money(200_00)), 100_01, LimitOutcome.PER_PAYMENT_EXCEEDED),
        (AmountLimits(Money(100_00), Money(50_00)), 50_01, LimitOutcome.PER_DAY_EXCEEDED),
        (AmountLimits(Money(9_999_00), Money(9_999_00)), 1_000_00, LimitOutcome.WITHIN),
        (
            AmountLimits(Money(9_999_00), Money(9_999_00)),
            1_000_01,
            LimitOutcome.PER_PAYMENT_EXCEEDED,
        ),
    ],
)
async def test_a_payer_lowers_a_limit_and_never_raises_one(
    world: MoneyWorld,
    terminal: TestTerminal,
    wish: AmountLimits,
    amount: int,
    outcome: LimitOutcome,
) -> None:
    account = world.enrol()
    sale = terminal.sale(1_00)
    await terminal.open_and_route(world.payments, sale)
    payment = await world.store.find_payment(sale.payment_id)
    assert payment is not None
    key = (account.issuer_id, account.account_alias)
    world.store.rows.tables["payer_limits"][key] = wish
    book = ClearingBook(world.store.rows)
    fields = replace(payment.known_fields, amount=Money(amount))
    found = use_limit(
        book, replace(payment, fields=fields), PaymentPolicy().limits, world.clock.now()
    )
    assert found is outcome


@pytest.mark.rule("LIM-02")
async def test_the_day_changes_at_midnight_in_beijing(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol(balance=100_000_00)
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    world.clock.advance((midnight - world.clock.now()).total_seconds() - 1)
    before = await codes_of(world, terminal, [1_000_00] * 6)
    world.clock.advance(1)
    after = await codes_of(world, terminal, [1_000_00])
    assert (before, after) == (["00"] * 5 + ["61"], ["00"])


@pytest.mark.rule("LIM-02")
async def test_a_reversal_gives_headroom_back_once_and_to_its_own_day(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol(balance=100_000_00)
    sale = terminal.sale(1_000_00)
    await terminal.pay(world.payments, sale)
    assert await codes_of(world, terminal, [1_000_00] * 5) == ["00"] * 4 + ["61"]
    for _ in range(2):
        await world.payments.reverse_payment(terminal.reverse(sale))
    assert await codes_of(world, terminal, [1_000_00] * 2) == ["00", "61"]


async def test_a_decline_uses_nothing_of_the_day(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol(balance=10_00)
    await codes_of(world, terminal, [1_000_00] * 6)
    assert await codes_of(world, terminal, [10_00]) == ["00"]
