"""One batch of work on the clearing database: fetch, apply, write what changed."""

from collections.abc import Sequence
from itertools import chain

from sqlalchemy.engine import Connection

from clearing_service.approval.proposal import Proposal
from clearing_service.audit.chain import ChainHead
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
from clearing_service.stores.refund_mappings import REFUNDS
from clearing_service.stores.report_mappings import DIGESTS
from clearing_service.stores.risk_mappings import LOSS_REPORTS, PAYER_ACTIVITY, TERMINAL_ACTIVITY
from clearing_service.stores.row_mapping import append
from clearing_service.stores.window_mappings import WINDOWS
from facepay.identifiers import PaymentId, TerminalId
from facepay.settlement_proof.window_digest import WindowDigest


class ClearingBatch:
    """Implements `batch_writer.Batch` and is the source of the book's rows."""

    def __init__(self, connection: Connection, works: Sequence[Work[object]]) -> None:
        self._connection = connection
        self._book = ClearingBook(self)
        self._fetch(works)

    def do(self, work: Work[object]) -> object:
        """Apply one unit of work, in full or not at all."""
        return self._book.do(work)

    def flush(self) -> None:
        """Write what changed, table by table."""
        book, connection = self._book, self._connection
        PAYMENTS.save(connection, book.payments.changed)
        OPERATIONS.save(connection, book.operations.changed)
        COUNTERS.save(connection, book.counters.changed)
        BALANCES.save(connection, book.balances.changed)
        USAGES.save(connection, book.usages.changed)
        PAYER_LIMITS.save(connection, book.payer_limits.changed)
        ISSUER_REVERSALS.save(connection, book.issuer_reversals.changed)
        REFUNDS.save(connection, book.refunds.changed)
        PAYER_ACTIVITY.save(connection, book.payer_activity.changed)
        TERMINAL_ACTIVITY.save(connection, book.terminal_activity.changed)
        LOSS_REPORTS.save(connection, book.loss_reports.changed)
        PARTICIPANTS.save(connection, book.participants.changed)
        ACTS.save(connection, book.proposals.changed)
        WINDOWS.save(connection, book.windows.changed)
        DIGESTS.save(connection, book.digests.changed)
        HEADS.save(connection, book.heads.changed)
        SEQUENCES.save(connection, book.sequences.changed)
        transfers = [write_transfer(row) for row in book.new_transfers.added]
        append(connection, tables.TRANSFER, transfers)
        entries = [write_audit_entry(entry) for entry in book.new_audit_entries.added]
        append(connection, tables.AUDIT_ENTRY, entries)

    def _fetch(self, works: Sequence[Work[object]]) -> None:
        book, connection = self._book, self._connection
        needs = [work.needs for work in works]
        payments = set(chain.from_iterable(need.payments for need in needs))
        book.payments.fill(payments, PAYMENTS.fetch(connection, payments))
        operations = set(chain.from_iterable(need.operations for need in needs))
        book.operations.fill(operations, OPERATIONS.fetch(connection, operations))
        counters = set(chain.from_iterable(need.counters for need in needs))
        book.counters.fill(counters, COUNTERS.fetch(connection, counters))
        transfers = set(chain.from_iterable(need.transfers for need in needs))
        book.transfers.fill(transfers, TRANSFERS.fetch(connection, transfers))
        settling = [_settling(book, need) for need in needs]
        balances = set(chain.from_iterable(need.balances for need in [*needs, *settling]))
        book.balances.fill(balances, BALANCES.fetch(connection, balances))
        usages = set(chain.from_iterable(need.usages for need in [*needs, *settling]))
        book.usages.fill(usages, USAGES.fetch(connection, usages))
        limits = set(chain.from_iterable(need.payer_limits for need in [*needs, *settling]))
        book.payer_limits.fill(limits, PAYER_LIMITS.fetch(connection, limits))
        reversals = set(chain.from_iterable(need.issuer_reversals for need in needs))
        book.issuer_reversals.fill(reversals, ISSUER_REVERSALS.fetch(connection, reversals))
        refunds = set(chain.from_iterable(need.refunds for need in needs))
        book.refunds.fill(refunds, REFUNDS.fetch(connection, refunds))
        self._fetch_watched([*needs, *settling])
        windows = set(chain.from_iterable(need.windows for need in needs))
        book.windows.fill(windows, WINDOWS.fetch(connection, windows))
        chains = {LEDGER_CHAIN, AUDIT_CHAIN}
        book.heads.fill(chains, HEADS.fetch(connection, chains))
        sequences = [RRN_SEQUENCE, WINDOW_SEQUENCE]
        book.sequences.fill(sequences, SEQUENCES.fetch(connection, sequences))

    def _fetch_watched(self, needs: Sequence[Needs]) -> None:
        book, connection = self._book, self._connection
        payers = set(chain.from_iterable(need.payer_activity for need in needs))
        book.payer_activity.fill(payers, PAYER_ACTIVITY.fetch(connection, payers))
        terminals = set(chain.from_iterable(need.terminal_activity for need in needs))
        book.terminal_activity.fill(terminals, TERMINAL_ACTIVITY.fetch(connection, terminals))
        reported = set(chain.from_iterable(need.loss_reports for need in needs))
        book.loss_reports.fill(reported, LOSS_REPORTS.fetch(connection, reported))

    def payment(self, key: PaymentId) -> Payment | None:
        """Return a payment."""
        return PAYMENTS.fetch_one(self._connection, key)

    def operation(self, key: OperationKey) -> Operation | None:
        """Return an operation."""
        return OPERATIONS.fetch_one(self._connection, key)

    def counter(self, key: TerminalId) -> TerminalCounter | None:
        """Return a terminal's counter window."""
        return COUNTERS.fetch_one(self._connection, key)

    def transfer(self, key: TransferKey) -> Transfer | None:
        """Return a payment's transfer of a kind."""
        return TRANSFERS.fetch_one(self._connection, key)

    def balance(self, key: AccountId) -> Balance | None:
        """Return an account's balance."""
        return BALANCES.fetch_one(self._connection, key)

    def usage(self, key: UsageKey) -> int | None:
        """Return how much of a day's limit is used."""
        return USAGES.fetch_one(self._connection, key)

    def payer_limits(self, key: PayerKey) -> AmountLimits | None:
        """Return the limits a payer set."""
        return PAYER_LIMITS.fetch_one(self._connection, key)

    def issuer_reversal(self, key: PaymentId) -> IssuerReversal | None:
        """Return a queued reversal."""
        return ISSUER_REVERSALS.fetch_one(self._connection, key)

    def refund(self, key: RefundKey) -> RefundEntry | None:
        """Return a refund."""
        return REFUNDS.fetch_one(self._connection, key)

    def payer_activity(self, key: PayerKey) -> PayerActivity | None:
        """Return a payer's latest payments."""
        return PAYER_ACTIVITY.fetch_one(self._connection, key)

    def terminal_activity(self, key: TerminalId) -> TerminalActivity | None:
        """Return a terminal's latest payments."""
        return TERMINAL_ACTIVITY.fetch_one(self._connection, key)

    def loss_report(self, key: PayerKey) -> LossReport | None:
        """Return the latest loss report about an account."""
        return LOSS_REPORTS.fetch_one(self._connection, key)

    def participant(self, key: ParticipantKey) -> Participant | None:
        """Return an institution in a role."""
        return PARTICIPANTS.fetch_one(self._connection, key)

    def proposal(self, key: int) -> Proposal | None:
        """Return an operator's act by its number."""
        return ACTS.fetch_one(self._connection, key)

    def proposal_number(self, key: bytes) -> int | None:
        """Return the number of the act that a request asked for."""
        return ACT_NUMBERS.fetch_one(self._connection, key)

    def window(self, key: int) -> SettlementWindow | None:
        """Return a settlement window."""
        return WINDOWS.fetch_one(self._connection, key)

    def digest(self, key: int) -> WindowDigest | None:
        """Return a window's digest."""
        return DIGESTS.fetch_one(self._connection, key)

    def head(self, key: str) -> ChainHead | None:
        """Return a chain's head."""
        return HEADS.fetch_one(self._connection, key)

    def sequence(self, key: str) -> int | None:
        """Return the last number of a sequence."""
        return SEQUENCES.fetch_one(self._connection, key)


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
