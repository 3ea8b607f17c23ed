"""Kills at moments drawn from a seed, each followed by a restart, a recovery and a look at the books."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.checks import Books
from tests.crash.shop import SERVICE, TILLS, Shop
from tests.fakes.postgres import running_postgres

ENGINES = ("sqlite", "postgresql")

_VICTIMS = (
    [(SERVICE,)] * 8
    + [("custodian",), ("witness",)] * 2
    + [(name,) for name in TILLS] * 3
    + [(SERVICE, *TILLS), (SERVICE, "custodian", "witness")]
)
AGAIN_SHARE = 0.25
"""How often a program is killed again while it starts or recovers."""
REST_EVERY = 25
"""After so many kills the tills close, and everything is looked at."""


@dataclass
class Tally:
    """What happened while programs were killed."""

    engine: str
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    payments: int = 0
    ledger_rows: int = 0
    back_seconds: list[float] = field(default_factory=list)
    """From each restart until every till had served somebody again."""
    wall_seconds: float = 0.0

    def summary(self) -> dict[str, object]:
        """Return the figures."""
        seconds = sorted(self.back_seconds) or [0.0]
        return {
            "engine": self.engine,
            "seed": self.seed,
            "kills": sum(self.kills.values()),
            "kills_by_victim": dict(sorted(self.kills.items())),
            "looks_at_the_books": self.checks,
            "told_to_people": {
                name: self.notes[name] for name in sorted(self.notes) if name in _TOLD
            },
            "settled_after_a_restart": self.notes["settled"],
            "messages_sent": self.notes["sent"],
            "payments_in_the_books": self.payments,
            "ledger_rows": self.ledger_rows,
            "seconds_until_served_again": {
                "median": round(seconds[len(seconds) // 2], 1),
                "most": round(seconds[-1], 1),
            },
            "wall_seconds": round(self.wall_seconds, 1),
        }


_TOLD = frozenset({"approved", "declined", "ended", "reversing", "refunded", "refundrefused"})


@dataclass(frozen=True, slots=True)
class Campaign:
    """So many kills in a sandbox on one engine."""

    engine: str
    kills: int
    seed: int
    on_kill: Callable[[Tally], None] = lambda _: None
    victims: tuple[tuple[str, ...], ...] = ()
    """Who is killed, one after another; drawn if it is empty."""

    async def run(self, directory: Path) -> Tally:
        """Kill and look. Raises `InvariantViolatedError` and `ProgramError`."""
        tally = Tally(self.engine, self.seed)
        started = time.monotonic()
        with _store_urls(self.engine) as urls:
            shop = await Shop.open(directory, self.seed, urls)
            books = Books(shop)
            try:
                await _Killing(shop, books, self, tally).run()
            finally:
                books.close()
                await shop.close()
        tally.wall_seconds = time.monotonic() - started
        return tally


class _Killing:
    def __init__(self, shop: Shop, books: Books, campaign: Campaign, tally: Tally) -> None:
        self._shop = shop
        self._books = books
        self._campaign = campaign
        self._tally = tally
        self._stream = Random(f"kills/{campaign.seed}")

    async def run(self) -> None:
        await self._until_all_serve("the first customers")
        while self._killed < self._campaign.kills:
            await asyncio.sleep(self._stream.uniform(0, 0.7))
            await self._kill_and_revive()
            revived = time.monotonic()
            await self._until_all_serve(f"customers after kill {self._killed}")
            self._tally.back_seconds.append(time.monotonic() - revived)
            self._look(self._books.check_running)
            self._campaign.on_kill(self._tally)
            if self._killed % REST_EVERY == 0 and self._killed < self._campaign.kills:
                await self._rest()
                for name in TILLS:
                    self._shop.start(name)
                await self._until_all_serve("customers after a rest")
        await self._rest()
        for till in self._shop.tills.values():
            self._tally.notes.update(note["kind"] for note in till.notes.notes)

    @property
    def _killed(self) -> int:
        return sum(self._tally.kills.values())

    async def _kill_and_revive(self) -> None:
        chosen = self._campaign.victims
        victims = chosen[self._killed % len(chosen)] if chosen else self._stream.choice(_VICTIMS)
        await self._kill(victims)
        if not chosen and self._stream.random() < AGAIN_SHARE:
            await asyncio.sleep(self._stream.uniform(0.1, 4.0))
            await self._kill(victims)

    async def _kill(self, victims: tuple[str, ...]) -> None:
        for name in victims:
            self._shop.kill(name)
        self._tally.kills["+".join(victims) if len(victims) < 4 else "service+tills"] += 1
        await asyncio.sleep(self._stream.uniform(0, 1.0))
        for name in reversed(victims):
            await self._shop.revive(name)

    async def _until_all_serve(self, what: str) -> None:
        """Wait until every till has taken a payment that it had not taken by now."""
        waiting = set(self._shop.tills)
        for till in self._shop.tills.values():
            till.notes.read_on()

        def is_served() -> bool:
            for name in list(waiting):
                new = self._shop.tills[name].notes.read_on()
                if any(note["kind"] == "approved" for note in new):
                    waiting.discard(name)
            return not waiting

        await self._shop.wait_until(is_served, what)

    async def _rest(self) -> None:
        await self._shop.close_tills()
        await self._shop.wait_until(self._books.is_at_rest, "issuers to hear of everything")
        self._look(self._books.check_at_rest)

    def _look(self, check: Callable[[], object]) -> None:
        book = check()
        self._tally.checks += 1
        self._tally.payments = len(book.payments)  # type: ignore[attr-defined]
        self._tally.ledger_rows = len(book.transfers)  # type: ignore[attr-defined]


@contextmanager
def _store_urls(engine: str) -> Iterator[Mapping[str, str]]:
    """Databases of the campaign's own for every store of every party; files for SQLite."""
    if engine == "sqlite":
        yield {}
        return
    with running_postgres() as server:
        urls = {name: server.new_database(name) for name in ("clearing", "directory", "issuer")}
        galleries = [server.new_database(f"gallery_{party}") for party in (1, 2, 3)]
        yield {**urls, "gallery": galleries[0].replace("gallery_1", "gallery_{party}")}
