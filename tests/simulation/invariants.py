"""What must hold after every run, whatever went wrong in it."""

from collections import defaultdict
from collections.abc import Callable

from clearing_service.ledger.account import AccountId
from clearing_service.ledger.transfer import Transfer, TransferKind
from clearing_service.payment.payment import Payment
from facepay.identifiers import PaymentId
from facepay.payment_decision import PaymentState
from pos_app.checkout.payment import Approved, PaymentOutcome
from tests.proof.books import BookRows
from tests.proof.journals import require_true_journals
from tests.proof.requirement import InvariantViolatedError, require
from tests.proof.rules import require_sound_books, rows_of, stands
from tests.proof.windows import require_fees, require_settled
from tests.simulation.records import Span
from tests.simulation.report_checks import require_true_reports
from tests.simulation.settling import SCHEDULE
from tests.simulation.world import World


def check_all(world: World) -> None:
    """Raise `InvariantViolatedError` for the first rule that does not hold."""
    book = world.clearing_disk.read()
    require_sound_books(book, world.issuer_store.rows(), world.opening)
    require_fees(book, SCHEDULE)
    require_settled(book)
    for check in _CHECKS:
        check(world, book)


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
        case _:
            owed[row.movement.debit] += amount
            owed[row.movement.credit] -= amount


def _nobody_suspended_took_part(world: World, book: BookRows) -> None:
    for row in book.transfers:
        if row.kind is not TransferKind.HOLD:
            continue
        for account in (row.movement.debit, row.movement.credit):
            require(
                not _covers(world.records.suspensions[account.participant_id], row.number),
                "nothing new is held for a suspended participant",
                f"row {row.number} of {account}",
                row.payment_id,
            )


def _nothing_was_posted_after_a_loss_report(world: World, book: BookRows) -> None:
    payments = book.payment_by_id()
    for row in book.transfers:
        if row.kind is TransferKind.POST:
            route = payments[row.payment_id].live_route
            spans = world.records.loss_reports[route.issuer_id, route.account_alias]
            require(
                not _covers(spans, row.number),
                "a loss report stops what is not posted yet",
                f"row {row.number}",
                row.payment_id,
            )


def _covers(spans: list[Span], number: int) -> bool:
    return any(span.covers(number) for span in spans)


def _journals_came_to_rest(world: World, book: BookRows) -> None:
    require_true_journals((till.read_journal() for till in world.tills), book)


def _cashiers_were_told_the_truth(world: World, _: BookRows) -> None:
    """A slip in the cashier's hand is a refund that was booked."""
    rows = [row for till in world.tills for row in till.read_journal().refunds]
    done = {row.operation_id for row in rows if row.has_moved_money}
    for operation_id in world.records.slips:
        require(
            operation_id in done,
            "what a cashier was told of a refund is what was booked",
            f"{operation_id} has a slip",
        )


def _people_were_told_the_truth(world: World, book: BookRows) -> None:
    payments = book.payment_by_id()
    for till in world.tills:
        for row in till.read_journal().payments:
            outcome = world.records.outcomes.get(row.order_id)
            was_told_anew = row.payment_id in world.records.found_approved and (
                outcome is not None and not isinstance(outcome, Approved)
            )
            if outcome is None or was_told_anew:
                continue
            if row.payment_id not in world.records.voided:
                _agree(outcome, row.payment_id, payments.get(row.payment_id))


def _agree(outcome: PaymentOutcome, payment_id: PaymentId, payment: Payment | None) -> None:
    is_booked = stands(payment)
    require(
        is_booked == isinstance(outcome, Approved),
        "what payer and cashier were shown is what was booked",
        f"{payment_id} was shown as {type(outcome).__name__}, booked={is_booked}",
        payment_id,
    )
    if payment is None or not isinstance(outcome, Approved):
        return
    face = outcome.receipt.face
    assert face is not None
    verdict = payment.verdict
    require(
        (face.rrn, outcome.receipt.amount) == (payment.rrn, payment.known_fields.amount)
        and verdict is not None
        and face.approval_code == verdict.approval_code,
        "a receipt says what was booked",
        str(payment_id),
        payment_id,
    )


def _no_reply_contradicts_the_ledger(world: World, book: BookRows) -> None:
    payments, rows = book.payment_by_id(), rows_of(book)
    for decision in world.records.decisions:
        payment = payments.get(decision.payment_id)
        if decision.state is PaymentState.APPROVED:
            is_true = payment is not None and (
                rows[decision.payment_id][TransferKind.POST] == 1 and decision.rrn == payment.rrn
            )
        elif decision.state.is_final_without_money:
            is_true = payment is not None and not stands(payment)
        else:
            is_true = True
        require(
            is_true,
            "no signed reply contradicts the ledger",
            f"{decision.payment_id} was told as {decision.state.name}",
            decision.payment_id,
        )


def _no_word_on_a_refund_contradicts_the_ledger(world: World, book: BookRows) -> None:
    payments = book.payment_by_id()
    booked = {entry.operation_id for entry in book.refunds}
    for decision in world.records.refund_decisions:
        payment = payments[decision.payment_id]
        is_void = payment.state is PaymentState.REVERSED
        is_booked = decision.operation_id in booked or is_void
        require(
            is_booked or not decision.outcome.has_moved_money,
            "no signed reply contradicts the ledger",
            f"{decision.operation_id} was told as {decision.outcome.name}",
            decision.payment_id,
        )


_CHECKS: tuple[Callable[[World, BookRows], None], ...] = (
    _no_hold_was_taken_beyond_a_cap,
    _nobody_suspended_took_part,
    _nothing_was_posted_after_a_loss_report,
    _journals_came_to_rest,
    _cashiers_were_told_the_truth,
    _people_were_told_the_truth,
    _no_reply_contradicts_the_ledger,
    _no_word_on_a_refund_contradicts_the_ledger,
    require_true_reports,
)
