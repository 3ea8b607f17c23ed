"""Rules that books must keep, whatever happened while they were written."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.errors import LedgerInvariantError
from clearing_service.issuer.issuer_book import AccountKey, IssuerPayment
from clearing_service.ledger.transfer import TransferKind
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.payment.payment import Payment
from clearing_service.payment.policy import PER_DAY_CEILING
from facepay.identifiers import PaymentId
from facepay.payment_decision import PaymentState
from tests.proof.books import BookRows, IssuerRows
from tests.proof.requirement import InvariantViolatedError, require
from tests.proof.windows import require_true_windows

Rows = Mapping[PaymentId, Counter[TransferKind]]

WITH_MONEY = frozenset(
    {PaymentState.APPROVED, PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED}
)
"""States of a payment that was made and not undone; what was refunded of it goes back beside it."""


def stands(payment: Payment | None) -> bool:
    """Whether a payment was made and not undone."""
    return payment is not None and payment.state in WITH_MONEY


def require_sound_books(
    book: BookRows, issuers: IssuerRows, opening: Mapping[AccountKey, int]
) -> None:
    """Check everything that holds once nothing is under way; `opening` are the first balances."""
    totals = require_adding_up(book)
    require_nothing_held(book, totals)
    require_rows_of_states(book)
    require_numbers_used_once(book)
    require_agreeing_issuers(book, issuers)
    require_balances(issuers, opening)
    require_issuers_told(book)
    require_limits_counted_once(book)


def require_adding_up(book: BookRows) -> TrialBalance:
    """Both chains verify, every balance follows from its rows, and debits equal credits.

    Windows, rows and balances tell one story too.
    """
    try:
        totals = verify_book(LEDGER_CHAIN, book.transfers, book.balances)
        verify_chain(ChainHead(AUDIT_CHAIN), book.audit_entries)
    except (LedgerInvariantError, ChainBrokenError) as error:
        raise InvariantViolatedError("ledger and audit chains verify", str(error)) from error
    require_true_windows(book)
    return totals


def require_nothing_held(book: BookRows, totals: TrialBalance) -> None:
    """No sum is still held."""
    if totals.debits_held or totals.credits_held:
        held = [row for row in book.payments if row.state is PaymentState.AUTHORIZING]
        raise InvariantViolatedError(
            "no hold outlives its sweeper",
            f"{totals.debits_held} are held",
            tuple(str(row.payment_id) for row in held),
        )


def rows_of(book: BookRows) -> Rows:
    """Return how many rows of each kind each payment has."""
    rows: defaultdict[PaymentId, Counter[TransferKind]] = defaultdict(Counter)
    for row in book.transfers:
        if row.payment_id is not None:
            rows[row.payment_id][row.kind] += 1
    return rows


def require_rows_of_states(book: BookRows) -> None:
    """A payment's rows are those of its state, and none has rows that is not there."""
    rows = rows_of(book)
    for payment in book.payments:
        kinds = rows[payment.payment_id]
        require(
            kinds in _rows_of_state(payment),
            "every payment is booked once, as its state says",
            f"{payment.payment_id} is {payment.state.name} with {dict(kinds)}",
            payment.payment_id,
        )
    known = {payment.payment_id for payment in book.payments}
    for payment_id in rows:
        require(payment_id in known, "every row is a payment's", str(payment_id), payment_id)
    _require_refunds(book)


_HELD_AND_POSTED = Counter([TransferKind.HOLD, TransferKind.POST])
_ROWS_OF_STATE: dict[PaymentState, tuple[Counter[TransferKind], ...]] = {
    PaymentState.APPROVED: (_HELD_AND_POSTED,),
    PaymentState.REVERSED: (_HELD_AND_POSTED + Counter([TransferKind.REVERSAL]),),
    PaymentState.DECLINED: (Counter(), Counter([TransferKind.HOLD, TransferKind.RELEASE])),
    PaymentState.CANCELLED: (Counter(),),
    PaymentState.EXPIRED: (Counter(),),
}
"""Which rows a payment in each state has. A state that is not here is none to end in."""


def _rows_of_state(payment: Payment) -> tuple[Counter[TransferKind], ...]:
    if payment.refund_count and payment.state in WITH_MONEY:
        return (_HELD_AND_POSTED + Counter({TransferKind.REFUND: payment.refund_count}),)
    return _ROWS_OF_STATE.get(payment.state, ())


def _require_refunds(book: BookRows) -> None:
    booked = Counter[PaymentId]()
    for row in book.transfers:
        if row.kind is TransferKind.REFUND and row.payment_id is not None:
            booked[row.payment_id] += row.movement.amount.amount_minor_units
    for payment in book.payments:
        given_back, whole = payment.refunded_minor_units, payment.state is PaymentState.REFUNDED
        payment_id = payment.payment_id
        require(
            booked[payment_id] == given_back,
            "a payment counts what was refunded of it",
            f"{payment_id} counts {given_back}, booked are {booked[payment_id]}",
            payment_id,
        )
        if payment.refund_count:
            amount = payment.known_fields.amount.amount_minor_units
            require(
                given_back == amount if whole else given_back < amount,
                "a payment is refunded up to its sum",
                f"{payment_id} of {amount} has {given_back} back and is {payment.state.name}",
                payment_id,
            )


def require_numbers_used_once(book: BookRows) -> None:
    """No payment or refund shares its retrieval reference number with another."""
    numbers = [row.rrn.value for row in book.payments if row.rrn is not None]
    numbers += [entry.rrn.value for entry in book.refunds]
    twice = [number for number, times in Counter(numbers).items() if times > 1]
    require(not twice, "no retrieval reference is used twice", str(twice))


def require_agreeing_issuers(book: BookRows, issuers: IssuerRows) -> None:
    """Every standing debit at an issuer has one standing POST, and the other way round."""
    debited = {payment_id: row for payment_id, row in issuers.payments.items() if _is_debited(row)}
    posted = {row.payment_id: row for row in book.payments if stands(row)}
    for payment_id in sorted(debited.keys() ^ posted.keys(), key=str):
        raise InvariantViolatedError(
            "every issuer debit is matched by one POST or was reversed",
            f"{payment_id}: debited={payment_id in debited} posted={payment_id in posted}",
            (str(payment_id),),
        )
    for payment_id, row in debited.items():
        payment = posted[payment_id]
        require(
            row.amount == payment.known_fields.amount
            and row.credited_minor_units == payment.refunded_minor_units,
            "an issuer debits what is posted and credits what is refunded",
            str(payment_id),
            payment_id,
        )


def require_balances(issuers: IssuerRows, opening: Mapping[AccountKey, int]) -> None:
    """An account holds what it held at first, less what was paid, plus what was refunded."""
    spent = Counter[AccountKey]()
    for row in issuers.payments.values():
        if _is_debited(row):
            assert row.account_alias is not None
            assert row.amount is not None
            left = row.amount.amount_minor_units - row.credited_minor_units
            spent[row.issuer_id, row.account_alias] += left
    for key, account in issuers.accounts.items():
        expected = opening[key] - spent[key]
        require(
            account.balance.amount_minor_units == expected,
            "an account holds what it held at first, less what was paid",
            f"{key[1]} holds {account.balance.amount_minor_units}, not {expected}",
        )


def require_issuers_told(book: BookRows) -> None:
    """Every reversal was acknowledged, and every refund was credited."""
    for entry in book.issuer_reversals:
        require(
            entry.acknowledged_at is not None,
            "every reversal to an issuer is acknowledged once it can be",
            str(entry.payment_id),
            entry.payment_id,
        )
    for refund in book.refunds:
        require(
            refund.ended_at is not None and not refund.is_refused,
            "every refund is credited by its issuer once it can be",
            f"{refund.payment_id} part {refund.part}",
            refund.payment_id,
        )


def require_limits_counted_once(book: BookRows) -> None:
    """A day's limit counts what stands, and no more than the limit."""
    used = Counter[object]()
    for payment in book.payments:
        if stands(payment):
            route = payment.live_route
            key = (route.issuer_id, route.account_alias, payment.usage_day)
            used[key] += payment.known_fields.amount.amount_minor_units
    for key, counted in book.usages.items():
        require(
            used[key] == counted <= PER_DAY_CEILING.amount_minor_units,
            "a day's limit counts what stands, and no more than the limit",
            f"{key}: {counted} instead of {used[key]}",
        )


def _is_debited(row: IssuerPayment) -> bool:
    return row.approval_code is not None and not row.is_reversed
