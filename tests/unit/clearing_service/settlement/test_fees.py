"""Fees: dated rates, caps, rounding once, and totals that reconcile to the fen."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.clock import start_of_beijing_day
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.entries import enter
from clearing_service.ledger.transfer import TransferKind
from clearing_service.settlement.fee_rates import (
    RATES_NAME,
    FeeKind,
    FeeRate,
    FeeRatesError,
    FeeSchedule,
    load_fee_schedule,
    read_fee_schedule,
)
from clearing_service.settlement.fees import FeeCharge, FeeLine, charge_of, fees_of, half_up
from clearing_service.settlement.netting import net_positions
from tests.fakes.central_book import ACQUIRERS, INSTITUTION, ISSUERS, Book
from tests.fakes.ports import START

DAY = date(2026, 1, 1)
ISSUER_RATE = FeeRate(FeeKind.ISSUER, DAY, 3500, 1300)
SCHEDULE = FeeSchedule(
    (
        ISSUER_RATE,
        FeeRate(FeeKind.NETWORK_ACQUIRER, DAY, 325, 325),
        FeeRate(FeeKind.NETWORK_ISSUER, DAY, 325, 325),
    )
)
ONLY_ISSUER = FeeSchedule((ISSUER_RATE,))


def charged(book: Book, schedule: FeeSchedule = SCHEDULE) -> dict[FeeLine, int]:
    """What one acquirer and one issuer pay, by line."""
    charges = fees_of(schedule, book.transfers, book.by_number)
    return {charge.line: charge.minor_units for charge in charges}


def test_each_line_is_a_share_of_the_payment() -> None:
    book = Book()
    book.pay(1_000_00)
    assert charged(book) == {
        FeeLine.ISSUER_FEE_PAID: 350,
        FeeLine.ISSUER_FEE_RECEIVED: -350,
        FeeLine.NETWORK_FEE_OF_ACQUIRER: 33,  # 32.5
        FeeLine.NETWORK_FEE_OF_ISSUER: 33,
    }


@pytest.mark.parametrize(
    ("amounts", "fee"),
    [([371428], 1300), ([371429], 1300), ([10_000_000], 1300), ([10_000_000] * 2, 2600)],
)
def test_the_cap_holds_for_each_payment(amounts: list[int], fee: int) -> None:
    book = Book()
    for amount in amounts:
        book.pay(amount)
    assert charged(book, ONLY_ISSUER)[FeeLine.ISSUER_FEE_PAID] == fee


@pytest.mark.parametrize(("payments", "fee"), [(1, 0), (2, 1), (3, 1), (4, 1), (5, 2), (143, 50)])
def test_fees_are_rounded_once_for_all_payments_of_a_window(payments: int, fee: int) -> None:
    book = Book()
    for _ in range(payments):
        book.pay(100)  # 0.35 fen each
    assert charged(book, ONLY_ISSUER).get(FeeLine.ISSUER_FEE_PAID, 0) == fee


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.4999", 0), ("0.5", 1), ("1.5", 2), ("-0.5", -1), ("-0.4", 0), ("-1.5", -2)],
)
def test_a_half_goes_away_from_zero(exact: str, rounded: int) -> None:
    assert half_up(Fraction(exact)) == rounded


def test_a_payment_given_back_in_parts_has_cost_nothing() -> None:
    book = Book()
    paid = book.pay(10_000_00)  # above the cap
    book.refund(paid, 1, 3_333_33)
    book.refund(paid, 2, 6_666_67, before=3_333_33)
    book.reverse(book.pay(77_77))
    assert charged(book) == {}


def test_a_refund_gives_back_at_the_rate_of_its_payment() -> None:
    """Although the refund is a row of a later window, after the rate has changed."""
    rates = (ISSUER_RATE, FeeRate(FeeKind.ISSUER, date(2026, 3, 3), 10_000, 1300))
    book = Book()
    paid = book.pay(1_000_00, START)
    book.next_window()
    book.refund(paid, 1, 500_00)
    charges = fees_of(FeeSchedule(rates), book.of_window(2), book.by_number)
    assert [charge.minor_units for charge in charges] == [-175, 175]


def test_a_rate_changes_at_midnight_in_the_middle_of_a_window() -> None:
    midnight = start_of_beijing_day(date(2026, 3, 3))
    rates = (ISSUER_RATE, FeeRate(FeeKind.ISSUER, date(2026, 3, 3), 10_000, 1300))
    book = Book()
    book.pay(1_000_00, midnight - timedelta(milliseconds=1))
    book.pay(1_000_00, midnight)
    assert charged(book, FeeSchedule(rates))[FeeLine.ISSUER_FEE_PAID] == 350 + 1000


def test_before_its_first_rate_a_fee_costs_nothing() -> None:
    book = Book()
    book.pay(1_000_00)
    later = FeeSchedule((FeeRate(FeeKind.ISSUER, date(2027, 1, 1), 3500, 1300),))
    assert charged(book, later) == {}


def test_rows_that_are_no_payments_cost_nothing() -> None:
    book = Book()
    book.fund(ISSUERS[0], 1_000_00)
    book.hold(1_000_00)
    assert charged(book) == {}


def test_a_refund_of_a_post_that_is_not_there_is_a_broken_invariant() -> None:
    book = Book()
    book.refund(book.pay(10), 1, 1)
    with pytest.raises(LedgerInvariantError, match="not there"):
        fees_of(SCHEDULE, book.transfers, {})


_PAYMENT = st.tuples(
    st.integers(1, 1_000_000),
    st.sampled_from(ISSUERS),
    st.sampled_from(ACQUIRERS),
    st.integers(0, 100),
)


@given(st.lists(_PAYMENT, max_size=25))
def test_fee_rows_reconcile_with_the_charges_and_the_institution_keeps_the_rounding(
    payments: list[tuple[int, AccountId, AccountId, int]],
) -> None:
    book = Book()
    for amount, issuer, acquirer, percent in payments:
        paid = book.pay(amount, issuer=issuer, acquirer=acquirer)
        if back := amount * percent // 100:
            book.refund(paid, 1, back)
    charges = fees_of(SCHEDULE, book.transfers, book.by_number)
    for charge in charges:
        movement = charge.movement(INSTITUTION)
        enter(book.rows, charge.entry(1, START), TransferKind.FEE, movement)
    booked = [row for row in book.transfers if row.kind is TransferKind.FEE]
    assert [charge_of(row, INSTITUTION) for row in booked] == list(charges)
    net = net_positions(booked)
    assert net.by_account.get(INSTITUTION.fees, 0) == sum(item.minor_units for item in charges)
    passed_on = (FeeLine.ISSUER_FEE_PAID, FeeLine.ISSUER_FEE_RECEIVED)
    kept = sum(item.minor_units for item in charges if item.line in passed_on)
    assert abs(kept) <= (len(ISSUERS) + len(ACQUIRERS)) / 2
    book.verify()


def test_the_programs_own_rates_can_be_read() -> None:
    assert {rate.fee for rate in load_fee_schedule().rates} == set(FeeKind)


def test_a_sandbox_may_have_rates_of_its_own(tmp_path: Path) -> None:
    assert load_fee_schedule(tmp_path) == load_fee_schedule()
    (tmp_path / RATES_NAME).write_text("")
    assert load_fee_schedule(tmp_path) == FeeSchedule()


RATE = """
[[rate]]
fee = "issuer"
valid_from = 2026-01-01
parts_per_million = 1
cap_minor_units = 1
"""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = ", "not TOML"),
        ("y = 1", "nothing else"),
        ("rate = 1", "nothing else"),
        (RATE.replace('"issuer"', '"merchant"'), "no fee merchant"),
        (RATE.replace("2026-01-01", '"soon"'), "is a day"),
        (RATE.replace("2026-01-01", "2026-01-01T00:00:00"), "is a day"),
        (RATE.replace("million = 1", "million = 1000001"), "0 to 1000000"),
        (RATE.replace("units = 1", "units = -1"), "0 to"),
        (RATE.replace("units = 1", "units = true"), "0 to"),
        (RATE.replace("units = 1", "units = 1\nfloor = 1"), "exactly"),
        (RATE + RATE, "same day"),
    ],
)
def test_rates_that_cannot_be_meant_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(FeeRatesError, match=complaint):
        read_fee_schedule(text)


def test_a_row_that_is_no_fee_cannot_be_read_as_one() -> None:
    book = Book()
    book.pay(1)
    with pytest.raises(LedgerInvariantError, match="no fee"):
        charge_of(book.transfers[1], INSTITUTION)
    assert (
        FeeCharge(ACQUIRERS[0], FeeLine.ISSUER_FEE_PAID, 5).movement(INSTITUTION).debit
        == (ACQUIRERS[0])
    )
