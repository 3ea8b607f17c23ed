"""What operators of the clearing institution can do, put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clearing_service.approval.policy import load_act_policy
from clearing_service.bootstrap.stores import Stores
from clearing_service.cases.policy import load_case_policy
from clearing_service.config import Config
from clearing_service.ledger.entries import Institution
from clearing_service.matching.ports import MatchingService
from clearing_service.operation.act_context import ActRules
from clearing_service.operation.case_desk import CaseDesk
from clearing_service.operation.desk import OperatorDesk
from clearing_service.operation.participant_view import ParticipantView
from clearing_service.payment.loss_report import LossReports
from clearing_service.rpc.act_calls import ActCalls
from clearing_service.rpc.case_calls import CaseCalls
from clearing_service.rpc.operator_calls import OperatorCalls, OverviewSource
from clearing_service.rpc.participant_calls import ParticipantCalls
from clearing_service.rpc.registration import OperatorHandlers
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import ParticipantId
from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class Operation:
    """The operators' desks, and what they look at."""

    desk: OperatorDesk
    cases: CaseDesk
    stores: Stores

    def handlers(
        self, matching: MatchingService, overviews: OverviewSource, clock: Clock
    ) -> OperatorHandlers:
        """Return the handlers of the services for operators."""
        losses = LossReports(self.stores.clearing, clock)
        view = ParticipantView(self.stores.participants, self.stores.clearing)
        return OperatorHandlers(
            OperatorCalls(matching, overviews, losses),
            ActCalls(self.desk),
            CaseCalls(self.cases),
            ParticipantCalls(view),
        )


def open_operation(
    config: Config,
    stores: Stores,
    settlement: Settlement,
    changed: Callable[[], Awaitable[object]],
    clock: Clock,
) -> Operation:
    """Return everything; `changed` is awaited after an act.

    Raises `ActPolicyError` and `CasePolicyError`.
    """
    institution = Institution(ParticipantId(config.participant_id))
    rules = ActRules(institution, load_case_policy(config.directory))
    policy = load_act_policy(config.directory)
    desk = OperatorDesk(stores.clearing, settlement, policy, rules, clock, changed)
    return Operation(desk, CaseDesk(stores.clearing, rules, clock), stores)
