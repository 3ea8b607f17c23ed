"""Makes a window's tree, account entries and digest from its rows in the ledger.

In a digest are all rows of a window that move money but the settlement itself, which comes after
and is proven by every position returning to zero. Holds and releases move nothing.

Everything here follows from the rows, the sales they belong to and the window's blinding, so it can
be made again, byte for byte, whenever a report is asked for.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from clearing_service.ledger.account import AccountId
from clearing_service.ledger.transfer import HOLDING_KINDS, Transfer, TransferKind
from facepay.canonical import encode_fields
from facepay.identifiers import ParticipantId, PaymentId
from facepay.secret import SecretBytes
from facepay.settlement_proof.merkle import merkle_root
from facepay.settlement_proof.position_commitment import zero_sum_opening
from facepay.settlement_proof.transfer_leaf import SharedFacts, Side, SideFacts, transfer_leaf
from facepay.settlement_proof.window_digest import (
    AccountEntry,
    AccountTotals,
    WindowDigest,
    hash_accounts,
)

UNPROVEN_KINDS = HOLDING_KINDS | {TransferKind.SETTLEMENT}
"""Rows of a window that its digest is not about."""

_LABEL = b"facepay/blinding/1"


@dataclass(frozen=True, slots=True)
class Sale:
    """What reports tell of the sale behind a payment: the acquirer all of it, others its number.

    `refund_rrns` are the numbers of its refunds, in order.
    """

    rrn: str
    acquirer_id: ParticipantId
    acceptor_id: str
    terminal_id: str
    order_id: str
    refund_rrns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedWindow:
    """All that a window's digest is made from. `rows` are in the ledger's order.

    `sales` has every payment of the rows.
    """

    number: int
    business_date: date
    rows: Sequence[Transfer]
    sales: Mapping[PaymentId, Sale]


class WindowBlinding:
    """Derives the blindings of one window's transfers and accounts from its secret.

    The secret stays the caller's, who wipes it after the last use.
    """

    def __init__(self, secret: SecretBytes) -> None:
        self._secret = secret

    def of_side(self, number: int, side: Side) -> bytes:
        """Return the blinding of one side of the transfer with this number."""
        return self._derive(b"side", number.to_bytes(8), side.value.encode())

    def of_account(self, account: str) -> bytes:
        """Return the blinding of an account's position and totals."""
        return self._derive(b"account", account.encode())

    def _derive(self, *fields: bytes) -> bytes:
        mac = HMAC(self._secret.view, hashes.SHA256())
        mac.update(encode_fields([_LABEL, *fields]))
        return mac.finalize()


@dataclass(frozen=True, slots=True)
class ProvenTransfer:
    """A row as a leaf: what both sides know, what each knows, and how each is blinded."""

    shared: SharedFacts
    sides: Mapping[Side, SideFacts]
    blindings: Mapping[Side, bytes]

    def commitment(self, side: Side) -> bytes:
        """Return what stands for a side in the other side's sight."""
        return self.sides[side].commitment(self.blindings[side])

    @property
    def leaf(self) -> bytes:
        """The leaf hash."""
        return transfer_leaf(self.shared, self.commitment(Side.DEBIT), self.commitment(Side.CREDIT))


@dataclass(frozen=True)
class ProvenWindow:
    """A window's transfers as leaves, and its accounts with their blindings."""

    number: int
    business_date: date
    transfers: tuple[ProvenTransfer, ...]
    totals: tuple[AccountTotals, ...]
    account_blindings: Mapping[str, bytes]
    leaves: tuple[bytes, ...] = field(init=False)
    entries: tuple[AccountEntry, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Compute the leaves and the account entries once: each takes a while."""
        object.__setattr__(self, "leaves", tuple(item.leaf for item in self.transfers))
        entries = (item.entry(self.account_blindings[item.account]) for item in self.totals)
        object.__setattr__(self, "entries", tuple(entries))

    def digest(self, previous: bytes) -> WindowDigest:
        """Return the digest that follows the one with the hash `previous`."""
        return WindowDigest(
            window=self.number,
            business_date=self.business_date,
            previous=previous,
            transfer_count=len(self.transfers),
            transfers_root=merkle_root(self.leaves),
            accounts_hash=hash_accounts(self.entries),
            zero_sum=zero_sum_opening(self.account_blindings.values()),
        )


def prove_window(window: ClosedWindow, blinding: WindowBlinding) -> ProvenWindow:
    """Return the window's rows as leaves and its accounts with their sums."""
    rows = [row for row in window.rows if row.kind not in UNPROVEN_KINDS]
    totals = _totals(rows)
    return ProvenWindow(
        window.number,
        window.business_date,
        tuple(_proven(row, window.sales, blinding) for row in rows),
        totals,
        {item.account: blinding.of_account(item.account) for item in totals},
    )


def _proven(
    row: Transfer, sales: Mapping[PaymentId, Sale], blinding: WindowBlinding
) -> ProvenTransfer:
    payment_id = row.payment_id
    sale = None if payment_id is None else sales[payment_id]
    shared = SharedFacts(
        number=row.number,
        kind=row.kind.name,
        subject=str(row.subject),
        rrn="" if sale is None else _rrn(row, sale),
        amount=row.movement.amount,
        answers=row.answers or 0,
        part=row.part,
        booked_at=row.booked_at,
    )
    accounts = {Side.DEBIT: row.movement.debit, Side.CREDIT: row.movement.credit}
    return ProvenTransfer(
        shared,
        {side: _side_facts(side, account, sale) for side, account in accounts.items()},
        {side: blinding.of_side(row.number, side) for side in accounts},
    )


def _rrn(row: Transfer, sale: Sale) -> str:
    return sale.refund_rrns[row.part - 1] if row.kind is TransferKind.REFUND else sale.rrn


def _side_facts(side: Side, account: AccountId, sale: Sale | None) -> SideFacts:
    if sale is None or sale.acquirer_id != account.participant_id:
        return SideFacts(side, str(account))
    return SideFacts(side, str(account), sale.acceptor_id, sale.terminal_id, sale.order_id)


def _totals(rows: Sequence[Transfer]) -> tuple[AccountTotals, ...]:
    counts: dict[str, int] = defaultdict(int)
    debits: dict[str, int] = defaultdict(int)
    credits_: dict[str, int] = defaultdict(int)
    for row in rows:
        movement = row.movement
        debits[str(movement.debit)] += movement.amount.amount_minor_units
        credits_[str(movement.credit)] += movement.amount.amount_minor_units
        for account in {movement.debit, movement.credit}:
            counts[str(account)] += 1
    return tuple(
        AccountTotals(name, counts[name], debits[name], credits_[name]) for name in sorted(counts)
    )
