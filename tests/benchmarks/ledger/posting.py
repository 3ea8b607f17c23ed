"""How fast the central book posts, durably and with duplicates answered, beside pgbench.

Run with `python -m tests.benchmarks.ledger.posting`. A posting is one unit of work: the duplicate
check of its operation, one ledger row against a hold or cap, both balances, the chain, the stored
answer. Callers wait for each answer. The yardstick is pgbench's TPC-B with 16 clients on the same
PostgreSQL server in the same minute.
"""

import asyncio
import gc
import json
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from clearing_service.bootstrap.serving import collect_rarely
from clearing_service.ledger.account import AccountId
from clearing_service.ledger.book import transfer_keys
from clearing_service.ledger.rules import Booking, hold, post
from clearing_service.ledger.transfer import Movement, TransferKind
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.operation import Operation
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.engine import open_database
from clearing_service.stores.migrate import upgrade
from clearing_service.stores.participant_store import SetCapWork
from facepay.identifiers import OperationId, ParticipantId, PaymentId, TerminalId
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.ports import SystemRandomness
from tests.benchmarks.measure import Measure
from tests.fakes.ports import START
from tests.fakes.postgres import PostgresServer, running_postgres

DEBTOR = AccountId(ParticipantId("30000001"))
CREDITOR = AccountId(ParticipantId("20000001"))
TERMINAL = TerminalId("POS00001")
CALLERS = 512
SECONDS = 5
ANSWER = b"booked"


@dataclass(frozen=True, slots=True)
class Posting:
    """Book one row of a payment, once."""

    payment_id: PaymentId
    operation_id: OperationId
    kind: TransferKind

    @property
    def needs(self) -> Needs:
        """Everything it touches."""
        return Needs(
            operations=((TERMINAL, self.operation_id),),
            transfers=transfer_keys(self.payment_id),
            balances=(DEBTOR, CREDITOR),
        )

    def apply(self, book: ClearingBook) -> bytes | None:
        """Answer a duplicate, or book."""
        found = book.operations.get((TERMINAL, self.operation_id))
        if found is not None:
            return found.answer
        booking = Booking(self.payment_id, START)
        if self.kind is TransferKind.HOLD:
            hold(book, booking, Movement(DEBTOR, CREDITOR, Money(100)))
        else:
            post(book, booking)
        operation = Operation(
            TERMINAL, self.operation_id, Purpose.AUTHORIZE_PAYMENT, bytes(32), ANSWER
        )
        book.operations.put(operation.key, operation)
        return ANSWER


async def postings_a_second(url: str, callers: int = CALLERS, seconds: float = SECONDS) -> float:
    """Return how many postings a second `callers` get answered on a new database."""
    database = open_database("clearing", url)
    upgrade(database.writer, "clearing")
    store = ClearingStore(database)
    for account in (DEBTOR, CREDITOR):
        await store.execute(SetCapWork(account, 10**15))
    randomness = SystemRandomness()
    answered = 0
    start = time.perf_counter()

    async def call() -> None:
        nonlocal answered
        while time.perf_counter() - start < seconds:
            payment_id = PaymentId(randomness.bytes(16))
            for kind in (TransferKind.HOLD, TransferKind.POST):
                await store.execute(Posting(payment_id, OperationId(randomness.bytes(16)), kind))
                answered += 1

    await asyncio.gather(*(call() for _ in range(callers)))
    rate = answered / (time.perf_counter() - start)
    store.close()
    return rate


def pgbench_a_second(server: PostgresServer) -> float:
    """Return pgbench's transactions a second: TPC-B, scale 10, 16 clients, 2 threads."""
    url = make_url(server.new_database())
    where = ["-h", str(url.query["host"]), "-U", url.username or "", url.database or ""]
    program = str(server.programs / "pgbench")
    subprocess.run([program, "-i", "-q", "-s", "10", *where], check=True, capture_output=True)
    run = subprocess.run(
        [program, "-c", "16", "-j", "2", "-T", str(SECONDS), *where],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([0-9.]+)", run.stdout)
    assert found is not None
    return float(found.group(1))


def measures() -> list[Measure]:
    """Measure both engines against the yardstick of the same minute, collecting as a service does."""
    thresholds = gc.get_threshold()
    collect_rarely()
    try:
        return _measures()
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def _measures() -> list[Measure]:
    with running_postgres() as server, TemporaryDirectory() as folder:
        yardstick = pgbench_a_second(server)
        on_postgres = asyncio.run(postings_a_second(server.new_database()))
        on_sqlite = asyncio.run(postings_a_second(f"sqlite:///{Path(folder) / 'book.sqlite'}"))
    return [
        Measure(
            "ledger_posting", on_postgres, "postings/s", "pgbench TPC-B, 16 clients", yardstick
        ),
        Measure(
            "ledger_posting_sqlite", on_sqlite, "postings/s", "pgbench TPC-B, 16 clients", yardstick
        ),
    ]


if __name__ == "__main__":
    print(json.dumps([measure.as_record() for measure in measures()], indent=2))  # noqa: T201
