"""Multilateral netting: what each account is owed or owes, and that nothing comes from nowhere."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.transfer import TransferKind
from clearing_service.settlement.netting import NetPositions, net_positions
from clearing_service.settlement.settlement import (
    SettlementOrder,
    Shortfall,
    funds_account,
    netted_together,
    settlement_orders,
    shortfalls,
)
from facepay.money import AMOUNT_MAX_MINOR_UNITS
from tests.fakes.central_book import (
    ACQUIRERS,
    INSTITUTION,
    ISSUERS,
    Book,
    funds,
)


def test_payments_net_to_what_issuers_owe_acquirers() -> None:
    book = Book()
    book.pay(100_00)
    back = book.pay(30_00)
    book.reverse(back)
    book.pay(20_00, issuer=ISSUERS[1], acquirer=ACQUIRERS[1])
    net = net_positions(book.transfers)
    assert net.by_account == {
        ISSUERS[0]: -100_00,
        ACQUIRERS[0]: 100_00,
        ISSUERS[1]: -20_00,
        ACQUIRERS[1]: 20_00,
    }


def test_holds_releases_and_funds_are_not_netted() -> None:
    book = Book()
    book.hold(10_00)
    book.release(book.hold(20_00))
    book.fund(ISSUERS[0], 50_00)
    assert net_positions(book.transfers).by_account == {}


def test_fees_compensation_and_adjustment_net_against_the_institutions_own_accounts() -> None:
    book = Book()
    reserve, fees = INSTITUTION.risk_reserve, INSTITUTION.fees
    book.enter(TransferKind.FUNDS_IN, INSTITUTION.mirror, reserve, 500_00, "reserve")
    book.enter(TransferKind.COMPENSATION, reserve, ISSUERS[0], 80_00, "case 1")
    book.enter(TransferKind.FEE, ACQUIRERS[0], fees, 1_00, "fee")
    net = net_positions(book.transfers)
    assert net.by_account == {reserve: -80_00, ISSUERS[0]: 80_00, ACQUIRERS[0]: -1_00, fees: 1_00}
    assert net.to_settle == {ISSUERS[0]: 80_00, ACQUIRERS[0]: -1_00}
    book.verify()


def test_positions_that_do_not_sum_to_zero_are_a_broken_invariant() -> None:
    with pytest.raises(LedgerInvariantError, match="sum to 1"):
        NetPositions({ISSUERS[0]: -99, ACQUIRERS[0]: 100})


def test_what_went_to_and_fro_is_shown_and_not_settled() -> None:
    book = Book()
    book.reverse(book.pay(1))
    net = net_positions(book.transfers)
    assert net.by_account == {ISSUERS[0]: 0, ACQUIRERS[0]: 0}
    assert net.to_settle == {}


def test_an_order_brings_a_position_to_zero_from_or_to_the_participants_own_funds() -> None:
    net = NetPositions({ISSUERS[0]: -5, ACQUIRERS[0]: 5})
    orders = settlement_orders({7: net})
    assert orders == (SettlementOrder(7, ACQUIRERS[0], 5), SettlementOrder(7, ISSUERS[0], -5))
    to_acquirer, to_issuer = (order.movement for order in orders)
    assert (to_acquirer.debit, to_acquirer.credit) == (ACQUIRERS[0], funds(ACQUIRERS[0]))
    assert (to_issuer.debit, to_issuer.credit) == (funds(ISSUERS[0]), ISSUERS[0])
    assert to_issuer.amount.amount_minor_units == 5


@pytest.mark.parametrize("sign", [1, -1])
def test_a_position_that_one_row_cannot_carry_takes_several(sign: int) -> None:
    net = sign * (2 * AMOUNT_MAX_MINOR_UNITS + 7)
    orders = settlement_orders({1: NetPositions({ISSUERS[0]: net, ACQUIRERS[0]: -net})})
    of_issuer = [order for order in orders if order.position == ISSUERS[0]]
    assert sum(order.net_minor_units for order in of_issuer) == net
    assert [order.part for order in of_issuer] == [0, 1, 2]
    assert all(order.movement.amount.amount_minor_units for order in orders)


@pytest.mark.parametrize(("available", "lacks"), [(99, True), (100, False), (101, False)])
def test_who_owes_more_than_its_funds_lacks_them(available: int, lacks: bool) -> None:
    net = NetPositions({ISSUERS[0]: -100, ACQUIRERS[0]: 100})
    found = shortfalls(net, {funds_account(ISSUERS[0]): available})
    assert found == ((Shortfall(ISSUERS[0].participant_id, 100, available),) if lacks else ())


def test_windows_settled_together_need_funds_for_their_sum_only() -> None:
    first = NetPositions({ISSUERS[0]: -100, ACQUIRERS[0]: 100})
    second = NetPositions({ISSUERS[0]: 90, ACQUIRERS[0]: -90})
    together = netted_together([first, second])
    assert together.to_settle == {ACQUIRERS[0]: 10, ISSUERS[0]: -10}
    assert shortfalls(together, {funds_account(ISSUERS[0]): 10}) == ()
    assert len(settlement_orders({1: first, 2: second})) == 4


_PAYMENT = st.tuples(
    st.integers(1, 10_000),
    st.sampled_from(ISSUERS),
    st.sampled_from(ACQUIRERS),
    st.sampled_from("pvrh"),
)


@given(st.lists(_PAYMENT, max_size=30))
def test_any_window_nets_to_zero_and_to_what_its_balances_say(
    payments: list[tuple[int, AccountId, AccountId, str]],
) -> None:
    book = Book()
    for amount, issuer, acquirer, end in payments:
        if end == "h":
            book.hold(amount, issuer=issuer, acquirer=acquirer)
            continue
        paid = book.pay(amount, issuer=issuer, acquirer=acquirer)
        if end == "v":
            book.reverse(paid)
        elif end == "r":
            book.refund(paid, 1, (amount + 1) // 2)
    net = net_positions(book.transfers)
    assert sum(net.by_account.values()) == 0
    for account, minor_units in net.by_account.items():
        balance = book.rows.balances.get(account)
        assert balance is not None
        assert balance.credits_posted - balance.debits_posted == minor_units
    half = len(book.transfers) // 2
    parts = [net_positions(book.transfers[:half]), net_positions(book.transfers[half:])]
    assert netted_together(parts) == net
    book.verify()


def test_a_row_that_moves_where_its_kind_may_not_is_refused() -> None:
    book = Book()
    with pytest.raises(LedgerInvariantError, match="cannot move"):
        book.enter(TransferKind.COMPENSATION, ISSUERS[0], ACQUIRERS[0], 1, "case")
    with pytest.raises(LedgerInvariantError, match="cannot move"):
        book.enter(TransferKind.SETTLEMENT, ISSUERS[0], funds(ACQUIRERS[0]), 1, "settlement")
    with pytest.raises(LedgerInvariantError, match="answers another row"):
        book.enter(TransferKind.POST, ISSUERS[0], ACQUIRERS[0], 1, "payment")


def test_an_entry_is_booked_once() -> None:
    book = Book()
    book.fund(ISSUERS[0], 1)
    with pytest.raises(LedgerInvariantError, match="already"):
        book.fund(ISSUERS[0], 1)


def test_the_first_windows_rows_keep_the_bytes_they_had_before_there_were_windows() -> None:
    book = Book()
    book.pay(1)
    row = book.transfers[1]
    assert row.content() == replace(row, window=1).content()
    assert len(replace(row, window=2).content()) == len(row.content()) + 4 + 8
