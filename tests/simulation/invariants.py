"""What must hold after every run, whatever went wrong in it."""

from collections import Counter, defaultdict
from collections.abc import Callable

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.transfer import Transfer, TransferKind
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.payment.payment import Payment
from facepay.identifiers import PaymentId
from facepay.payment_decision import PaymentState
from pos_app.checkout.payment import Approved, PaymentOutcome
from pos_app.checkout.payment_state import TerminalState
from tests.simulation.records import InvariantViolatedError
from tests.simulation.shopping import PEOPLE
from tests.simulation.stores import BookRows
from tests.simulation.world import World, opening_balance

Rows = dict[PaymentId, Counter[TransferKind]]


def check_all(world: World) -> None:
    """Raise `InvariantViolatedError` for the first rule that does not hold."""
    book = world.clearing_disk.read()
    rows = _rows_of(book)
    _the_book_adds_up(book)
    _no_hold_was_taken_beyond_a_cap(world, book)
    for check in _CHECKS:
        check(world, book, rows)


def _the_book_adds_up(book: BookRows) -> None:
    try:
        totals = verify_book(LEDGER_CHAIN, book.transfers, book.balances)
        verify_chain(ChainHead(AUDIT_CHAIN), book.audit_entries)
    except (LedgerInvariantError, ChainBrokenError) as error:
        raise InvariantViolatedError("ledger and audit chains verify", str(error)) from error
    if totals.debits_held or totals.credits_held:
        held = [row for row in book.payments if row.state is PaymentState.AUTHORIZING]
        raise InvariantViolatedError(
            "no hold outlives its sweeper",
            f"{totals.debits_held} are held",
            tuple(str(row.payment_id) for row in held),
        )


def _no_hold_was_taken_beyond_a_cap(world: World, book: BookRows) -> None:
    """Follow every row, and hold each new hold against the cap in force at that moment."""
    caps: dict[AccountId, int] = {}
    owed = defaultdict[AccountId, int](int)
    changes = iter([*world.cap_history, (None, None, None)])
    number, account, cap = next(changes)
    for row in book.transfers:
        while number is not None and number < row.number:
            assert account is not None
            assert cap is not None
            caps[account] = cap
            number, account, cap = next(changes)
        _follow(row, owed)
        debtor = row.movement.debit
        if row.kind is TransferKind.HOLD and owed[debtor] > caps[debtor]:
            raise InvariantViolatedError(
                "holds count against the cap",
                f"{debtor} owes {owed[debtor]}, more than {caps[debtor]}",
                (str(row.payment_id),),
            )


def _follow(row: Transfer, owed: dict[AccountId, int]) -> None:
    amount = row.movement.amount.amount_minor_units
    match row.kind:
        case TransferKind.HOLD:
            owed[row.movement.debit] += amount
        case TransferKind.POST:
            owed[row.movement.credit] -= amount
        case TransferKind.RELEASE:
            owed[row.movement.debit] -= amount
        case TransferKind.REVERSAL:
            owed[row.movement.debit] += amount
            owed[row.movement.credit] -= amount


def _rows_follow_the_state(_: World, book: BookRows, rows: Rows) -> None:
    for payment in book.payments:
        kinds = rows[payment.payment_id]
        _require(
            kinds in _ROWS_OF_STATE.get(payment.state, ()),
            "every payment is booked once, as its state says",
            f"{payment.payment_id} is {payment.state.name} with {dict(kinds)}",
            payment.payment_id,
        )


def _issuers_agree(world: World, book: BookRows, _: Rows) -> None:
    """Every standing debit at an issuer has one standing POST, and the other way round."""
    debited = {
        payment_id: row
        for payment_id, row in world.issuer_store.payments.items()
        if row.approval_code is not None and not row.is_reversed
    }
    approved = {row.payment_id: row for row in book.payments if _stands(row)}
    for payment_id in debited.keys() ^ approved.keys():
        raise InvariantViolatedError(
            "every issuer debit is matched by one POST or was reversed",
            f"{payment_id}: debited={payment_id in debited} posted={payment_id in approved}",
            (str(payment_id),),
        )
    for payment_id, row in debited.items():
        _require(
            row.amount == approved[payment_id].known_fields.amount,
            "an issuer debits what is posted",
            str(payment_id),
            payment_id,
        )
    _balances_follow(world, debited.values())


def _balances_follow(world: World, debits) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    spent = Counter[str]()
    for row in debits:
        spent[row.account_alias.value] += row.amount.amount_minor_units
    for person in range(1, PEOPLE + 1):
        alias = f"alias-{person:06d}"
        (account,) = (
            item
            for item in world.issuer_store.accounts.values()
            if item.account_alias.value == alias
        )
        expected = opening_balance(person).amount_minor_units - spent[alias]
        _require(
            account.balance.amount_minor_units == expected,
            "an account holds what it held at first, less what was paid",
            f"{alias} holds {account.balance.amount_minor_units}, not {expected}",
        )


def _issuer_reversals_were_heard(_: World, book: BookRows, __: Rows) -> None:
    for entry in book.issuer_reversals:
        _require(
            entry.acknowledged_at is not None,
            "every reversal to an issuer is acknowledged once it can be",
            str(entry.payment_id),
            entry.payment_id,
        )


def _limits_were_given_back_once(_: World, book: BookRows, __: Rows) -> None:
    used = Counter[object]()
    for payment in book.payments:
        if _stands(payment):
            route = payment.live_route
            key = (route.issuer_id, route.account_alias, payment.usage_day)
            used[key] += payment.known_fields.amount.amount_minor_units
    for key, sum_used in book.usages.items():
        _require(
            used[key] == sum_used <= 500_000,
            "a day's limit counts what stands, and no more than the limit",
            f"{key}: {sum_used} instead of {used[key]}",
        )


def _journals_came_to_rest(world: World, book: BookRows, _: Rows) -> None:
    payments = {row.payment_id: row for row in book.payments}
    for till in world.tills:
        for row in till.read_journal():
            payment = payments.get(row.payment_id)
            stands = payment is not None and _stands(payment)
            name = f"{row.payment_id} is {row.state.value} at {till.terminal_id}"
            _require(
                row.state in _AT_REST,
                "a journal ends without doubt once the line is there",
                name,
                row.payment_id,
            )
            _require(
                stands == (row.state is TerminalState.APPROVED),
                "a journal says what the ledger says",
                f"{name}, {payment.state.name if payment else 'unknown'} at the service",
                row.payment_id,
            )
        _require(till.queued_reversals() == 0, "no reversal is left", str(till.terminal_id))


def _people_were_told_the_truth(world: World, book: BookRows, _: Rows) -> None:
    payments = {row.payment_id: row for row in book.payments}
    for till in world.tills:
        for row in till.read_journal():
            outcome = world.records.outcomes.get(row.order_id)
            was_told_anew = row.payment_id in world.records.found_approved and (
                outcome is not None and not isinstance(outcome, Approved)
            )
            if outcome is None or was_told_anew:
                continue
            if row.payment_id not in world.records.voided:
                _agree(outcome, row.payment_id, payments.get(row.payment_id))


def _agree(outcome: PaymentOutcome, payment_id: PaymentId, payment: Payment | None) -> None:
    stands = payment is not None and _stands(payment)
    _require(
        stands == isinstance(outcome, Approved),
        "what payer and cashier were shown is what was booked",
        f"{payment_id} was shown as {type(outcome).__name__}, booked={stands}",
        payment_id,
    )
    if payment is None or not isinstance(outcome, Approved):
        return
    face = outcome.receipt.face
    assert face is not None
    verdict = payment.verdict
    _require(
        (face.rrn, outcome.receipt.amount) == (payment.rrn, payment.known_fields.amount)
        and verdict is not None
        and face.approval_code == verdict.approval_code,
        "a receipt says what was booked",
        str(payment_id),
        payment_id,
    )


def _no_reply_contradicts_the_ledger(world: World, book: BookRows, rows: Rows) -> None:
    payments = {row.payment_id: row for row in book.payments}
    for decision in world.records.decisions:
        payment = payments.get(decision.payment_id)
        kinds = rows[decision.payment_id]
        if decision.state is PaymentState.APPROVED:
            is_true = payment is not None and (
                kinds[TransferKind.POST] == 1 and decision.rrn == payment.rrn
            )
        elif decision.state.is_final_without_money:
            is_true = payment is not None and not _stands(payment)
        else:
            is_true = True
        _require(
            is_true,
            "no signed reply contradicts the ledger",
            f"{decision.payment_id} was told as {decision.state.name}",
            decision.payment_id,
        )


_CHECKS: tuple[Callable[[World, BookRows, Rows], None], ...] = (
    _rows_follow_the_state,
    _issuers_agree,
    _issuer_reversals_were_heard,
    _limits_were_given_back_once,
    _journals_came_to_rest,
    _people_were_told_the_truth,
    _no_reply_contradicts_the_ledger,
)

_HELD_AND_POSTED = Counter([TransferKind.HOLD, TransferKind.POST])
_ROWS_OF_STATE: dict[PaymentState, tuple[Counter[TransferKind], ...]] = {
    PaymentState.APPROVED: (_HELD_AND_POSTED,),
    PaymentState.REVERSED: (_HELD_AND_POSTED + Counter([TransferKind.REVERSAL]),),
    PaymentState.DECLINED: (Counter(), Counter([TransferKind.HOLD, TransferKind.RELEASE])),
    PaymentState.CANCELLED: (Counter(),),
    PaymentState.EXPIRED: (Counter(),),
}
"""Which rows a payment in each state has. A state that is not here is none to end in."""

_AT_REST = frozenset(
    {
        TerminalState.APPROVED,
        TerminalState.DECLINED,
        TerminalState.ENDED,
        TerminalState.REVERSED,
    }
)


def _rows_of(book: BookRows) -> Rows:
    rows: Rows = defaultdict(Counter)
    for row in book.transfers:
        rows[row.payment_id][row.kind] += 1
    return rows


def _stands(payment: Payment) -> bool:
    return payment.state is PaymentState.APPROVED


def _require(holds: bool, rule: str, detail: str, payment_id: PaymentId | None = None) -> None:
    if not holds:
        about = () if payment_id is None else (str(payment_id),)
        raise InvariantViolatedError(rule, detail, about)
