"""What must be in the books, however often programs were killed.

While tills trade, one moment of the clearing database is looked at: the chains, the sums, and every
payment that somebody was told of. When they have closed and everything has come to rest, also the
issuers' books, the journals and all numbers.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing

from clearing_service.issuer.issuer_book import AccountKey
from clearing_service.ledger.transfer import TransferKind
from clearing_service.payment.payment import Payment
from clearing_service.stores.engine import Database, open_database
from facepay.identifiers import TerminalId
from facepay.money import Money
from facepay.payment_decision import PaymentState
from pos_app.config import load_config as load_terminal_config
from tests.crash.notes import Note, NoteReader
from tests.crash.shop import Shop
from tests.proof.books import BookRows, IssuerRows, read_clearing, read_issuers
from tests.proof.journals import JournalRows, read_journal, require_true_journals
from tests.proof.rules import require, require_adding_up, require_sound_books, rows_of, stands

ONCE = "every acknowledged payment is in the ledger, exactly once"


class Books:
    """The databases of a shop's clearing institution, opened beside the running service."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        config = shop.config
        self._clearing: Database = open_database("clearing", config.store_url("clearing"))
        self._issuers: Database = open_database("issuer", config.store_url("issuer"))
        self._opening: dict[AccountKey, int] = {
            key: account.balance.amount_minor_units
            for key, account in read_issuers(self._issuers).accounts.items()
        }

    def close(self) -> None:
        self._clearing.close()
        self._issuers.close()

    def check_running(self) -> BookRows:
        """Check what holds at every moment; return what was looked at."""
        # What was noted before the books are read must be in them.
        told = [note for till in self._notes() for note in _told(till)]
        book = read_clearing(self._clearing)
        require_adding_up(book)
        _require_told(book, told)
        return book

    def is_at_rest(self) -> bool:
        """Tell whether nothing is under way between the service and the issuers."""
        book = read_clearing(self._clearing)
        is_held = any(row.state is PaymentState.AUTHORIZING for row in book.payments)
        waits = any(entry.acknowledged_at is None for entry in book.issuer_reversals)
        return not (is_held or waits or any(entry.ended_at is None for entry in book.refunds))

    def check_at_rest(self) -> BookRows:
        """Check everything; the tills are closed and `is_at_rest` holds."""
        book = self.check_running()
        issuers: IssuerRows = read_issuers(self._issuers)
        require_sound_books(_without_open(book), issuers, self._opening)
        require_true_journals(self._journals(), book)
        for till in self._notes():
            _require_used_once(till, "sent", ("counter", "operation"), "header")
            _require_used_once(till, "pin key", ("ksn",), "ksn")
            require_no_repeats(till)
        self._require_query_numbers_used_once()
        return book

    def _notes(self) -> list[NoteReader]:
        return [till.notes for till in self._shop.tills.values()]

    def _journals(self) -> Iterable[JournalRows]:
        for name in self._shop.tills:
            path = load_terminal_config(self._shop.layout.terminal(TerminalId(name))).journal_path
            with closing(sqlite3.connect(path)) as store:
                yield read_journal(name, store)

    def _require_query_numbers_used_once(self) -> None:
        """Parties 2 and 3 refuse a number at or below their mark, and say so."""
        for log in self._shop.layout.root.glob("party-*.log"):
            text = log.read_text(encoding="utf-8", errors="replace")
            require("REPEATED_NUMBER" not in text, "no query number is used twice", log.name)


def _told(till: NoteReader) -> list[Note]:
    till.read_on()
    return list(till.notes)


def _without_open(book: BookRows) -> BookRows:
    """Leave out payments that a killed till never came to end: nothing was held for them yet."""
    rows = rows_of(book)
    for payment in book.payments:
        if payment.state in (PaymentState.OPENED, PaymentState.ROUTED):
            require(
                not rows[payment.payment_id],
                "nothing is booked for a payment that was not authorized",
                str(payment.payment_id),
            )
    ended = [row for row in book.payments if row.state not in _BEFORE_MONEY]
    return BookRows(
        ended,
        book.transfers,
        book.balances,
        book.audit_entries,
        book.usages,
        book.issuer_reversals,
        book.refunds,
    )


_BEFORE_MONEY = (PaymentState.OPENED, PaymentState.ROUTED)


def _require_told(book: BookRows, notes: Sequence[Note]) -> None:
    payments = {str(row.payment_id): row for row in book.payments}
    orders = {row.fields.order_id.value: row for row in book.payments if row.fields}
    asked_back = {note["payment"] for note in notes if note["kind"] == "asked back"}
    posted = Counter(str(row.payment_id) for row in book.transfers if row.kind is TransferKind.POST)
    for note in notes:
        if note["kind"] == "approved":
            _require_approved(note, payments, posted, asked_back)
        elif note["kind"] in ("declined", "ended"):
            payment = orders.get(note["order"])
            require(not stands(payment), "what was refused is not taken", str(note))
    _require_refunded(book, payments, [note for note in notes if note["kind"] == "refunded"])


def _require_approved(
    note: Note, payments: dict[str, Payment], posted: Counter[str], asked_back: set[str]
) -> None:
    payment = payments.get(note["payment"])
    require(payment is not None and posted[note["payment"]] == 1, ONCE, str(note))
    assert payment is not None
    assert payment.rrn is not None
    said = (note["rrn"], Money(note["amount"]))
    require(
        said == (payment.rrn.value, payment.known_fields.amount), "a receipt is true", str(note)
    )
    if note["payment"] not in asked_back:
        verdict = payment.verdict
        require(payment.state is PaymentState.APPROVED, ONCE, f"{note} is {payment.state.name}")
        is_same = verdict is not None and verdict.approval_code is not None
        require(
            is_same and note["approval"] == verdict.approval_code.value,  # type: ignore[union-attr]
            "a receipt is true",
            str(note),
        )


def _require_refunded(book: BookRows, payments: dict[str, Payment], notes: Iterable[Note]) -> None:
    rule = "every acknowledged refund is in the ledger, exactly once"
    booked = {entry.operation_id.value.hex(): entry for entry in book.refunds}
    for note in notes:
        payment = payments[note["payment"]]
        if note["what"] == "VOID":
            require(payment.state is PaymentState.REVERSED, rule, str(note))
            continue
        entry = booked.get(note["operation"])
        require(
            entry is not None
            and (entry.rrn.value, entry.amount) == (note["rrn"], Money(note["amount"])),
            rule,
            str(note),
        )


def _require_used_once(till: NoteReader, kind: str, names: tuple[str, ...], content: str) -> None:
    """Each of the named numbers stands for one message; a repeat of the message is none."""
    for name in names:
        known: dict[object, object] = {}
        for note in till.of(kind):
            first = known.setdefault(note[name], note[content])
            require(first == note[content], f"no {kind} {name} is used twice", str(note))


def require_no_repeats(till: NoteReader) -> None:
    """No PIN key and no retrieval reference was noted a second time."""
    keys = [note["ksn"] for note in till.of("pin key")]
    numbers = [note["rrn"] for note in till.of("approved")]
    numbers += [note["rrn"] for note in till.of("refunded") if note["rrn"]]
    for kind, values in (("PIN key", keys), ("retrieval reference", numbers)):
        twice = [value for value, times in Counter(values).items() if times > 1]
        require(not twice, f"no {kind} is used twice", str(twice))
