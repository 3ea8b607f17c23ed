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
from clearing_service.operation.settlement_view import SettlementView
from clearing_service.payment.loss_report import LossReports
from clearing_service.rpc.act_calls import ActCalls
from clearing_service.rpc.case_calls import CaseCalls
from clearing_service.rpc.operator_calls import OperatorCalls, OverviewSource
from clearing_service.rpc.participant_calls import ParticipantCalls
from clearing_service.rpc.registration import OperatorHandlers
from clearing_service.rpc.settlement_calls import SettlementCalls
from clearing_service.settlement.reports import DigestSigner, SettlementReports
from clearing_service.settlement.use_cases import Settlement
from facepay.identifiers import ParticipantId
from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class Operation:
    """The operators' desks, and what they look at."""

    desk: OperatorDesk
    cases: CaseDesk
    reports: SettlementReports
    view: SettlementView
    stores: Stores

    def close(self) -> None:
        """Stop what runs beside the event loop."""
        self.reports.close()

    def handlers(
        self, matching: MatchingService, overviews: OverviewSource, clock: Clock
    ) -> OperatorHandlers:
        """Return the handlers of the services for operators."""
        losses = LossReports(self.stores.clearing, clock)
        participants = ParticipantView(self.stores.participants, self.stores.clearing)
        return OperatorHandlers(
            OperatorCalls(matching, overviews, losses),
            ActCalls(self.desk),
            CaseCalls(self.cases),
            ParticipantCalls(participants),
            SettlementCalls(self.view),
        )


@dataclass(frozen=True, slots=True)
class OperationParts:
    """Everything that the desks stand on."""

    config: Config
    stores: Stores
    settlement: Settlement
    signer: DigestSigner
    clock: Clock


def open_operation(parts: OperationParts, changed: Callable[[], Awaitable[object]]) -> Operation:
    """Return everything; `changed` is awaited after an act.

    Raises `ActPolicyError` and `CasePolicyError`.
    """
    config, store, clock = parts.config, parts.stores.clearing, parts.clock
    institution = Institution(ParticipantId(config.participant_id))
    rules = ActRules(institution, load_case_policy(config.directory))
    policy = load_act_policy(config.directory)
    reports = SettlementReports(store, parts.signer, clock)
    return Operation(
        OperatorDesk(store, parts.settlement, policy, rules, clock, changed),
        CaseDesk(store, rules, clock),
        reports,
        SettlementView(parts.settlement, reports, store),
        parts.stores,
    )
