"""The call of a reconciliation, over gRPC: the checkout's `ReconciliationGateway`."""

from datetime import date

import grpc.aio

from facepay.ports import Clock
from facepay.terminal_totals import TerminalTotals
from facepay.v1 import terminal_pb2, terminal_pb2_grpc
from facepay.wire.reconciliation import ReconcileTotalsBody, ReconcileTotalsReply
from pos_app.checkout.payment import Operation
from pos_app.checkout.reconciliation import ServiceDay
from pos_app.clearing_client.caller import Caller
from pos_app.clearing_client.request_builder import HeaderFields, RequestBuilder

RECONCILIATION_SECONDS = 8.0


class RemoteReconciliation:
    """Implements `ReconciliationGateway` over one channel. Needs no session: nothing is sealed."""

    def __init__(self, channel: grpc.aio.Channel, builder: RequestBuilder, clock: Clock) -> None:
        self._stub = terminal_pb2_grpc.TerminalServiceStub(channel)  # type: ignore[no-untyped-call]
        self._builder = builder
        self._caller = Caller(clock)

    async def reconcile(
        self, operation: Operation, day: date, totals: TerminalTotals
    ) -> ServiceDay:
        """See `ReconciliationGateway.reconcile`."""
        body = ReconcileTotalsBody(self._builder.salt(), day, totals)
        return await self._caller.call(
            self._stub.ReconcileTotals,
            terminal_pb2.ReconcileTotalsRequest,
            self._builder.build(operation, body, HeaderFields()),
            RECONCILIATION_SECONDS,
            _read,
        )


def _read(response: terminal_pb2.ReconcileTotalsResponse) -> ServiceDay:
    reply = ReconcileTotalsReply.from_message(response)
    return ServiceDay(reply.totals, reply.entries)
