"""What only the file can show: durability, typed faults, and what it never holds."""

import sqlite3
from pathlib import Path

import pytest

from facepay.message_header import Purpose
from pos_app.checkout.ports import JournalError, JournalErrorReason
from pos_app.journal.sqlite_journal import SqliteJournal
from tests.fakes.ports import ManualClock, SeededRandomness


def open_journal(path: Path) -> SqliteJournal:
    return SqliteJournal(path, ManualClock(), SeededRandomness())


async def test_the_counter_goes_on_after_a_restart(tmp_path: Path) -> None:
    first = open_journal(tmp_path / "journal.db")
    for _ in range(3):
        await first.begin_operation(None, Purpose.SIGN_ON)
    first.close()
    second = SqliteJournal(tmp_path / "journal.db", ManualClock(), SeededRandomness(seed=2))
    assert (await second.begin_operation(None, Purpose.SIGN_ON)).counter == 4
    second.close()


async def test_every_commit_is_synced_to_the_disk(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    settings = await journal._database.transact(
        lambda store: [
            store.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    )
    journal.close()
    assert settings == ["wal", 2]


async def test_a_file_that_cannot_be_opened_is_a_typed_error_and_is_tried_again(
    tmp_path: Path,
) -> None:
    journal = open_journal(tmp_path / "absent" / "journal.db")
    with pytest.raises(JournalError) as caught:
        await journal.begin_operation(None, Purpose.SIGN_ON)
    assert caught.value.reason is JournalErrorReason.CANNOT_OPEN
    (tmp_path / "absent").mkdir()
    assert (await journal.begin_operation(None, Purpose.SIGN_ON)).counter == 1
    journal.close()


async def test_a_file_that_is_no_journal_is_reported_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is not a database" * 100)
    journal = open_journal(path)
    with pytest.raises(JournalError) as caught:
        await journal.begin_operation(None, Purpose.SIGN_ON)
    journal.close()
    assert caught.value.reason is JournalErrorReason.DAMAGED


async def test_a_full_disk_is_a_typed_error_and_loses_no_counter(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    counters: list[int] = []

    async def fill() -> None:
        while len(counters) < 1000:
            operation = await journal.begin_operation(None, Purpose.SIGN_ON)
            counters.append(operation.counter)

    await journal.begin_operation(None, Purpose.SIGN_ON)
    await _limit_pages(journal, 1)
    with pytest.raises(JournalError) as caught:
        await fill()
    assert caught.value.reason is JournalErrorReason.DISK_FULL
    await _limit_pages(journal, 1_000_000)
    following = await journal.begin_operation(None, Purpose.SIGN_ON)
    assert following.counter == counters[-1] + 1
    journal.close()


async def test_a_file_that_another_program_holds_is_reported_as_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos_app.journal.database.BUSY_TIMEOUT_MILLISECONDS", 10)
    journal = open_journal(tmp_path / "journal.db")
    await journal.begin_operation(None, Purpose.SIGN_ON)
    holder = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError) as caught:
        await journal.begin_operation(None, Purpose.SIGN_ON)
    holder.execute("ROLLBACK")
    holder.close()
    journal.close()
    assert caught.value.reason is JournalErrorReason.LOCKED


@pytest.mark.rule("CAP-04", "AUT-04", "OFF-02")
async def test_no_column_has_room_for_a_probe_or_a_pin(tmp_path: Path) -> None:
    """The list is exact on purpose: a new column has to be argued for here."""
    journal = open_journal(tmp_path / "journal.db")
    columns = await journal._database.transact(
        lambda store: {
            f"{table}.{row[1]}"
            for (table,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            for row in store.execute(f"PRAGMA table_info({table})").fetchall()
        }
    )
    journal.close()
    assert columns == {
        "counter.only_row",
        "counter.last_used",
        "operation.operation_id",
        "operation.payment_id",
        "operation.purpose",
        "operation.counter",
        "operation.made_at_ms",
        "payment.payment_id",
        "payment.order_id",
        "payment.acceptor_id",
        "payment.terminal_id",
        "payment.acquirer_id",
        "payment.amount_minor_units",
        "payment.currency",
        "payment.payment_hash",
        "payment.notice_hash",
        "payment.state",
        "payment.started_at_ms",
        "payment.decision",
        "refund.operation_id",
        "refund.payment_id",
        "refund.original_rrn",
        "refund.kind",
        "refund.amount_minor_units",
        "refund.currency",
        "refund.header",
        "refund.body",
        "refund.signature",
        "refund.state",
        "refund.made_at_ms",
        "refund.decision",
        "reversal.payment_id",
        "reversal.reason",
        "reversal.queued_at_ms",
        "reversal.next_attempt_at_ms",
        "reversal.attempt_count",
    }


async def _limit_pages(journal: SqliteJournal, pages: int) -> None:
    def limit(store: sqlite3.Connection) -> None:
        store.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    await journal._database.transact(limit)
