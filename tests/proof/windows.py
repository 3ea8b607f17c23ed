"""Rules that settlement windows must keep, recounted here from nothing but the rows.

What the product says of itself (`verify_windows`) is asked first; fees and the windows of rows are
worked out a second time, in another way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from clearing_service.clock import beijing_day
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import Transfer, TransferKind
from clearing_service.ledger.window import FINAL_POSITIONS, WindowState
from clearing_service.settlement.fee_rates import FeeKind, FeeSchedule
from clearing_service.settlement.proof import verify_windows
from facepay.settlement_proof.window_digest import NO_PREVIOUS
from tests.proof.books import BookRows
from tests.proof.requirement import InvariantViolatedError, require

_OF_A_WINDOW = frozenset({TransferKind.FEE, TransferKind.SETTLEMENT})
"""Rows that follow from a closed window, and are booked after its close."""

_Fees = dict[tuple[AccountId, int], int]


def require_true_windows(book: BookRows) -> None:
    """What holds at every moment: windows, rows and balances tell one story."""
    try:
        verify_windows(book.windows, book.transfers, book.balances)
    except LedgerInvariantError as error:
        raise InvariantViolatedError(
            "positions are what their windows net to", str(error)
        ) from error
    _require_rows_of_their_time(book)
    _require_settled_once(book)
    _require_funds(book)
    _require_digests_in_order(book)


def require_fees(book: BookRows, schedule: FeeSchedule) -> None:
    """The FEE rows of a window are what its payments cost by the rates, and of no other."""
    by_number = {row.number: row for row in book.transfers}
    by_window = defaultdict[int, list[Transfer]](list)
    for row in book.transfers:
        by_window[row.window].append(row)
    for window in book.windows:
        is_priced = window.state in FINAL_POSITIONS
        rows = by_window[window.number]
        expected = _fees_due(rows, by_number, schedule) if is_priced else {}
        booked = _fees_booked(rows)
        require(
            booked == expected,
            "fees are what the rates say",
            f"window {window.number} has {booked}, not {expected}",
        )


def require_settled(book: BookRows) -> None:
    """Once everything came to rest: every window but the open one is settled and has a digest."""
    for window in book.windows:
        is_open = window.state is WindowState.OPEN
        require(
            is_open or window.state is WindowState.SETTLED,
            "every window is settled once it can be",
            f"window {window.number} is {window.state.name}",
        )
        require(
            is_open is not (window.number in book.digests),
            "every closed window has a digest",
            f"window {window.number}",
        )


def _require_rows_of_their_time(book: BookRows) -> None:
    """A row is of the window that was open when it was booked, but for fees and settlement."""
    rule = "a row is of the window that was open when it was booked"
    for window, row in _rows_with_open_windows(book):
        is_later = row.kind in _OF_A_WINDOW
        require(
            row.window < window if is_later else row.window == window,
            rule,
            f"row {row.number} of window {row.window} was booked in {window}",
            row.payment_id,
        )


def _rows_with_open_windows(book: BookRows) -> Iterator[tuple[int, Transfer]]:
    windows = sorted(book.windows, key=lambda window: window.number)
    number = 0
    for row in book.transfers:
        while number < len(windows) and windows[number].first_row <= row.number:
            number += 1
        yield max(number, 1), row


def _require_settled_once(book: BookRows) -> None:
    booked = Counter(
        (row.window, _position(row), row.part)
        for row in book.transfers
        if row.kind is TransferKind.SETTLEMENT
    )
    twice = [str(key) for key, times in booked.items() if times > 1]
    require(not twice, "a position of a window is settled once", ", ".join(twice))


def _position(row: Transfer) -> AccountId:
    sides = (row.movement.debit, row.movement.credit)
    return next(account for account in sides if account.kind is AccountKind.POSITION)


def _require_funds(book: BookRows) -> None:
    """Nobody is settled with money that is not there; rows of one settlement count together."""
    funds, mirrors = defaultdict[AccountId, int](int), _mirrors(book)
    for row, following in pairwise([*book.transfers, None]):
        assert row is not None
        amount = row.movement.amount.amount_minor_units
        funds[row.movement.debit] -= amount
        funds[row.movement.credit] += amount
        if row.kind not in (TransferKind.SETTLEMENT, TransferKind.FUNDS_OUT):
            continue
        if following is not None and following.kind is row.kind:
            continue
        for account, left in funds.items():
            is_own = account.kind is AccountKind.SETTLEMENT and account not in mirrors
            require(
                left >= 0 or not is_own,
                "funds are never less than nothing",
                f"{account} has {left} after row {row.number}",
            )


def _mirrors(book: BookRows) -> frozenset[AccountId]:
    """The institution's own settlement accounts, which mirror all funds as a debit."""
    return frozenset(
        row.movement.debit for row in book.transfers if row.kind is TransferKind.FUNDS_IN
    )


def _require_digests_in_order(book: BookRows) -> None:
    previous = NO_PREVIOUS
    states = {window.number: window.state for window in book.windows}
    for place, number in enumerate(sorted(book.digests), start=1):
        digest = book.digests[number]
        require(
            number == digest.window == place
            and digest.previous == previous
            and states[number] in FINAL_POSITIONS,
            "digests follow one another, window by window",
            f"digest {number}",
        )
        previous = digest.hash


def _fees_booked(rows: Sequence[Transfer]) -> _Fees:
    booked: _Fees = {}
    for row in rows:
        if row.kind is TransferKind.FEE:
            amount = row.movement.amount.amount_minor_units
            is_paid = row.movement.debit.kind is AccountKind.POSITION
            key = (_position(row), row.part)
            require(key not in booked, "a fee is booked once", f"row {row.number}")
            booked[key] = amount if is_paid else -amount
    return booked


_SHARES = (
    (FeeKind.ISSUER, "credit", 1, 1),
    (FeeKind.ISSUER, "debit", 2, -1),
    (FeeKind.NETWORK_ACQUIRER, "credit", 3, 1),
    (FeeKind.NETWORK_ISSUER, "debit", 4, 1),
)
"""Fee, side of the post that it concerns, part of its row, and whether it pays or receives."""


def _fees_due(
    rows: Sequence[Transfer], by_number: Mapping[int, Transfer], schedule: FeeSchedule
) -> _Fees:
    exact = defaultdict[tuple[AccountId, int], Fraction](Fraction)
    for row in rows:
        if row.kind is TransferKind.POST:
            post, sign = row, 1
        elif row.kind in (TransferKind.REVERSAL, TransferKind.REFUND):
            post, sign = by_number[row.answers or 0], -1
        else:
            continue
        moved = sign * row.movement.amount.amount_minor_units
        for fee, side, part, direction in _SHARES:
            share = _cost(post, fee, schedule) * moved
            exact[getattr(post.movement, side), part] += direction * share
    rounded = {key: _rounded(value) for key, value in exact.items()}
    return {key: value for key, value in rounded.items() if value}


def _cost(post: Transfer, fee: FeeKind, schedule: FeeSchedule) -> Fraction:
    """Return what each minor unit of a payment costs."""
    amount = post.movement.amount.amount_minor_units
    day = beijing_day(post.booked_at)
    holding = [rate for rate in schedule.rates if rate.fee is fee and rate.valid_from <= day]
    if not holding:
        return Fraction(0)
    rate = sorted(holding, key=lambda item: item.valid_from)[-1]
    whole = min(Fraction(amount * rate.parts_per_million, 1_000_000), rate.cap_minor_units)
    return Fraction(whole) / amount


def _rounded(exact: Fraction) -> int:
    magnitude = int(abs(exact) + Fraction(1, 2))
    return magnitude if exact >= 0 else -magnitude
