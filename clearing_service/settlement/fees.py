"""What the payments of a window cost each participant.

The fee of a payment follows from its sum and the rates that held on the calendar day in Beijing on
which it was posted. A refund or reversal gives back the same share of that fee as of the payment,
in the window that it is booked in, whatever the rates are by then; so a payment that is given back
whole has cost nothing.

Fees are summed exactly and rounded once for each participant, line and window: half a minor unit
goes away from zero, so that giving back rounds as charging does. Acquirers pay the issuers' fee to
the institution and issuers get it from there; what the two roundings differ by, less than a minor
unit for each participant, stays with the institution's fees.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

from clearing_service.clock import beijing_day
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.entries import Entry, Institution
from clearing_service.ledger.transfer import EntryId, Movement, Transfer, TransferKind
from clearing_service.settlement.fee_rates import MILLION, FeeKind, FeeRate, FeeSchedule
from facepay.identifiers import ParticipantId
from facepay.money import Money


class FeeLine(Enum):
    """A line of a participant's fees: what for, and from which side. The part of its row."""

    ISSUER_FEE_PAID = 1
    ISSUER_FEE_RECEIVED = 2
    NETWORK_FEE_OF_ACQUIRER = 3
    NETWORK_FEE_OF_ISSUER = 4


@dataclass(frozen=True, slots=True)
class FeeCharge:
    """What a participant pays (above 0) or receives (below 0) on a line for a window, rounded."""

    account: AccountId
    line: FeeLine
    minor_units: int

    def movement(self, institution: Institution) -> Movement:
        """Return the row's movement between the participant and the institution's fees."""
        amount = Money(abs(self.minor_units), self.account.currency)
        charge = Movement(self.account, institution.fees, amount)
        return charge if self.minor_units > 0 else charge.reversed()

    def entry(self, window: int, now: datetime) -> Entry:
        """Return the row's name, which follows from window, participant and line."""
        return Entry(fee_entry_id(window, self.account), now, self.line.value, window)


def fee_entry_id(window: int, account: AccountId) -> EntryId:
    """Return under which id a participant's fees of a window are booked."""
    return EntryId.derived("fee", str(window), str(account))


_LINES = {
    FeeKind.ISSUER: (FeeLine.ISSUER_FEE_PAID, FeeLine.ISSUER_FEE_RECEIVED),
    FeeKind.NETWORK_ACQUIRER: (FeeLine.NETWORK_FEE_OF_ACQUIRER, None),
    FeeKind.NETWORK_ISSUER: (None, FeeLine.NETWORK_FEE_OF_ISSUER),
}
"""On which line a fee stands with the acquirer and with the issuer."""

_SIGNS = {
    FeeLine.ISSUER_FEE_PAID: 1,
    FeeLine.ISSUER_FEE_RECEIVED: -1,
    FeeLine.NETWORK_FEE_OF_ACQUIRER: 1,
    FeeLine.NETWORK_FEE_OF_ISSUER: 1,
}

_GIVING_BACK = frozenset({TransferKind.REVERSAL, TransferKind.REFUND})


class FeeMeter:
    """Sums the fees of one window, row by row."""

    def __init__(self, schedule: FeeSchedule) -> None:
        self._schedule = schedule
        self._holding: dict[tuple[FeeKind, date], FeeRate | None] = {}
        self._exact = defaultdict[tuple[AccountId, FeeLine], int | Fraction](int)

    def take(self, rows: Iterable[Transfer], answered: Mapping[int, Transfer]) -> None:
        """Add rows of the window; `answered` holds, by number, the posts that refunds answer.

        Rows that are no payment's cost nothing.
        """
        for row in rows:
            amount = row.movement.amount.amount_minor_units
            if row.kind is TransferKind.POST:
                self._add(row, amount)
            elif row.kind in _GIVING_BACK:
                self._add(_answered_by(row, answered), -amount)

    def charges(self) -> tuple[FeeCharge, ...]:
        """Return what each participant pays or receives, without what rounds to nothing."""
        ordered = sorted(self._exact, key=lambda key: (str(key[0]), key[1].value))
        charges = (
            FeeCharge(
                account,
                line,
                _SIGNS[line] * half_up(Fraction(self._exact[account, line]) / MILLION),
            )
            for account, line in ordered
        )
        return tuple(charge for charge in charges if charge.minor_units)

    def _add(self, post: Transfer, moved_minor_units: int) -> None:
        posted = post.movement.amount.amount_minor_units
        day = beijing_day(post.booked_at)
        for fee, (of_acquirer, of_issuer) in _LINES.items():
            rate = self._rate(fee, day)
            if rate is None:
                continue
            exact = rate.share(posted, moved_minor_units)
            if of_acquirer is not None:
                self._exact[post.movement.credit, of_acquirer] += exact
            if of_issuer is not None:
                self._exact[post.movement.debit, of_issuer] += exact

    def _rate(self, fee: FeeKind, day: date) -> FeeRate | None:
        if (fee, day) not in self._holding:
            self._holding[fee, day] = self._schedule.rate(fee, day)
        return self._holding[fee, day]


def fees_of(
    schedule: FeeSchedule, rows: Iterable[Transfer], answered: Mapping[int, Transfer]
) -> tuple[FeeCharge, ...]:
    """Return what the rows of one window cost each participant."""
    meter = FeeMeter(schedule)
    meter.take(rows, answered)
    return meter.charges()


def charge_of(row: Transfer, institution: Institution) -> FeeCharge:
    """Read a FEE row back: which participant, which line, how much."""
    if row.kind is not TransferKind.FEE:
        raise LedgerInvariantError(f"row {row.number} is no fee")
    amount = row.movement.amount.amount_minor_units
    if row.movement.credit == institution.fees:
        return FeeCharge(row.movement.debit, FeeLine(row.part), amount)
    return FeeCharge(row.movement.credit, FeeLine(row.part), -amount)


def participants_charged(charges: Iterable[FeeCharge]) -> tuple[ParticipantId, ...]:
    """Return who pays or receives, each once."""
    return tuple(sorted({charge.account.participant_id for charge in charges}))


def numbers_answered(rows: Iterable[Transfer]) -> tuple[int, ...]:
    """Return the numbers of the posts that refunds and reversals among the rows answer."""
    answered = {row.answers for row in rows if row.kind in _GIVING_BACK and row.answers}
    return tuple(sorted(answered))


def half_up(exact: Fraction) -> int:
    """Round to a whole minor unit; a half goes away from zero."""
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def _answered_by(row: Transfer, answered: Mapping[int, Transfer]) -> Transfer:
    post = answered.get(row.answers or 0)
    if post is None or post.kind is not TransferKind.POST:
        raise LedgerInvariantError(f"row {row.number} gives back a post that is not there")
    return post
