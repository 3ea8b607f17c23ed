"""What operators of the clearing institution can do, put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clearing_service.approval.policy import load_act_policy
from clearing_service.bootstrap.stores import Stores
from clearing_service.config import Config
from clearing_service.matching.ports import MatchingService
from clearing_service.operation.desk import OperatorDesk
from clearing_service.operation.participant_view import ParticipantView
from clearing_service.payment.loss_report import LossReports
from clearing_service.rpc.act_calls import ActCalls
from clearing_service.rpc.operator_calls import OperatorCalls, OverviewSource
from clearing_service.rpc.participant_calls import ParticipantCalls
from clearing_service.rpc.registration import OperatorHandlers
from facepay.ports import Clock


@dataclass(frozen=True, slots=True)
class Operation:
    """The operators' desk, and what they look at."""

    desk: OperatorDesk
    stores: Stores

    def handlers(
        self, matching: MatchingService, overviews: OverviewSource, clock: Clock
    ) -> OperatorHandlers:
        """Return the handlers of the services for operators."""
        losses = LossReports(self.stores.clearing, clock)
        return OperatorHandlers(
            OperatorCalls(matching, overviews, losses),
            ActCalls(self.desk),
            ParticipantCalls(ParticipantView(self.stores.participants, self.stores.clearing)),
        )


def open_operation(
    config: Config, stores: Stores, changed: Callable[[], Awaitable[object]], clock: Clock
) -> Operation:
    """Return everything; `changed` is awaited after an act. Raises `ActPolicyError`."""
    policy = load_act_policy(config.directory)
    return Operation(OperatorDesk(stores.clearing, policy, clock, changed), stores)
