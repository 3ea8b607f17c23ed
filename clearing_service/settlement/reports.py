"""Digests and reports of windows whose net positions are final.

A window's digest is made as soon as its positions are final, or with its first report if that
comes sooner, after those of all windows before it: each names the one before by its hash. It is
kept, and what the ledger says of the window later must still be what was signed.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.errors import ClearingError, LedgerInvariantError
from clearing_service.ledger.transfer import FIRST_WINDOW, Transfer
from clearing_service.ledger.window import FINAL_POSITIONS, SettlementWindow
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.settlement.digest import (
    ClosedWindow,
    ProvenWindow,
    Sale,
    WindowBlinding,
    prove_window,
)
from clearing_service.settlement.ports import NoSuchWindowError, WindowBook, WindowRows
from clearing_service.settlement.report import ParticipantReport, make_report
from facepay.identifiers import ParticipantId, PaymentId
from facepay.payment_decision import SignedDecision
from facepay.ports import Clock
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import NO_PREVIOUS, WindowDigest


class PositionsNotFinalError(ClearingError):
    """A window is open, or its fees are not booked yet, so nothing can be signed of it."""


class ReportBook(WindowBook, Protocol):
    """The clearing database as reports see it. Raises `StoreError`."""

    async def sales(self, payment_ids: Collection[PaymentId]) -> Mapping[PaymentId, Sale]:
        """Return what is known of the sales behind these payments, all of them."""

    async def digest(self, window: int) -> WindowDigest | None:
        """Return a window's digest, or None if none was made yet."""

    async def last_digest(self) -> WindowDigest | None:
        """Return the newest digest, or None if there is none."""


class DigestSigner(Protocol):
    """The part of the security module that reports use."""

    def sign_window_digest(self, digest: WindowDigest) -> SignedDecision:
        """Sign with Ed25519: the same digest always gets the same signature."""

    def window_blinding(self, window: int) -> SecretBytes:
        """Return the window's 32-byte secret; the caller wipes it."""


@dataclass(frozen=True, slots=True)
class KeepDigest:
    """One commit: a window's digest, and its hash in the audit trail. A repeat does nothing."""

    digest: WindowDigest
    now: datetime

    @property
    def needs(self) -> Needs:
        """The window."""
        return Needs(windows=(self.digest.window,))

    def apply(self, book: ClearingBook) -> None:
        """Keep the digest; another one in its place, or one that does not follow, is an error."""
        digest = self.digest
        known = book.digests.get(digest.window)
        if known is not None:
            _require_same(known, digest)
            return
        previous = book.digests.get(digest.window - 1)
        if digest.previous != (previous.hash if previous else NO_PREVIOUS):
            raise LedgerInvariantError(f"the digest of window {digest.window} follows another one")
        window = book.windows.get(digest.window)
        if window is None or window.state not in FINAL_POSITIONS:
            raise LedgerInvariantError(f"window {digest.window} is not final and has a digest")
        book.digests.put(digest.window, digest)
        detail = (("sha256", digest.hash.hex()),)
        subject = f"window/{digest.window}"
        book.audit(AuditRecord(AuditKind.WINDOW_DIGEST_MADE, subject, self.now, detail))


class SettlementReports:
    """Makes digests and reports. Their figures are computed on a thread of its own."""

    def __init__(self, book: ReportBook, signer: DigestSigner, clock: Clock) -> None:
        self._book = book
        self._signer = signer
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "reports")

    async def digest(self, number: int) -> SignedDecision:
        """Return a window's digest, made and kept now if it was not before, and signed.

        Raises `NoSuchWindowError`, and `PositionsNotFinalError` if it or a window before it is not
        final; `LedgerInvariantError` if the ledger does not say any more what was signed.
        """
        known = await self._book.digest(number)
        if known is None:
            known, _ = await self._catch_up(await self._final(number))
        return self._signer.sign_window_digest(known)

    async def make_due(self) -> int:
        """Make the digests of final windows that have none yet; return how many.

        Stops before a window that is not final. Raises `StoreError`; run it again then.
        """
        last = await self._book.last_digest()
        number, made = (last.window + 1 if last else FIRST_WINDOW), 0
        window = await self._book.window(number)
        while window is not None and window.state in FINAL_POSITIONS:
            last, _ = await self._make(window, last.hash if last else NO_PREVIOUS)
            made += 1
            window = await self._book.window(number + made)
        return made

    async def report(self, number: int, participant: ParticipantId) -> ParticipantReport:
        """Return a participant's report of a window; raises what `digest` raises.

        A participant without transfers, known or not, gets a report without lines.
        """
        async for report in self.reports(number, [participant]):
            return report
        raise LedgerInvariantError("a participant has a report of every window")

    async def reports(
        self, number: int, participants: Collection[ParticipantId]
    ) -> AsyncIterator[ParticipantReport]:
        """Give one report after another of the same window; raises what `digest` raises."""
        window = await self._final(number)
        known = await self._book.digest(number)
        if known is None:
            known, proven = await self._catch_up(window)
        else:
            proven = await self._proven(window)
            _require_same(known, await self._run(proven, known.previous))
        signed = self._signer.sign_window_digest(known)
        loop = asyncio.get_running_loop()
        for participant in participants:
            yield await loop.run_in_executor(self._thread, make_report, proven, signed, participant)

    def close(self) -> None:
        """Stop the thread."""
        self._thread.shutdown()

    async def _catch_up(self, window: SettlementWindow) -> tuple[WindowDigest, ProvenWindow]:
        # Each digest follows from the windows up to its own alone, never from the newest one there
        # is: whoever else makes digests at the same time makes the same.
        first, known = window.number, None
        while known is None and first > FIRST_WINDOW:
            known = await self._book.digest(first - 1)
            first -= known is None
        previous = known.hash if known else NO_PREVIOUS
        for number in range(first, window.number):
            digest, _ = await self._make(await self._final(number), previous)
            previous = digest.hash
        return await self._make(window, previous)

    async def _make(
        self, window: SettlementWindow, previous: bytes
    ) -> tuple[WindowDigest, ProvenWindow]:
        proven = await self._proven(window)
        digest = await self._run(proven, previous)
        await self._book.execute(KeepDigest(digest, self._clock.now()))
        return digest, proven

    async def _final(self, number: int) -> SettlementWindow:
        window = await self._book.window(number)
        if window is None:
            raise NoSuchWindowError(f"there is no window {number}")
        if window.state not in FINAL_POSITIONS:
            raise PositionsNotFinalError(f"the positions of window {number} are not final yet")
        return window

    async def _proven(self, window: SettlementWindow) -> ProvenWindow:
        rows: list[Transfer] = []
        sales: dict[PaymentId, Sale] = {}
        async for page in WindowRows(self._book, window).pages():
            rows += page
            payments = {row.payment_id for row in page if row.payment_id is not None}
            sales |= await self._book.sales(payments)
        closed = ClosedWindow(window.number, window.business_date, rows, sales)
        with self._signer.window_blinding(window.number) as secret:
            loop = asyncio.get_running_loop()
            blinding = WindowBlinding(secret)
            return await loop.run_in_executor(self._thread, prove_window, closed, blinding)

    async def _run(self, proven: ProvenWindow, previous: bytes) -> WindowDigest:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, proven.digest, previous)


def _require_same(signed: WindowDigest, found: WindowDigest) -> None:
    if signed != found:
        raise LedgerInvariantError(f"window {signed.window} is not any more what was signed of it")
