"""Windows with rows of every kind, for what is made of a window: digests, reports, checks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clearing_service.audit.chain import ChainHead
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import (
    EntryId,
    Movement,
    RowName,
    SubjectId,
    Transfer,
    TransferKind,
)
from clearing_service.settlement.digest import ClosedWindow, Sale
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Money
from tests.fakes.ports import START

ACQUIRER = ParticipantId("20000001")
ISSUER = ParticipantId("30000001")
OTHER_ISSUER = ParticipantId("30000002")
INSTITUTION = ParticipantId("10000001")
BYSTANDER = ParticipantId("30000009")
TERMINAL = "POS00001"
ACCEPTOR = "ACCEPTOR0000001"

POSITIONS = {who: AccountId(who) for who in (ACQUIRER, ISSUER, OTHER_ISSUER)}
FEES = AccountId(INSTITUTION, AccountKind.FEE)


class WindowMaker:
    """Writes rows of one window, one after another, as the ledger would."""

    def __init__(self, number: int = 3, *, after: int = 40, at: datetime = START) -> None:
        self.number = number
        self.at = at
        self.rows: list[Transfer] = []
        self.sales: dict[PaymentId, Sale] = {}
        self._head = ChainHead("ledger/0", after)
        self._payments = number * 1_000

    def payment(self, issuer: ParticipantId, amount: int) -> Transfer:
        """Return the post of a payment that was held before."""
        self._payments += 1
        payment_id = PaymentId(self._payments.to_bytes(16))
        self.sales[payment_id] = Sale(
            f"6326{self._payments:08d}", ACQUIRER, ACCEPTOR, TERMINAL, f"ORDER-{self._payments}"
        )
        movement = Movement(POSITIONS[issuer], POSITIONS[ACQUIRER], Money(amount))
        held = self.row(TransferKind.HOLD, payment_id, movement)
        return self.row(TransferKind.POST, payment_id, movement, answers=held.number)

    def refund(self, post: Transfer, amount: int, part: int = 1) -> Transfer:
        """Return the row of a refund; its window may be another than the payment's."""
        assert post.payment_id is not None
        sale = self.sales.get(post.payment_id) or Sale(
            "632600000001", ACQUIRER, ACCEPTOR, TERMINAL, "ORDER-1"
        )
        rrns = (*sale.refund_rrns, f"6327{part:08d}")
        self.sales[post.payment_id] = Sale(
            sale.rrn, ACQUIRER, ACCEPTOR, TERMINAL, sale.order_id, rrns
        )
        movement = Movement(post.movement.credit, post.movement.debit, Money(amount))
        return self.row(
            TransferKind.REFUND, post.payment_id, movement, answers=post.number, part=part
        )

    def reversal(self, post: Transfer) -> Transfer:
        """Return the row that undoes a post."""
        return self.row(
            TransferKind.REVERSAL, post.subject, post.movement.reversed(), answers=post.number
        )

    def fee(self, payer: ParticipantId, amount: int) -> Transfer:
        """Return a network fee."""
        subject = EntryId.derived("fee", str(self.number), str(payer))
        return self.row(TransferKind.FEE, subject, Movement(POSITIONS[payer], FEES, Money(amount)))

    def row(
        self,
        kind: TransferKind,
        subject: SubjectId,
        movement: Movement,
        *,
        answers: int | None = None,
        part: int = 0,
    ) -> Transfer:
        """Append any row."""
        self.at += timedelta(seconds=1)
        day = self.at.date()
        name = RowName(subject, kind, self.at, self.number, answers, part)
        self._head = self._head.link(name.content(movement))
        row = Transfer(
            kind, subject, movement, answers, day, self.at, self._head, part, self.number
        )
        self.rows.append(row)
        return row

    def closed(self) -> ClosedWindow:
        """Return the window as it is when its positions are final."""
        return ClosedWindow(self.number, self.at.date(), tuple(self.rows), self.sales)


def busy_window(number: int = 3, *, payments: Sequence[int] = (12_50, 3_00, 99_99)) -> ClosedWindow:
    """Return a window with payments of two issuers, a refund, a reversal and fees."""
    maker = WindowMaker(number)
    posts = [
        maker.payment(ISSUER if place % 2 == 0 else OTHER_ISSUER, amount)
        for place, amount in enumerate(payments)
    ]
    maker.refund(posts[0], 2_50)
    maker.reversal(posts[1])
    maker.fee(ACQUIRER, 9)
    maker.fee(ISSUER, 1)
    return maker.closed()
