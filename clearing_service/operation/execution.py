"""Which function carries out which kind of act."""

from collections.abc import Callable, Mapping

from clearing_service.operation import case_acts, funds_acts, participant_acts, window_acts
from clearing_service.operation.act_context import ActContext
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.loss_report import LiftLossReportWork, is_stopped
from facepay.errors import MalformedFieldError
from facepay.operator_act import Act, ActKind, ActOutcome

Executor = Callable[[ClearingBook, Act, ActContext], ActOutcome]
"""Stages everything and returns DONE, or stages nothing and says why not."""


def lift_loss_report(book: ClearingBook, act: Act, context: ActContext) -> ActOutcome:
    """Let face payment of an account go on."""
    if act.account_alias is None:
        raise MalformedFieldError("lifting a loss report names an account")
    payer = (act.known_participant, act.account_alias)
    if not is_stopped(book, payer):
        return ActOutcome.NO_LOSS_REPORT
    LiftLossReportWork(payer, context.now).apply(book)
    return ActOutcome.DONE


EXECUTORS: Mapping[ActKind, Executor] = {
    ActKind.SUSPEND_PARTICIPANT: participant_acts.suspend,
    ActKind.RESTORE_PARTICIPANT: participant_acts.restore,
    ActKind.REMOVE_PARTICIPANT: participant_acts.remove,
    ActKind.CHANGE_NET_DEBIT_CAP: participant_acts.change_cap,
    ActKind.LIFT_LOSS_REPORT: lift_loss_report,
    ActKind.FUNDS_IN: funds_acts.bring_funds,
    ActKind.FUNDS_OUT: funds_acts.take_funds,
    ActKind.RESERVE_IN: funds_acts.fill_reserve,
    ActKind.RESERVE_OUT: funds_acts.empty_reserve,
    ActKind.FEES_OUT: funds_acts.take_fees,
    ActKind.CLOSE_WINDOW: window_acts.close,
    ActKind.SETTLE_WINDOW: window_acts.settle,
    ActKind.ABORT_WINDOW: window_acts.abort,
    ActKind.REJOIN_WINDOW: window_acts.rejoin,
    ActKind.DISMISS_CASE: case_acts.dismiss,
    ActKind.COMPENSATE_CASE: case_acts.pay_now,
    ActKind.RECOVER_CASE: case_acts.recover_loss,
    ActKind.CLOSE_CASE: case_acts.close,
}
"""Every act is done in one commit, the one that approves it."""
