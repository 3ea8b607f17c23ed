"""A central book in memory that tests of settlement fill with payments and entries."""

from datetime import datetime

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.book import WINDOW_SEQUENCE, open_window_number
from clearing_service.ledger.entries import Entry, Institution, enter
from clearing_service.ledger.rules import Booking, RefundPart, hold, post, refund, release, reverse
from clearing_service.ledger.transfer import EntryId, Movement, Transfer, TransferKind
from clearing_service.ledger.trial_balance import verify_book
from clearing_service.payment.clearing_book import LEDGER_CHAIN, ClearingBook
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Money
from tests.fakes.money_stores import MemoryRows
from tests.fakes.ports import START

INSTITUTION = Institution(ParticipantId("10010001"))
ISSUERS = tuple(AccountId(ParticipantId(f"6{number}010001")) for number in range(1, 4))
ACQUIRERS = tuple(AccountId(ParticipantId(f"5{number}010001")) for number in range(1, 4))
CAP = 10**12


def funds(position: AccountId) -> AccountId:
    return AccountId(position.participant_id, AccountKind.SETTLEMENT)


class Book:
    """One item at a time, on nothing but memory."""

    def __init__(self) -> None:
        rows = MemoryRows()
        rows.tables["balance"] = {
            account: Balance(account, CAP) for account in (*ISSUERS, *ACQUIRERS)
        }
        self.rows = ClearingBook(rows)
        self._payments = 0

    def pay(
        self,
        amount: int,
        at: datetime = START,
        issuer: AccountId = ISSUERS[0],
        acquirer: AccountId = ACQUIRERS[0],
    ) -> PaymentId:
        payment_id = self.hold(amount, at, issuer, acquirer)
        post(self.rows, Booking(payment_id, at))
        return payment_id

    def hold(
        self,
        amount: int,
        at: datetime = START,
        issuer: AccountId = ISSUERS[0],
        acquirer: AccountId = ACQUIRERS[0],
    ) -> PaymentId:
        self._payments += 1
        payment_id = PaymentId(self._payments.to_bytes(16))
        hold(self.rows, Booking(payment_id, at), Movement(issuer, acquirer, Money(amount)))
        return payment_id

    def release(self, payment_id: PaymentId, at: datetime = START) -> None:
        release(self.rows, Booking(payment_id, at))

    def reverse(self, payment_id: PaymentId, at: datetime = START) -> None:
        reverse(self.rows, Booking(payment_id, at))

    def refund(self, payment_id: PaymentId, number: int, amount: int, before: int = 0) -> None:
        part = RefundPart(number, Money(amount), Money(before))
        refund(self.rows, Booking(payment_id, START), part)

    def enter(
        self, kind: TransferKind, debit: AccountId, credit: AccountId, amount: int, name: str
    ) -> Transfer:
        entry = Entry(EntryId.derived(name), START)
        return enter(self.rows, entry, kind, Movement(debit, credit, Money(amount)))

    def fund(self, position: AccountId, amount: int, name: str = "funds") -> Transfer:
        account = funds(position)
        name = f"{name} {position}"
        return self.enter(TransferKind.FUNDS_IN, INSTITUTION.mirror, account, amount, name)

    def next_window(self) -> None:
        number = open_window_number(self.rows) + 1
        self.rows.sequences.put(WINDOW_SEQUENCE, number)

    @property
    def transfers(self) -> list[Transfer]:
        self.rows.new_transfers.keep()
        return self.rows.new_transfers.added

    @property
    def by_number(self) -> dict[int, Transfer]:
        return {row.number: row for row in self.transfers}

    def of_window(self, number: int) -> list[Transfer]:
        return [row for row in self.transfers if row.window == number]

    def verify(self) -> None:
        self.rows.balances.keep()
        verify_book(LEDGER_CHAIN, self.transfers, self.rows.balances._rows.values())  # type: ignore[arg-type]
