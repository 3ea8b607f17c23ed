"""One batch of work on the clearing database: fetch, apply, write what changed."""

from collections.abc import Sequence
from itertools import chain

from clearing_service.approval.proposal import Proposal
from clearing_service.audit.chain import ChainHead
from clearing_service.cases.case import Case
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.book import WINDOW_SEQUENCE, TransferKey
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.participants.participant import Participant, ParticipantKey
from clearing_service.payment.activity import PayerActivity, TerminalActivity
from clearing_service.payment.clearing_book import (
    AUDIT_CHAIN,
    LEDGER_CHAIN,
    RRN_SEQUENCE,
    ClearingBook,
    LossReport,
    Needs,
    PayerKey,
    UsageKey,
    Work,
)
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.operation import Operation, OperationKey, TerminalCounter
from clearing_service.payment.payment import Payment
from clearing_service.payment.policy import AmountLimits
from clearing_service.payment.refund_entry import RefundEntry, RefundKey
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.act_mappings import ACT_NUMBERS, ACTS
from clearing_service.stores.case_mappings import CASE_NUMBERS, CASES
from clearing_service.stores.ledger_mappings import (
    BALANCES,
    HEADS,
    SEQUENCES,
    TRANSFERS,
    write_audit_entry,
    write_transfer,
)
from clearing_service.stores.participant_mappings import PARTICIPANTS
from clearing_service.stores.payment_mappings import (
    COUNTERS,
    ISSUER_REVERSALS,
    OPERATIONS,
    PAYER_LIMITS,
    PAYMENTS,
    USAGES,
)
from clearing_service.stores.recent_rows import Rows
from clearing_service.stores.refund_mappings import REFUNDS
from clearing_service.stores.report_mappings import DIGESTS
from clearing_service.stores.risk_mappings import LOSS_REPORTS, PAYER_ACTIVITY, TERMINAL_ACTIVITY
from clearing_service.stores.row_mapping import append
from clearing_service.stores.window_mappings import WINDOWS
from facepay.identifiers import PaymentId, TerminalId
from facepay.settlement_proof.window_digest import WindowDigest


class ClearingBatch:
    """Implements `batch_writer.Batch` and is the source of the book's rows."""

    def __init__(self, rows: Rows, works: Sequence[Work[object]]) -> None:
        self._rows = rows
        self._book = ClearingBook(self)
        self._fetch(works)

    def do(self, work: Work[object]) -> object:
        """Apply one unit of work, in full or not at all."""
        return self._book.do(work)

    def flush(self) -> None:
        """Write what changed, table by table."""
        book, rows = self._book, self._rows
        rows.save(PAYMENTS, book.payments.changed)
        rows.save(OPERATIONS, book.operations.changed)
        rows.save(COUNTERS, book.counters.changed)
        rows.save(BALANCES, book.balances.changed)
        rows.save(USAGES, book.usages.changed)
        rows.save(PAYER_LIMITS, book.payer_limits.changed)
        rows.save(ISSUER_REVERSALS, book.issuer_reversals.changed)
        rows.save(REFUNDS, book.refunds.changed)
        rows.save(PAYER_ACTIVITY, book.payer_activity.changed)
        rows.save(TERMINAL_ACTIVITY, book.terminal_activity.changed)
        rows.save(LOSS_REPORTS, book.loss_reports.changed)
        rows.save(PARTICIPANTS, book.participants.changed)
        rows.save(CASES, book.cases.changed)
        rows.save(ACTS, book.proposals.changed)
        rows.save(WINDOWS, book.windows.changed)
        rows.save(DIGESTS, book.digests.changed)
        rows.save(HEADS, book.heads.changed)
        rows.save(SEQUENCES, book.sequences.changed)
        transfers = [write_transfer(row) for row in book.new_transfers.added]
        append(rows.connection, tables.TRANSFER, transfers)
        rows.wrote(TRANSFERS, book.transfers.changed)
        entries = [write_audit_entry(entry) for entry in book.new_audit_entries.added]
        append(rows.connection, tables.AUDIT_ENTRY, entries)

    def _fetch(self, works: Sequence[Work[object]]) -> None:
        book, rows = self._book, self._rows
        needs = [work.needs for work in works]
        payments = set(chain.from_iterable(need.payments for need in needs))
        book.payments.fill(payments, rows.fetch(PAYMENTS, payments))
        operations = set(chain.from_iterable(need.operations for need in needs))
        book.operations.fill(operations, rows.fetch(OPERATIONS, operations))
        counters = set(chain.from_iterable(need.counters for need in needs))
        book.counters.fill(counters, rows.fetch(COUNTERS, counters))
        transfers = set(chain.from_iterable(need.transfers for need in needs))
        book.transfers.fill(transfers, rows.fetch(TRANSFERS, transfers))
        settling = [_settling(book, need) for need in needs]
        balances = set(chain.from_iterable(need.balances for need in [*needs, *settling]))
        book.balances.fill(balances, rows.fetch(BALANCES, balances))
        usages = set(chain.from_iterable(need.usages for need in [*needs, *settling]))
        book.usages.fill(usages, rows.fetch(USAGES, usages))
        limits = set(chain.from_iterable(need.payer_limits for need in [*needs, *settling]))
        book.payer_limits.fill(limits, rows.fetch(PAYER_LIMITS, limits))
        reversals = set(chain.from_iterable(need.issuer_reversals for need in needs))
        book.issuer_reversals.fill(reversals, rows.fetch(ISSUER_REVERSALS, reversals))
        refunds = set(chain.from_iterable(need.refunds for need in needs))
        book.refunds.fill(refunds, rows.fetch(REFUNDS, refunds))
        self._fetch_watched([*needs, *settling])
        windows = set(chain.from_iterable(need.windows for need in needs))
        book.windows.fill(windows, rows.fetch(WINDOWS, windows))
        chains = {LEDGER_CHAIN, AUDIT_CHAIN}
        book.heads.fill(chains, rows.fetch(HEADS, chains))
        sequences = [RRN_SEQUENCE, WINDOW_SEQUENCE]
        book.sequences.fill(sequences, rows.fetch(SEQUENCES, sequences))

    def _fetch_watched(self, needs: Sequence[Needs]) -> None:
        book, rows = self._book, self._rows
        payers = set(chain.from_iterable(need.payer_activity for need in needs))
        book.payer_activity.fill(payers, rows.fetch(PAYER_ACTIVITY, payers))
        terminals = set(chain.from_iterable(need.terminal_activity for need in needs))
        book.terminal_activity.fill(terminals, rows.fetch(TERMINAL_ACTIVITY, terminals))
        reported = set(chain.from_iterable(need.loss_reports for need in needs))
        book.loss_reports.fill(reported, rows.fetch(LOSS_REPORTS, reported))

    def payment(self, key: PaymentId) -> Payment | None:
        """Return a payment."""
        return self._rows.fetch_one(PAYMENTS, key)

    def operation(self, key: OperationKey) -> Operation | None:
        """Return an operation."""
        return self._rows.fetch_one(OPERATIONS, key)

    def counter(self, key: TerminalId) -> TerminalCounter | None:
        """Return a terminal's counter window."""
        return self._rows.fetch_one(COUNTERS, key)

    def transfer(self, key: TransferKey) -> Transfer | None:
        """Return a payment's transfer of a kind."""
        return self._rows.fetch_one(TRANSFERS, key)

    def balance(self, key: AccountId) -> Balance | None:
        """Return an account's balance."""
        return self._rows.fetch_one(BALANCES, key)

    def usage(self, key: UsageKey) -> int | None:
        """Return how much of a day's limit is used."""
        return self._rows.fetch_one(USAGES, key)

    def payer_limits(self, key: PayerKey) -> AmountLimits | None:
        """Return the limits a payer set."""
        return self._rows.fetch_one(PAYER_LIMITS, key)

    def issuer_reversal(self, key: PaymentId) -> IssuerReversal | None:
        """Return a queued reversal."""
        return self._rows.fetch_one(ISSUER_REVERSALS, key)

    def refund(self, key: RefundKey) -> RefundEntry | None:
        """Return a refund."""
        return self._rows.fetch_one(REFUNDS, key)

    def payer_activity(self, key: PayerKey) -> PayerActivity | None:
        """Return a payer's latest payments."""
        return self._rows.fetch_one(PAYER_ACTIVITY, key)

    def terminal_activity(self, key: TerminalId) -> TerminalActivity | None:
        """Return a terminal's latest payments."""
        return self._rows.fetch_one(TERMINAL_ACTIVITY, key)

    def loss_report(self, key: PayerKey) -> LossReport | None:
        """Return the latest loss report about an account."""
        return self._rows.fetch_one(LOSS_REPORTS, key)

    def participant(self, key: ParticipantKey) -> Participant | None:
        """Return an institution in a role."""
        return self._rows.fetch_one(PARTICIPANTS, key)

    def case(self, key: int) -> Case | None:
        """Return a case by its number."""
        return self._rows.fetch_one(CASES, key)

    def case_number(self, key: str) -> int | None:
        """Return the number of the case about a source."""
        return self._rows.fetch_one(CASE_NUMBERS, key)

    def proposal(self, key: int) -> Proposal | None:
        """Return an operator's act by its number."""
        return self._rows.fetch_one(ACTS, key)

    def proposal_number(self, key: bytes) -> int | None:
        """Return the number of the act that a request asked for."""
        return self._rows.fetch_one(ACT_NUMBERS, key)

    def window(self, key: int) -> SettlementWindow | None:
        """Return a settlement window."""
        return self._rows.fetch_one(WINDOWS, key)

    def digest(self, key: int) -> WindowDigest | None:
        """Return a window's digest."""
        return self._rows.fetch_one(DIGESTS, key)

    def head(self, key: str) -> ChainHead | None:
        """Return a chain's head."""
        return self._rows.fetch_one(HEADS, key)

    def sequence(self, key: str) -> int | None:
        """Return the last number of a sequence."""
        return self._rows.fetch_one(SEQUENCES, key)


def _settling(book: ClearingBook, need: Needs) -> Needs:
    """Return the rows that follow from the routes of payments that were just fetched."""
    balances: list[AccountId] = []
    usages: list[UsageKey] = []
    limits: list[PayerKey] = []
    for payment_id, day in need.settling:
        payment = book.payments.get(payment_id)
        if payment is None or payment.route is None or payment.fields is None:
            continue
        movement, route = payment.movement, payment.route
        balances += [movement.debit, movement.credit]
        limits.append((route.issuer_id, route.account_alias))
        usage_day = day or payment.usage_day
        if usage_day is not None:
            usages.append((route.issuer_id, route.account_alias, usage_day))
    payers = tuple(limits)
    watched = tuple(payer for payer in payers if need.terminal_activity)
    return Needs(
        balances=tuple(balances),
        usages=tuple(usages),
        payer_limits=payers,
        payer_activity=watched,
        loss_reports=payers,
    )
