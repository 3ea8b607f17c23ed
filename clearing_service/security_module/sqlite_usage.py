"""The usage store of the software module: an SQLite file that belongs to the module alone."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.key_store import KeyStore
from clearing_service.security_module.usage import ClaimOutcome, CounterWindow, PinClaim
from facepay.ports import Randomness
from facepay.secret import SecretBytes

_KEPT_AFTER_EXPIRY = timedelta(hours=1)
"""An expired record is refused by its time; it is kept a little longer in case clocks step back."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS used_record (
    record_id BLOB PRIMARY KEY, expires_at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS used_record_expiry ON used_record (expires_at_ms);
CREATE TABLE IF NOT EXISTS used_counter (
    initial_key_id BLOB PRIMARY KEY, highest INTEGER NOT NULL, seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), mark BLOB);
"""
_MARK_NAME = "usage/mark"
_MARK_BYTES = 16


class SqliteUsageStore:
    """Claims in one transaction a batch, synchronous=FULL."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; raises `KeyStoreError`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=5.0
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise KeyStoreError(f"{path} cannot be used") from error

    def mark(self) -> bytes | None:
        """Return what tells this file from any other; None in one that was just made."""
        row = self._connection.execute("SELECT mark FROM mark").fetchone()
        return bytes(row[0]) if row else None

    def set_mark(self, mark: bytes) -> None:
        """Write what tells this file from any other, durably."""
        self._connection.execute("INSERT INTO mark VALUES (1, ?)", (mark,))

    def claim_all(self, claims: Sequence[PinClaim], now: datetime) -> tuple[ClaimOutcome, ...]:
        """Decide the claims in order in one durable transaction; raises `KeyStoreError`."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                forget_before = _milliseconds(now - _KEPT_AFTER_EXPIRY)
                connection.execute(
                    "DELETE FROM used_record WHERE expires_at_ms < ?", (forget_before,)
                )
                outcomes = tuple(self._claim(claim) for claim in claims)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise KeyStoreError("used keys cannot be stored") from error
        return outcomes

    def close(self) -> None:
        """Close the file. A repeat does nothing."""
        self._connection.close()

    def _claim(self, claim: PinClaim) -> ClaimOutcome:
        connection = self._connection
        used = connection.execute(
            "SELECT 1 FROM used_record WHERE record_id = ?", (claim.record_id,)
        ).fetchone()
        if used:
            return ClaimOutcome.RECORD_USED
        device = claim.ksn.initial_key_id
        row = connection.execute(
            "SELECT highest, seen FROM used_counter WHERE initial_key_id = ?", (device,)
        ).fetchone()
        window = (CounterWindow(*row) if row else CounterWindow()).after(claim.ksn.counter)
        if window is None:
            return ClaimOutcome.KEY_USED
        connection.execute(
            "INSERT INTO used_record VALUES (?, ?)",
            (claim.record_id, _milliseconds(claim.record_expires_at)),
        )
        connection.execute(
            "INSERT OR REPLACE INTO used_counter VALUES (?, ?, ?)",
            (device, window.highest, window.seen),
        )
        return ClaimOutcome.GRANTED


def open_usage_store(path: Path, keys: KeyStore, randomness: Randomness) -> SqliteUsageStore:
    """Open the store that belongs to these keys, or make it for keys that never had one.

    Raises `KeyStoreError` if theirs is gone, empty, or another's: with a new one every PIN key
    that was ever used could be used again.
    """
    known = keys.get(_MARK_NAME)
    if known is None:
        store = SqliteUsageStore(path)
        mark = store.mark() or randomness.bytes(_MARK_BYTES)
        if store.mark() is None:
            store.set_mark(mark)
        keys.put(_MARK_NAME, SecretBytes(mark))
        return store
    if not path.exists():
        raise KeyStoreError(f"{path} is not there: put back the record of used PIN keys")
    store = SqliteUsageStore(path)
    if store.mark() != bytes(known.view):
        store.close()
        raise KeyStoreError(f"{path} is not the record of PIN keys used with these keys")
    return store


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
