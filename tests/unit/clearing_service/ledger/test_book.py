"""Double entry: what is held, posted, released and reversed, and the proof that it adds up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.audit.chain import ChainBrokenError
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.rules import (
    Booking,
    HoldOutcome,
    RefundPart,
    hold,
    post,
    refund,
    release,
    reverse,
)
from clearing_service.ledger.transfer import Movement, Transfer
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.payment.clearing_book import LEDGER_CHAIN, ClearingBook
from facepay.business_date import business_date
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Money
from tests.fakes.money_stores import MemoryRows
from tests.fakes.ports import START

ISSUER = AccountId(ParticipantId("30000001"))
ACQUIRER = AccountId(ParticipantId("20000001"))
NOBODY = AccountId(ParticipantId("99999999"))
CAP = 100_00


class Book:
    """A book on nothing but memory, one item at a time."""

    def __init__(self, cap: int = CAP) -> None:
        rows = MemoryRows()
        rows.tables["balance"] = {ISSUER: Balance(ISSUER, cap), ACQUIRER: Balance(ACQUIRER, 0)}
        self.rows = ClearingBook(rows)

    def hold(self, payment: int, amount: int, debit: AccountId = ISSUER) -> HoldOutcome:
        movement = Movement(debit, ACQUIRER, Money(amount))
        return hold(self.rows, booking(payment), movement)

    def do(self, rule: Callable[[ClearingBook, Booking], Transfer], payment: int) -> Transfer:
        return rule(self.rows, booking(payment))

    @property
    def transfers(self) -> list[Transfer]:
        self.rows.new_transfers.keep()
        return self.rows.new_transfers.added

    @property
    def balances(self) -> list[Balance]:
        found = (self.rows.balances.get(ISSUER), self.rows.balances.get(ACQUIRER))
        return [balance for balance in found if balance is not None]

    def verify(self) -> None:
        verify_book(LEDGER_CHAIN, self.transfers, self.balances)


def booking(payment: int) -> Booking:
    return Booking(PaymentId(payment.to_bytes(16)), START)


def test_a_hold_promises_a_post_moves_and_a_reversal_moves_back() -> None:
    book = Book()
    assert book.hold(1, 30_00) is HoldOutcome.HELD
    book.do(post, 1)
    undone = book.do(reverse, 1)
    issuer, acquirer = book.balances
    assert (issuer.debits_posted, issuer.credits_posted) == (30_00, 30_00)
    assert (acquirer.credits_posted, acquirer.debits_posted) == (30_00, 30_00)
    assert [row.answers for row in book.transfers] == [None, 1, 2]
    assert undone.movement == Movement(ACQUIRER, ISSUER, Money(30_00))
    book.verify()


def test_a_release_leaves_nothing_owed() -> None:
    book = Book()
    book.hold(1, 30_00)
    book.do(release, 1)
    assert [balance.net_debit_minor_units for balance in book.balances] == [0, 0]
    book.verify()


@pytest.mark.parametrize(
    ("amounts", "outcomes"),
    [
        ([CAP], [HoldOutcome.HELD]),
        ([CAP + 1], [HoldOutcome.NET_DEBIT_CAP_EXCEEDED]),
        ([60_00, 40_00], [HoldOutcome.HELD, HoldOutcome.HELD]),
        ([60_00, 40_01], [HoldOutcome.HELD, HoldOutcome.NET_DEBIT_CAP_EXCEEDED]),
    ],
)
def test_the_cap_bounds_posted_and_held(amounts: list[int], outcomes: list[HoldOutcome]) -> None:
    book = Book()
    found = []
    for number, amount in enumerate(amounts):
        found.append(book.hold(number, amount))
        if found[-1] is HoldOutcome.HELD:
            book.do(post, number)
    assert found == outcomes


def test_who_has_no_position_is_not_held_against() -> None:
    assert Book().hold(1, 1, debit=NOBODY) is HoldOutcome.NO_POSITION


RULES = {"post": post, "release": release, "reverse": reverse}


@pytest.mark.parametrize(
    "steps",
    [
        "post",
        "release",
        "reverse",
        "hold reverse",
        "hold post post",
        "hold post release",
        "hold release post",
        "hold release reverse",
        "hold post reverse reverse",
        "hold hold",
    ],
)
def test_what_is_booked_out_of_turn_stops_posting(steps: str) -> None:
    book = Book()
    *before, last = steps.split()

    def take(step: str) -> None:
        if step == "hold":
            book.hold(1, 1)
        else:
            book.do(RULES[step], 1)

    for step in before:
        take(step)
    with pytest.raises(LedgerInvariantError):
        take(last)


def full_book() -> Book:
    book = Book()
    book.hold(1, 10_00)
    book.do(post, 1)
    book.hold(2, 20_00)
    book.do(release, 2)
    return book


def test_a_changed_amount_breaks_the_chain() -> None:
    book = full_book()
    rows = book.transfers
    rows[1] = replace(rows[1], movement=Movement(ISSUER, ACQUIRER, Money(1)))
    with pytest.raises(ChainBrokenError, match="row 2"):
        verify_book(LEDGER_CHAIN, rows, book.balances)


def test_a_removed_row_breaks_the_chain() -> None:
    book = full_book()
    rows = book.transfers
    del rows[2]
    with pytest.raises(ChainBrokenError, match="row 3"):
        verify_book(LEDGER_CHAIN, rows, book.balances)


def test_a_touched_balance_is_found() -> None:
    book = full_book()
    issuer, acquirer = book.balances
    touched = issuer.changed(debits_posted=-1)
    with pytest.raises(LedgerInvariantError, match="does not follow"):
        verify_book(LEDGER_CHAIN, book.transfers, [touched, acquirer])


def test_less_than_nothing_cannot_be_held() -> None:
    with pytest.raises(LedgerInvariantError):
        Balance(ISSUER, 0).changed(debits_held=-1)


@given(st.lists(st.tuples(st.integers(1, 40_00), st.sampled_from("prv")), max_size=20))
def test_any_sequence_of_payments_balances(payments: list[tuple[int, str]]) -> None:
    book = Book()
    for number, (amount, end) in enumerate(payments):
        if book.hold(number, amount) is not HoldOutcome.HELD:
            continue
        if end == "r":
            book.do(release, number)
            continue
        book.do(post, number)
        if end == "v":
            book.do(reverse, number)
    book.verify()
    assert all(balance.net_debit_minor_units <= CAP for balance in book.balances)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_the_business_day_ends_at_eleven_at_night_in_beijing(moment: datetime, day: date) -> None:
    assert business_date(moment) == day


def give_back(book: Book, payment: int, number: int, amount: int, before: int) -> Transfer:
    part = RefundPart(number, Money(amount), Money(before))
    return refund(book.rows, booking(payment), part)


def test_refunds_move_back_in_parts_and_never_more_than_the_post() -> None:
    book = Book()
    book.hold(1, 30_00)
    book.do(post, 1)
    rows = [give_back(book, 1, 1, 10_00, 0), give_back(book, 1, 2, 20_00, 10_00)]
    assert [row.answers for row in rows] == [2, 2]
    assert [balance.net_debit_minor_units for balance in book.balances] == [0, 0]
    book.verify()
    with pytest.raises(LedgerInvariantError, match="too much"):
        give_back(book, 1, 3, 1, 30_00)
    with pytest.raises(LedgerInvariantError, match="already"):
        give_back(book, 1, 2, 1, 0)


def test_nothing_is_both_reversed_and_refunded() -> None:
    book = Book()
    for payment in (1, 2):
        book.hold(payment, 30_00)
        book.do(post, payment)
    book.do(reverse, 1)
    with pytest.raises(LedgerInvariantError, match="was reversed"):
        give_back(book, 1, 1, 1, 0)
    give_back(book, 2, 1, 1, 0)
    with pytest.raises(LedgerInvariantError, match="was refunded"):
        book.do(reverse, 2)
    with pytest.raises(LedgerInvariantError, match="nothing posted"):
        give_back(book, 3, 1, 1, 0)


def test_the_proof_finds_refunds_that_are_more_than_their_post() -> None:
    book = Book()
    book.hold(1, 30_00)
    book.do(post, 1)
    give_back(book, 1, 1, 20_00, 0)
    give_back(book, 1, 2, 20_00, 0)  # a caller that forgot the first
    with pytest.raises(LedgerInvariantError, match="cannot answer"):
        book.verify()
