"""The clearing database: payments, the central book, limits, audit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Select, select

from clearing_service.approval.proposal import Proposal
from clearing_service.audit.entry import AuditEntry
from clearing_service.cases.case import ALIVE, Case, CaseKind, CaseState
from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import LEDGER_CHAIN, Work
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.payment import Payment
from clearing_service.payment.refund_entry import RefundEntry
from clearing_service.settlement.digest import Sale
from clearing_service.settlement.netting import NetPositions
from clearing_service.settlement.ports import ROWS_PAGE
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.act_mappings import ACTS
from clearing_service.stores.batch_writer import BatchWriter
from clearing_service.stores.book_reading import (
    WholeBook,
    every_balance,
    every_window,
    in_window,
    read_book,
    read_net_positions,
    rows_of_chain,
)
from clearing_service.stores.case_mappings import CASES
from clearing_service.stores.clearing_batch import ClearingBatch
from clearing_service.stores.columns import to_milliseconds
from clearing_service.stores.engine import Database
from clearing_service.stores.ledger_mappings import BALANCES, TRANSFERS, read_audit_entry
from clearing_service.stores.payment_mappings import ISSUER_REVERSALS, PAYMENTS
from clearing_service.stores.reading import Reader
from clearing_service.stores.refund_mappings import REFUNDS
from clearing_service.stores.report_mappings import (
    DIGESTS,
    read_sales,
    read_unacknowledged,
)
from clearing_service.stores.terminal_entries import read_standing_entries
from clearing_service.stores.window_mappings import WINDOWS
from facepay.identifiers import ParticipantId, PaymentId, RetrievalReferenceNumber, TerminalId
from facepay.operator_act import ActState
from facepay.payment_decision import PaymentState
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.terminal_totals import TotalsEntry

ROWS_MAX = 1_000
"""Sweepers take no more at a time, so that one pass neither fills memory nor holds up the pool."""

OPERATOR_PAGE = 50
"""Acts or cases at a time: with the longest texts they fit into one message."""

AnswerT = TypeVar("AnswerT")


class ClearingStore:
    """Implements `payment.ports.PaymentStore` and `settlement.reports.ReportBook`.

    Also reads book and audit trail for proofs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)
        self._writer = BatchWriter[Work[object]](database, ClearingBatch)

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction, shared with whatever else waits."""
        return cast("AnswerT", await self._writer.execute(work))

    async def find_payment(self, payment_id: PaymentId) -> Payment | None:
        """Return a payment as last committed."""
        return await self._reader.run(lambda connection: PAYMENTS.fetch_one(connection, payment_id))

    async def authorizing_payments(self, before: datetime) -> Sequence[Payment]:
        """Return payments in AUTHORIZING since `before` or longer, oldest first."""
        table = tables.PAYMENT
        query = (
            select(table)
            .where(table.c.state == PaymentState.AUTHORIZING.name)
            .where(table.c.authorizing_since_ms <= to_milliseconds(before))
            .order_by(table.c.authorizing_since_ms)
        )
        return await self._payments(query)

    async def overdue_payments(self, now: datetime) -> Sequence[Payment]:
        """Return payments OPENED or ROUTED beyond their expiry."""
        table = tables.PAYMENT
        query = (
            select(table)
            .where(table.c.state.in_([PaymentState.OPENED.name, PaymentState.ROUTED.name]))
            .where(table.c.expires_at_ms <= to_milliseconds(now))
        )
        return await self._payments(query)

    async def due_issuer_reversals(self, now: datetime) -> Sequence[IssuerReversal]:
        """Return unacknowledged reversals whose next attempt is due."""
        table = tables.ISSUER_REVERSAL
        query = (
            select(table)
            .where(table.c.acknowledged_at_ms.is_(None))
            .where(table.c.next_attempt_at_ms <= to_milliseconds(now))
            .order_by(table.c.next_attempt_at_ms)
            .limit(ROWS_MAX)
        )
        return await self._reader.values(query, ISSUER_REVERSALS.read_value)

    async def due_refunds(self, now: datetime) -> Sequence[RefundEntry]:
        """Return refunds whose issuer has not answered and whose next attempt is due."""
        table = tables.REFUND
        query = (
            select(table)
            .where(table.c.ended_at_ms.is_(None))
            .where(table.c.next_attempt_at_ms <= to_milliseconds(now))
            .order_by(table.c.next_attempt_at_ms)
            .limit(ROWS_MAX)
        )
        return await self._reader.values(query, REFUNDS.read_value)

    async def proposals(self, states: Sequence[ActState], before: int = 0) -> Sequence[Proposal]:
        """Return operators' acts in these states, newest first, below `before` unless it is 0."""
        table = tables.OPERATOR_ACT
        query = select(table).where(table.c.state.in_([state.name for state in states]))
        if before:
            query = query.where(table.c.number < before)
        query = query.order_by(table.c.number.desc()).limit(OPERATOR_PAGE)
        return await self._reader.values(query, ACTS.read_value)

    async def windows(self, states: Collection[WindowState]) -> Sequence[SettlementWindow]:
        """Return the windows in these states, by number."""
        numbers = [state.value for state in states]
        query = every_window().where(tables.SETTLEMENT_WINDOW.c.state.in_(numbers))
        return await self._reader.values(query, WINDOWS.read_value)

    async def window(self, number: int) -> SettlementWindow | None:
        """Return one window."""
        if number >= 1 << 63:  # no database has a column for it
            return None
        return await self._reader.run(lambda connection: WINDOWS.fetch_one(connection, number))

    async def rows_of(self, window: SettlementWindow, after: int = 0) -> Sequence[Transfer]:
        """Return the window's next rows, in order; they are found by the chain's own key."""
        query = rows_of_chain(LEDGER_CHAIN).where(*in_window(window, after)).limit(ROWS_PAGE)
        return await self._reader.values(query, TRANSFERS.read_value)

    async def sales(self, payment_ids: Collection[PaymentId]) -> Mapping[PaymentId, Sale]:
        """Return what is known of the sales behind these payments."""
        return await self._reader.run(lambda connection: read_sales(connection, payment_ids))

    async def digest(self, window: int) -> WindowDigest | None:
        """Return a window's digest."""
        return await self._reader.run(lambda connection: DIGESTS.fetch_one(connection, window))

    async def last_digest(self) -> WindowDigest | None:
        """Return the newest digest."""
        table = tables.WINDOW_DIGEST
        query = select(table).order_by(table.c.window_number.desc()).limit(1)
        found = await self._reader.values(query, DIGESTS.read_value)
        return found[0] if found else None

    async def unacknowledged(self, issuer_id: ParticipantId) -> Collection[PaymentId]:
        """Return the payments of which an issuer has not acknowledged a reversal or refund."""
        return await self._reader.run(lambda connection: read_unacknowledged(connection, issuer_id))

    async def standing_entries(self, terminal_id: TerminalId, day: date) -> Sequence[TotalsEntry]:
        """Return what stands of a terminal's business day."""
        return await self._reader.run(
            lambda connection: read_standing_entries(connection, terminal_id, day)
        )

    async def net_positions(self, window: SettlementWindow) -> NetPositions:
        """Return what the window's rows net to, added up where they are kept."""
        return await self._reader.run(lambda connection: read_net_positions(connection, window))

    async def rows_numbered(self, numbers: Collection[int]) -> Mapping[int, Transfer]:
        """Return rows by number, of whatever window."""
        query = rows_of_chain(LEDGER_CHAIN).where(tables.TRANSFER.c.number.in_(numbers))
        rows = await self._reader.values(query, TRANSFERS.read_value)
        return {row.number: row for row in rows}

    async def whole_book(self) -> WholeBook:
        """Return windows, rows and balances as they stood at one moment, for proofs."""
        return await self._reader.run(read_book)

    async def proposal(self, number: int) -> Proposal | None:
        """Return one operator's act."""
        return await self._reader.run(lambda connection: ACTS.fetch_one(connection, number))

    async def cases(self, states: Sequence[CaseState], after: int = 0) -> Sequence[Case]:
        """Return the cases in these states, by number, above `after`."""
        table = tables.CASE_FILE
        names = [state.name for state in states]
        query = select(table).where(table.c.state.in_(names)).where(table.c.number > after)
        query = query.order_by(table.c.number).limit(OPERATOR_PAGE)
        return await self._reader.values(query, CASES.read_value)

    async def due_losses(self, now: datetime) -> Sequence[int]:
        """Return the numbers of losses that are alive beyond their time, the oldest first."""
        table = tables.CASE_FILE
        query = (
            select(table.c.number)
            .where(table.c.state.in_([state.name for state in ALIVE]))
            .where(table.c.kind == CaseKind.LOSS.name)
            .where(table.c.due_at_ms <= to_milliseconds(now))
            .order_by(table.c.due_at_ms)
            .limit(ROWS_MAX)
        )
        return [row.number for row in await self._reader.rows(query)]

    async def find_payment_by_rrn(self, rrn: RetrievalReferenceNumber) -> Payment | None:
        """Return the newest payment with this number, which comes again after ten years."""
        table = tables.PAYMENT
        query = select(table).where(table.c.rrn == rrn.value).order_by(table.c.opened_at_ms.desc())
        found = await self._payments(query)
        return found[0] if found else None

    async def transfers(self, chain: str) -> Sequence[Transfer]:
        """Return every ledger row of a chain, in order."""
        return await self._reader.values(rows_of_chain(chain), TRANSFERS.read_value)

    async def balances(self) -> Sequence[Balance]:
        """Return the balance of every account, by account."""
        return await self._reader.values(every_balance(), BALANCES.read_value)

    async def audit_entries(self, chain: str) -> Sequence[AuditEntry]:
        """Return every audit entry of a chain, in order."""
        table = tables.AUDIT_ENTRY
        query = select(table).where(table.c.chain == chain).order_by(table.c.number)
        return await self._reader.values(query, read_audit_entry)

    def close(self) -> None:
        """Finish what waits, then close every connection. A repeat does nothing."""
        self._writer.close()
        self._reader.close()
        self._database.close()

    async def _payments(self, query: Select[Any]) -> Sequence[Payment]:
        return await self._reader.values(query.limit(ROWS_MAX), PAYMENTS.read_value)
