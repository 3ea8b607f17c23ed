"""The refunds in the terminal's journal."""

import sqlite3
from collections.abc import Iterator, Sequence

from facepay.identifiers import OperationId, PaymentId, RetrievalReferenceNumber
from facepay.message_header import Purpose
from facepay.money import Currency, Money
from facepay.payment_decision import PaymentDecision
from facepay.refund_decision import RefundDecision
from facepay.signed_request import SignedRequest
from facepay.vocabulary import RefundKind
from pos_app.checkout.payment import Operation
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.refund import (
    ApprovedPayment,
    JournaledRefund,
    KeptRefund,
    RefundIntent,
    RefundState,
)
from pos_app.journal.database import JournalDatabase
from pos_app.journal.payment_rows import milliseconds, moment, read_payment

_COLUMNS = (
    "r.operation_id, r.payment_id, original_rrn, kind, amount_minor_units, currency, header, body,"
    " signature, r.made_at_ms, counter"
)
_Row = tuple[bytes, bytes, str, int, int, str, bytes, bytes, bytes, int, int]


class SqliteRefunds:
    """The `RefundJournal` port, on the journal's own file and thread."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database

    async def approved(self, rrn: RetrievalReferenceNumber) -> ApprovedPayment | None:
        """See `RefundJournal.approved`."""

        def find(store: sqlite3.Connection) -> ApprovedPayment | None:
            return next((item for item in _approved(store) if item.rrn == rrn), None)

        return await self._database.transact(find)

    async def latest_approved(self, count: int) -> Sequence[ApprovedPayment]:
        """See `RefundJournal.latest_approved`."""

        def read(store: sqlite3.Connection) -> list[ApprovedPayment]:
            return [item for _, item in zip(range(count), _approved(store), strict=False)]

        return await self._database.transact(read)

    async def begin_refund(self, refund: JournaledRefund) -> None:
        """See `RefundJournal.begin_refund`."""
        intent, request = refund.intent, refund.request
        row = (
            refund.operation.operation_id.value,
            refund.payment.binding.payment_id.value,
            refund.original_rrn.value,
            intent.kind.value,
            intent.amount.amount_minor_units,
            intent.amount.currency.value,
            request.header,
            request.body,
            request.signature,
            RefundState.UNSETTLED.value,
            milliseconds(refund.made_at),
        )

        def write(store: sqlite3.Connection) -> None:
            store.execute("INSERT INTO refund VALUES (?,?,?,?,?,?,?,?,?,?,?,NULL)", row)

        await self._database.transact(write)

    async def unsettled_refunds(self) -> Sequence[JournaledRefund]:
        """See `RefundJournal.unsettled_refunds`."""

        def read(store: sqlite3.Connection) -> list[JournaledRefund]:
            rows = store.execute(
                f"SELECT {_COLUMNS} FROM refund r JOIN operation USING (operation_id)"  # noqa: S608 - our own constant
                " WHERE state = ? ORDER BY r.made_at_ms, r.operation_id",
                (RefundState.UNSETTLED.value,),
            )
            return [_refund(store, row) for row in rows.fetchall()]

        return await self._database.transact(read)

    async def last_refund(self, rrn: RetrievalReferenceNumber) -> KeptRefund | None:
        """See `RefundJournal.last_refund`."""

        def read(store: sqlite3.Connection) -> KeptRefund | None:
            found = store.execute(
                f"SELECT state, decision, {_COLUMNS}"  # noqa: S608 - our own constant
                " FROM refund r JOIN operation USING (operation_id)"
                " WHERE original_rrn = ? ORDER BY r.made_at_ms DESC, counter DESC LIMIT 1",
                (rrn.value,),
            ).fetchone()
            if found is None:
                return None
            state, content, *row = found
            decision = RefundDecision.from_bytes(content) if content is not None else None
            return KeptRefund(_refund(store, tuple(row)), RefundState(state), decision)

        return await self._database.transact(read)

    async def end_refund(
        self, refund: JournaledRefund, state: RefundState, decision: RefundDecision | None = None
    ) -> None:
        """See `RefundJournal.end_refund`."""
        operation_id = refund.operation.operation_id.value
        content = decision.to_bytes() if decision else None

        def write(store: sqlite3.Connection) -> None:
            store.execute(
                "UPDATE refund SET state = ?, decision = ? WHERE operation_id = ?",
                (state.value, content, operation_id),
            )

        await self._database.transact(write)


def _approved(store: sqlite3.Connection) -> Iterator[ApprovedPayment]:
    rows = store.execute(
        "SELECT payment_id, decision FROM payment WHERE state = ? AND decision IS NOT NULL"
        " ORDER BY started_at_ms DESC, payment_id DESC",
        (TerminalState.APPROVED.value,),
    )
    for payment_id, content in rows:
        decision = PaymentDecision.from_bytes(content)
        if decision.rrn is not None:
            payment = read_payment(store, PaymentId(payment_id))
            yield ApprovedPayment(payment, decision, decision.rrn)


def _refund(store: sqlite3.Connection, row: _Row) -> JournaledRefund:
    operation_id, payment_id, rrn, kind, amount, currency, *message, made, counter = row
    header, body, signature = message
    return JournaledRefund(
        operation=Operation(OperationId(operation_id), counter, Purpose.REFUND_PAYMENT),
        payment=read_payment(store, PaymentId(payment_id)),
        original_rrn=RetrievalReferenceNumber(rrn),
        intent=RefundIntent(RefundKind(kind), Money(amount, Currency(currency))),
        request=SignedRequest(header, body, (), signature),
        made_at=moment(made),
    )
