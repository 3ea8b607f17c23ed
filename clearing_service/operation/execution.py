"""Which function carries out which kind of act."""

from collections.abc import Callable, Mapping
from datetime import datetime

from clearing_service.operation import participant_acts
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.loss_report import LiftLossReportWork, is_stopped
from facepay.errors import MalformedFieldError
from facepay.operator_act import Act, ActKind, ActOutcome

Executor = Callable[[ClearingBook, Act, datetime], ActOutcome]
"""Stages everything and returns DONE, or stages nothing and says why not."""


def lift_loss_report(book: ClearingBook, act: Act, now: datetime) -> ActOutcome:
    """Let face payment of an account go on."""
    if act.account_alias is None:
        raise MalformedFieldError("lifting a loss report names an account")
    payer = (act.known_participant, act.account_alias)
    if not is_stopped(book, payer):
        return ActOutcome.NO_LOSS_REPORT
    LiftLossReportWork(payer, now).apply(book)
    return ActOutcome.DONE


EXECUTORS: Mapping[ActKind, Executor] = {
    ActKind.SUSPEND_PARTICIPANT: participant_acts.suspend,
    ActKind.RESTORE_PARTICIPANT: participant_acts.restore,
    ActKind.REMOVE_PARTICIPANT: participant_acts.remove,
    ActKind.CHANGE_NET_DEBIT_CAP: participant_acts.change_cap,
    ActKind.LIFT_LOSS_REPORT: lift_loss_report,
}
"""Acts done in one commit, the one that approves them."""
