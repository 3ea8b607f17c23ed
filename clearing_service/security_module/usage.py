"""Once means once: which records and which key serial numbers are used up.

A claim is durable before the PIN it is for is deciphered, so that neither a crash nor a second
process lets one be used twice. Claims that wait together share one commit.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from facepay.dukpt import KeySerialNumber

COUNTER_WINDOW = 32
"""How far behind its highest counter a terminal's message may arrive: parallel calls overtake."""


@dataclass(frozen=True, slots=True)
class PinClaim:
    """One PIN: the record it is under, until when that holds, and the key it came under."""

    record_id: bytes
    record_expires_at: datetime
    ksn: KeySerialNumber


class ClaimOutcome(Enum):
    """Whether a claim was granted. Only GRANTED uses anything up."""

    GRANTED = "granted"
    RECORD_USED = "record_used"
    KEY_USED = "key_used"


class UsageStore(Protocol):
    """Where used records and counters are kept."""

    def claim_all(self, claims: Sequence[PinClaim], now: datetime) -> tuple[ClaimOutcome, ...]:
        """Decide the claims in order, durably when this returns. Called from one thread at a time."""

    def close(self) -> None:
        """Release the store."""


@dataclass(frozen=True, slots=True)
class CounterWindow:
    """The counters a terminal has used: the highest, and which of the 31 below it."""

    highest: int = 0
    seen: int = 0
    """Bit n says that counter `highest - n` was used."""

    def after(self, counter: int) -> "CounterWindow | None":
        """Return the window with `counter` used, or None if it was used or is too old."""
        ahead = counter - self.highest
        if ahead > 0:
            kept = self.seen << ahead if ahead < COUNTER_WINDOW else 0
            return CounterWindow(counter, (kept | 1) & ((1 << COUNTER_WINDOW) - 1))
        bit = 1 << -ahead
        if -ahead >= COUNTER_WINDOW or self.seen & bit:
            return None
        return CounterWindow(self.highest, self.seen | bit)


class UsageDesk:
    """Takes claims on the event loop and decides them in batches on a thread of its own."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pin-usage")
        self._waiting: list[tuple[PinClaim, datetime, asyncio.Future[ClaimOutcome]]] = []
        self._flush: asyncio.Task[None] | None = None

    async def claim(self, claim: PinClaim, now: datetime) -> ClaimOutcome:
        """Decide one claim; the outcome is durable when this returns. Raises `KeyStoreError`."""
        loop = asyncio.get_running_loop()
        decided: asyncio.Future[ClaimOutcome] = loop.create_future()
        self._waiting.append((claim, now, decided))
        if self._flush is None or self._flush.done():
            self._flush = loop.create_task(self._decide_waiting())
        return await decided

    def close(self) -> None:
        """Stop after the running batch and close the store."""
        self._thread.shutdown(wait=True)
        self._store.close()

    async def _decide_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            claims = [claim for claim, _, _ in batch]
            latest = max(now for _, now, _ in batch)
            try:
                outcomes = await loop.run_in_executor(
                    self._thread, self._store.claim_all, claims, latest
                )
            except Exception as error:  # noqa: BLE001 - whoever waits must be told, whatever it was
                for _, _, decided in batch:
                    if not decided.done():
                        decided.set_exception(error)
                continue
            for (_, _, decided), outcome in zip(batch, outcomes, strict=True):
                if not decided.done():
                    decided.set_result(outcome)
