"""Proof that windows, rows and balances tell one story.

Follows every row of the book once, so it is for a service's start, an operator and tests.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.transfer import Transfer, TransferKind
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.settlement.netting import net_positions
from clearing_service.settlement.settlement import funds_of

_Nets = Mapping[AccountId, int]


def verify_windows(
    windows: Iterable[SettlementWindow], rows: Iterable[Transfer], balances: Iterable[Balance]
) -> None:
    """Check windows against the rows and balances of the book; raises `LedgerInvariantError`.

    There is one open window, and it is the last. Each row stands within its window's rows. The net
    positions of a window sum to zero; those of a settled one are discharged to the last minor unit,
    those of any other not at all. What a balance says is what its windows are not settled for.
    """
    known = {window.number: window for window in windows}
    by_window = defaultdict[int, list[Transfer]](list)
    for row in rows:
        by_window[row.window].append(row)
    if known:
        _require_one_open(known)
        for number, found in by_window.items():
            _require_within(known.get(number), found)
    open_nets = defaultdict[AccountId, int](int)
    for number, found in by_window.items():
        net = net_positions(found).to_settle
        window = known.get(number)
        is_settled = window is not None and window.state is WindowState.SETTLED
        _require_discharged(number, found, net if is_settled else {})
        if not is_settled:
            for account, minor_units in net.items():
                open_nets[account] += minor_units
    _require_balances(open_nets, balances)


def _require_one_open(windows: Mapping[int, SettlementWindow]) -> None:
    numbers = sorted(windows)
    are_open = [number for number in numbers if windows[number].state is WindowState.OPEN]
    if are_open != numbers[-1:] or numbers != list(range(1, len(numbers) + 1)):
        raise LedgerInvariantError(f"windows {are_open} are open of {len(numbers)}")


def _require_within(window: SettlementWindow | None, rows: Iterable[Transfer]) -> None:
    for row in rows:
        if window is None or row.number < window.first_row:
            raise LedgerInvariantError(f"row {row.number} stands before its window {row.window}")
        if window.last_row is not None and row.number > window.last_row:
            raise LedgerInvariantError(f"row {row.number} stands after its window {row.window}")


def _require_discharged(number: int, rows: Iterable[Transfer], net: _Nets) -> None:
    discharged = defaultdict[AccountId, int](int)
    for row in rows:
        if row.kind is TransferKind.SETTLEMENT:
            amount = row.movement.amount.amount_minor_units
            debit, credit = row.movement.debit, row.movement.credit
            if debit.kind is AccountKind.POSITION:
                discharged[debit] += amount
            else:
                discharged[credit] -= amount
    if dict(discharged) != dict(net):
        raise LedgerInvariantError(f"window {number} is not settled for what it nets to")


def _require_balances(open_nets: _Nets, balances: Iterable[Balance]) -> None:
    for balance in balances:
        account = balance.account
        if account.kind is AccountKind.POSITION and funds_of(balance) != open_nets.get(account, 0):
            raise LedgerInvariantError(
                f"the position of {account} is not what its open windows net to"
            )
        if account.kind is AccountKind.RISK_RESERVE and funds_of(balance) < 0:
            raise LedgerInvariantError("the risk reserve is less than nothing")
