"""Which role may make which call, and how long a call may take at most."""

from collections.abc import Mapping

from clearing_service.transport.call_guard import CallRule
from clearing_service.transport.roles import PeerRole

_TILLS = frozenset({PeerRole.TERMINAL, PeerRole.ACQUIRER})
_STATIONS = frozenset({PeerRole.ENROLMENT_TERMINAL})
_OPERATORS = frozenset({PeerRole.OPERATOR})

# The deadlines a terminal uses are policy data; these are a little longer, so that a terminal gives
# up first and asks what became of its call instead of being cut off with work half done.
CALL_RULES: Mapping[str, CallRule] = {
    "/facepay.v1.TerminalService/SignOn": CallRule(_TILLS | _STATIONS, 5.0),
    "/facepay.v1.TerminalService/ReconcileTotals": CallRule(_TILLS, 10.0),
    "/facepay.v1.PaymentService/OpenPayment": CallRule(_TILLS, 5.0),
    "/facepay.v1.PaymentService/RouteProbe": CallRule(_TILLS, 5.0),
    "/facepay.v1.PaymentService/AuthorizePayment": CallRule(_TILLS, 15.0),
    "/facepay.v1.PaymentService/GetPayment": CallRule(_TILLS, 5.0),
    "/facepay.v1.PaymentService/CancelPayment": CallRule(_TILLS, 5.0),
    "/facepay.v1.PaymentService/ReversePayment": CallRule(_TILLS, 10.0),
    "/facepay.v1.PaymentService/RefundPayment": CallRule(_TILLS, 10.0),
    "/facepay.v1.EnrolmentService/OpenEnrolment": CallRule(_STATIONS, 15.0),
    "/facepay.v1.EnrolmentService/SubmitReference": CallRule(_STATIONS, 30.0),
    "/facepay.v1.EnrolmentService/ConfirmReference": CallRule(_STATIONS, 30.0),
    "/facepay.v1.EnrolmentService/CloseFacePayment": CallRule(_STATIONS, 30.0),
    "/facepay.v1.OperatorService/GenerateReferences": CallRule(_OPERATORS, 600.0),
    "/facepay.v1.OperatorService/GetOverview": CallRule(_OPERATORS, 60.0),
    "/facepay.v1.OperatorService/ReportLoss": CallRule(_OPERATORS, 10.0),
    "/facepay.v1.ActService/ProposeAct": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.ActService/ApproveAct": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.ActService/RejectAct": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.ActService/ListActs": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.CaseService/OpenCase": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.CaseService/AssignCase": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.CaseService/ListCases": CallRule(_OPERATORS, 15.0),
    "/facepay.v1.SettlementService/ListWindows": CallRule(_OPERATORS, 60.0),
    "/facepay.v1.SettlementService/GetWindow": CallRule(_OPERATORS, 60.0),
    "/facepay.v1.SettlementService/ListAccounts": CallRule(_OPERATORS, 60.0),
    "/facepay.v1.SettlementService/GetReportFile": CallRule(_OPERATORS, 150.0),
    "/facepay.v1.ParticipantService/ListParticipants": CallRule(_OPERATORS, 15.0),
}
