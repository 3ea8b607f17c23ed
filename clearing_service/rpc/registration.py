"""Adds every service of the clearing institution to a server."""

from dataclasses import dataclass

import grpc.aio

from clearing_service.rpc.act_calls import ActCalls
from clearing_service.rpc.case_calls import CaseCalls
from clearing_service.rpc.enrolment_calls import EnrolmentCalls
from clearing_service.rpc.operator_calls import OperatorCalls
from clearing_service.rpc.participant_calls import ParticipantCalls
from clearing_service.rpc.payment_calls import PaymentCalls
from clearing_service.rpc.settlement_calls import SettlementCalls
from clearing_service.rpc.terminal_calls import TerminalCalls
from facepay.v1.act_pb2_grpc import add_ActServiceServicer_to_server
from facepay.v1.case_pb2_grpc import add_CaseServiceServicer_to_server
from facepay.v1.enrolment_pb2_grpc import add_EnrolmentServiceServicer_to_server
from facepay.v1.operator_pb2_grpc import add_OperatorServiceServicer_to_server
from facepay.v1.participant_pb2_grpc import add_ParticipantServiceServicer_to_server
from facepay.v1.payment_pb2_grpc import add_PaymentServiceServicer_to_server
from facepay.v1.settlement_pb2_grpc import add_SettlementServiceServicer_to_server
from facepay.v1.terminal_pb2_grpc import add_TerminalServiceServicer_to_server

SERVICE_NAMES = (
    "facepay.v1.TerminalService",
    "facepay.v1.PaymentService",
    "facepay.v1.EnrolmentService",
    "facepay.v1.OperatorService",
    "facepay.v1.ActService",
    "facepay.v1.CaseService",
    "facepay.v1.ParticipantService",
    "facepay.v1.SettlementService",
)


@dataclass(frozen=True, slots=True)
class OperatorHandlers:
    """The handlers of the services for operators."""

    operator: OperatorCalls
    act: ActCalls
    case: CaseCalls
    participant: ParticipantCalls
    settlement: SettlementCalls

    def add_to(self, server: grpc.aio.Server) -> None:
        """Add them all."""
        add_OperatorServiceServicer_to_server(self.operator, server)  # type: ignore[no-untyped-call]
        add_ActServiceServicer_to_server(self.act, server)  # type: ignore[no-untyped-call]
        add_CaseServiceServicer_to_server(self.case, server)  # type: ignore[no-untyped-call]
        add_ParticipantServiceServicer_to_server(self.participant, server)  # type: ignore[no-untyped-call]
        add_SettlementServiceServicer_to_server(self.settlement, server)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of all services."""

    terminal: TerminalCalls
    payment: PaymentCalls
    enrolment: EnrolmentCalls
    operators: OperatorHandlers

    def add_to(self, server: grpc.aio.Server) -> tuple[str, ...]:
        """Add them all and return the services' full names."""
        add_TerminalServiceServicer_to_server(self.terminal, server)  # type: ignore[no-untyped-call]
        add_PaymentServiceServicer_to_server(self.payment, server)  # type: ignore[no-untyped-call]
        add_EnrolmentServiceServicer_to_server(self.enrolment, server)  # type: ignore[no-untyped-call]
        self.operators.add_to(server)
        return SERVICE_NAMES
