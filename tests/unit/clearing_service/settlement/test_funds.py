"""Funds in and out, the risk reserve, and what is refused by name and changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from clearing_service.ledger.account import AccountKind, Balance
from clearing_service.ledger.transfer import EntryId, TransferKind
from clearing_service.settlement.funds import (
    FundsMove,
    FundsOutcome,
    Recovery,
    compensate,
    fund_in,
    fund_out,
    own_funds_out,
    recover,
    reserve_in,
)
from clearing_service.settlement.settlement import funds_account, funds_of
from facepay.identifiers import ParticipantId
from facepay.money import Money
from tests.fakes.central_book import ACQUIRERS, INSTITUTION, ISSUERS, Book
from tests.fakes.ports import START

ISSUER = ISSUERS[0].participant_id
ACQUIRER = ACQUIRERS[0].participant_id
NOBODY = ParticipantId("99999999")


def move(amount: int, name: str = "1") -> FundsMove:
    return FundsMove(EntryId.derived(name), Money(amount), START)


def funds(book: Book) -> int:
    return funds_of(book.rows.balances.get(funds_account(ISSUERS[0])))


def reserve(book: Book) -> int:
    return funds_of(book.rows.balances.get(INSTITUTION.risk_reserve))


def test_funds_in_and_out_are_mirrored_by_the_institution() -> None:
    book = Book()
    assert fund_in(book.rows, INSTITUTION, move(100_00), ISSUER) is FundsOutcome.DONE
    assert fund_out(book.rows, INSTITUTION, move(40_00, "2"), ISSUER) is FundsOutcome.DONE
    assert funds(book) == 60_00
    assert funds_of(book.rows.balances.get(INSTITUTION.mirror)) == -60_00
    book.verify()


def test_a_repeat_is_answered_once_more_and_moves_nothing() -> None:
    book = Book()
    for _ in range(3):
        assert fund_in(book.rows, INSTITUTION, move(100_00), ISSUER) is FundsOutcome.DONE
    assert (funds(book), len(book.transfers)) == (100_00, 1)


def test_a_repeat_of_a_payout_that_could_not_be_made_again_is_still_done() -> None:
    book = Book()
    fund_in(book.rows, INSTITUTION, move(100_00), ISSUER)
    for _ in range(2):
        assert fund_out(book.rows, INSTITUTION, move(100_00, "2"), ISSUER) is FundsOutcome.DONE
    assert funds(book) == 0


@pytest.mark.parametrize(
    ("owed", "held", "out", "outcome"),
    [
        (0, 0, 100_00, FundsOutcome.DONE),
        (0, 0, 100_01, FundsOutcome.INSUFFICIENT_FUNDS),
        (30_00, 0, 70_00, FundsOutcome.DONE),
        (30_00, 0, 70_01, FundsOutcome.INSUFFICIENT_FUNDS),
        (30_00, 20_00, 50_00, FundsOutcome.DONE),
        (30_00, 20_00, 50_01, FundsOutcome.INSUFFICIENT_FUNDS),
        (0, 0, 0, FundsOutcome.NO_AMOUNT),
    ],
)
def test_funds_stay_that_cover_what_is_owed_and_held(
    owed: int, held: int, out: int, outcome: FundsOutcome
) -> None:
    book = Book()
    fund_in(book.rows, INSTITUTION, move(100_00), ISSUER)
    if owed:
        book.pay(owed)
    if held:
        book.hold(held)
    rows = len(book.transfers)
    assert fund_out(book.rows, INSTITUTION, move(out, "2"), ISSUER) is outcome
    assert len(book.transfers) == rows + (outcome is FundsOutcome.DONE)


def test_what_a_participant_is_owed_is_not_funds_before_it_is_settled() -> None:
    book = Book()
    book.pay(100_00)
    outcome = fund_out(book.rows, INSTITUTION, move(1), ACQUIRER)
    assert outcome is FundsOutcome.INSUFFICIENT_FUNDS


def test_nothing_is_paid_out_to_a_suspended_participant_but_it_may_bring_funds() -> None:
    book = Book()
    suspended = replace(Balance(ISSUERS[0], 0), is_suspended=True)
    book.rows.balances.put(ISSUERS[0], suspended)
    assert fund_in(book.rows, INSTITUTION, move(1), ISSUER) is FundsOutcome.DONE
    outcome = fund_out(book.rows, INSTITUTION, move(1, "2"), ISSUER)
    assert outcome is FundsOutcome.PARTICIPANT_SUSPENDED


Call = Callable[[Book, FundsMove], FundsOutcome]

CALLS: list[Call] = [
    lambda book, asked: fund_in(book.rows, INSTITUTION, asked, NOBODY),
    lambda book, asked: fund_out(book.rows, INSTITUTION, asked, NOBODY),
    lambda book, asked: compensate(book.rows, INSTITUTION, asked, NOBODY),
    lambda book, asked: fund_in(book.rows, INSTITUTION, asked, INSTITUTION.participant_id),
]


@pytest.mark.parametrize("call", CALLS)
def test_who_has_no_position_has_no_funds(call: Call) -> None:
    book = Book()
    assert call(book, move(1)) is FundsOutcome.UNKNOWN_PARTICIPANT
    assert book.transfers == []


def test_an_entry_is_one_movement_only() -> None:
    book = Book()
    fund_in(book.rows, INSTITUTION, move(1), ISSUER)
    assert fund_in(book.rows, INSTITUTION, move(2), ISSUER) is FundsOutcome.ENTRY_TAKEN
    assert fund_in(book.rows, INSTITUTION, move(1), ACQUIRER) is FundsOutcome.ENTRY_TAKEN


@pytest.mark.rule("OPS-02")
def test_a_loss_is_paid_once_from_the_risk_reserve() -> None:
    book = Book()
    reserve_in(book.rows, INSTITUTION, move(100_00, "reserve"))
    for _ in range(2):
        outcome = compensate(book.rows, INSTITUTION, move(60_00, "case"), ISSUER)
        assert outcome is FundsOutcome.DONE
    assert reserve(book) == 40_00
    position = book.rows.balances.get(ISSUERS[0])
    assert position is not None
    assert position.credits_posted == 60_00
    book.verify()


@pytest.mark.rule("OPS-02")
def test_a_reserve_that_is_too_low_pays_nothing_and_the_claim_can_be_paid_later() -> None:
    book = Book()
    reserve_in(book.rows, INSTITUTION, move(59_99, "reserve"))
    asked = move(60_00, "case")
    assert compensate(book.rows, INSTITUTION, asked, ISSUER) is FundsOutcome.RESERVE_TOO_LOW
    assert reserve(book) == 59_99
    reserve_in(book.rows, INSTITUTION, move(1, "insurer"))
    assert compensate(book.rows, INSTITUTION, asked, ISSUER) is FundsOutcome.DONE


def compensated(amount: int = 60_00) -> Book:
    book = Book()
    reserve_in(book.rows, INSTITUTION, move(100_00, "reserve"))
    compensate(book.rows, INSTITUTION, move(amount, "case"), ISSUER)
    return book


@pytest.mark.rule("OPS-02")
def test_a_compensation_is_recovered_in_parts_from_whoever_is_liable() -> None:
    book = compensated()
    parts = [(1, ACQUIRER, 25_00), (2, ISSUER, 35_00)]
    for _ in range(2):
        for number, liable, amount in parts:
            asked = move(amount, "case")
            outcome = recover(book.rows, INSTITUTION, asked, Recovery(number, liable))
            assert outcome is FundsOutcome.DONE
    assert reserve(book) == 100_00
    kinds = [row.kind for row in book.transfers]
    assert kinds.count(TransferKind.ADJUSTMENT) == 2
    book.verify()


@pytest.mark.parametrize(
    ("recovery", "amount", "outcome"),
    [
        (Recovery(1, ACQUIRER), 60_01, FundsOutcome.MORE_THAN_COMPENSATED),
        (Recovery(1, ACQUIRER), 0, FundsOutcome.MORE_THAN_COMPENSATED),
        (Recovery(2, ACQUIRER), 1, FundsOutcome.NO_COMPENSATION),
        (Recovery(0, ACQUIRER), 1, FundsOutcome.NO_COMPENSATION),
        (Recovery(1, NOBODY), 1, FundsOutcome.UNKNOWN_PARTICIPANT),
    ],
)
def test_a_recovery_that_cannot_be_is_refused_by_name(
    recovery: Recovery, amount: int, outcome: FundsOutcome
) -> None:
    book = compensated()
    assert recover(book.rows, INSTITUTION, move(amount, "case"), recovery) is outcome
    assert TransferKind.ADJUSTMENT not in [row.kind for row in book.transfers]


def test_parts_together_are_no_more_than_was_compensated() -> None:
    book = compensated()
    recover(book.rows, INSTITUTION, move(60_00, "case"), Recovery(1, ACQUIRER))
    more = recover(book.rows, INSTITUTION, move(1, "case"), Recovery(2, ACQUIRER))
    assert more is FundsOutcome.MORE_THAN_COMPENSATED
    other = recover(book.rows, INSTITUTION, move(1, "case"), Recovery(1, ACQUIRER))
    assert other is FundsOutcome.ENTRY_TAKEN


def test_what_was_never_compensated_cannot_be_recovered() -> None:
    outcome = recover(Book().rows, INSTITUTION, move(1, "case"), Recovery(1, ACQUIRER))
    assert outcome is FundsOutcome.NO_COMPENSATION


@pytest.mark.parametrize("kind", [AccountKind.RISK_RESERVE, AccountKind.FEE])
def test_the_institution_takes_out_no_more_than_is_there(kind: AccountKind) -> None:
    book = Book()
    reserve_in(book.rows, INSTITUTION, move(10, "reserve"))
    book.enter(TransferKind.FEE, ISSUERS[0], INSTITUTION.fees, 10, "fee")
    too_much = own_funds_out(book.rows, INSTITUTION, move(11, "2"), kind)
    assert too_much is FundsOutcome.INSUFFICIENT_FUNDS
    assert own_funds_out(book.rows, INSTITUTION, move(10, "3"), kind) is FundsOutcome.DONE
    book.verify()
