"""One run: machines, people and faults put together from a seed, and played to the end."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from clearing_service.directory.entry import Consent, DirectoryEntry, EntryState
from clearing_service.enrolment.notice import CURRENT_VERSION
from clearing_service.errors import StoreError
from clearing_service.issuer.account import Account
from clearing_service.issuer.fault_profile import FaultBoard, FaultProfile
from clearing_service.issuer.issuer_book import AccountKey
from clearing_service.issuer.simulated_issuers import IssuerParts, SimulatedIssuers
from clearing_service.ledger.account import AccountId
from clearing_service.payment.clearing_book import PayerKey, Work
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.security_module.issuer_module import SoftwareIssuerModule, open_issuer_module
from clearing_service.security_module.protocol import PinVerifier
from facepay.identifiers import AccountAlias, ParticipantId, PaymentId, TerminalId
from facepay.money import Money
from facepay.ports import Randomness
from facepay.secret import SecretBytes
from pos_app.clearing_client.terminal_keys import TerminalKeys as ClientKeys
from tests.fakes.ports import START, SeededRandomness
from tests.proof.requirement import InvariantViolatedError
from tests.simulation import strikes
from tests.simulation.faults import AT_A_WRITE, STRIKES_A_TILL, FaultEvent, draw_plan
from tests.simulation.line import IssuerLine
from tests.simulation.records import Records
from tests.simulation.registered import ACQUIRER, ISSUERS, register_of
from tests.simulation.service import ServiceMachine, ServicePlan
from tests.simulation.service_parts import reference_of
from tests.simulation.settling import INSTITUTION
from tests.simulation.shopping import PASSCODE, PEOPLE, draw_purchases, rush_times
from tests.simulation.stores import ClearingDisk, IssuerDisk, MemoryDisk, RoomWork, SqliteDisk
from tests.simulation.till import Till
from tests.simulation.trace import Trace
from tests.simulation.treasury import ROUND_SECONDS, Treasury
from tests.simulation.virtual_time import Disk, PlannedStrike, Process, VirtualClock, VirtualLoop

AnswerT = TypeVar("AnswerT")

CLEARING = INSTITUTION.participant_id
ROOM = (100_000_000, 30_000)
"""What each issuer may owe more at the start of each rush: the second one's is soon used up."""

DAY = 86_400.0
SESSION_SECONDS = 600.0
SESSION_STARTS = (0.0, 46_500.0, 50_100.0)
"""Ten in the morning, around the cutover at 23:00, around midnight; seconds from ten."""
HEALED_SECONDS = 3_000.0
"""How long after the last fault everything has to come to rest; a retry waits 15 minutes."""
SETTLED_SECONDS = 3_000.0
"""How long after its close the last window has to be settled: 15 minutes, and rounds at night."""

WATCH_SECONDS = 300.0
HOLD_SECONDS_MAX = 600.0 + 200.0 + 600.0 + 100.0
"""The sweeper's age, the service's clock error, one round at night, and the rounds' own time."""
OLD_HOLD = "no hold outlives its sweeper"

_ZONE_HEADER = b"zone key of a simulated issuer"


@dataclass(frozen=True, slots=True)
class RunSize:
    """How much happens in a run."""

    days: int = 1
    sessions_per_day: int = 3
    tills: int = 4
    purchases_per_session: int = 10
    faults_per_session: int = 14
    is_sqlite: bool = False

    @property
    def sessions(self) -> tuple[tuple[float, float], ...]:
        """Begin and end of every session, in seconds."""
        return tuple(
            (day * DAY + start, day * DAY + start + SESSION_SECONDS)
            for day in range(self.days)
            for start in SESSION_STARTS[: self.sessions_per_day]
        )


@dataclass
class World:
    """Everything in one run. `play` plays it once."""

    seed: int
    size: RunSize = field(default_factory=RunSize)
    service_plan: ServicePlan = field(default_factory=ServicePlan)
    faults: tuple[FaultEvent, ...] | None = None
    till_class: type[Till] = Till

    issuer_ids = ISSUERS
    acquirer_id = ACQUIRER

    def __post_init__(self) -> None:
        self.trace = Trace()
        self.records = Records()
        self.broken: InvariantViolatedError | None = None
        """What was seen to be wrong while the run went on."""
        self.is_healed = False
        self.cap_history: list[tuple[int, AccountId, int]] = []
        self.suspended: set[ParticipantId] = set()
        self.treasury = Treasury(self)
        self._acts: list[asyncio.Task[None]] = []
        if self.faults is None:
            self.faults = draw_plan(self.seed, self.size)

    @contextmanager
    def prepared(self) -> Iterator[VirtualLoop]:
        """Build the machines in a folder of their own, and clear them away afterwards."""
        fast = Path("/dev/shm")
        folder = Path(tempfile.mkdtemp(prefix="facepay-sim-", dir=fast if fast.exists() else None))
        loop = self.loop = VirtualLoop()
        try:
            self._build(folder)
            yield loop
        finally:
            self.service.close()
            for till in self.tills:
                till.close()
            self.clearing_disk.close()
            loop.close()
            shutil.rmtree(folder)

    def play(self) -> None:
        """Run to the end. What a broken run raises comes through."""
        main = self.loop.create_task(self._play())
        try:
            self.loop.run_until_complete(main)
        finally:
            self._end_all()
        if self.broken is not None:
            raise self.broken

    def _build(self, folder: Path) -> None:
        self.clearing_disk: ClearingDisk = (
            SqliteDisk(folder / "clearing.sqlite") if self.size.is_sqlite else MemoryDisk()
        )
        rows = 1_000_000 if self.seed % 3 == 0 else 0
        self.service = ServiceMachine(
            self.loop,
            folder,
            self.clearing_disk,
            replace(self.service_plan, gallery_rows=rows),
            self.records,
            self.trace,
            self.seed,
        )
        self.true_clock = VirtualClock(self.loop)
        self.issuer_store = IssuerDisk()
        self.opening: dict[AccountKey, int] = {}
        """What every account held at first."""
        self.issuer_disk = Disk("issuers", {"issuers": lambda: StoreError("disk full")})
        self.fault_board = FaultBoard()
        self._build_issuers(folder)
        self._build_tills(folder)
        self.load_register()

    def _build_issuers(self, folder: Path) -> None:
        randomness = SeededRandomness(self.seed + 5)
        modules = {}
        for issuer_id in ISSUERS:
            module = open_issuer_module(issuer_id, folder, folder / f"{issuer_id}.kek", randomness)
            envelope = self.service.module.export_zone_key(
                issuer_id, module.recipient, _ZONE_HEADER
            )
            module.import_zone_key(envelope, _ZONE_HEADER)
            modules[issuer_id] = module
        for person in range(1, PEOPLE + 1):
            self._enrol(person, modules[ISSUERS[person % 2]], randomness)
        self.issuer_process = Process(self.loop, "issuers", self.issuer_disk)
        deadline = self.service_plan.policy.issuer_deadline
        issuers = SimulatedIssuers(
            IssuerParts(
                self.issuer_store,
                modules,
                self.fault_board,
                deadline,
                self.true_clock,
                randomness,
            )
        )
        self.issuer_line = IssuerLine(self.loop, lambda: (self.issuer_process, issuers), self.trace)
        self.service.issuers = self.issuer_line

    def _enrol(self, person: int, module: SoftwareIssuerModule, randomness: Randomness) -> None:
        _, alias = self.payer(person)
        salt = randomness.bytes(16)
        with SecretBytes(bytes(int(digit) for digit in PASSCODE)) as digits:
            verifier = PinVerifier(salt, module._mac(alias, salt, digits))
        account = Account(
            issuer_id=module._issuer_id,
            account_alias=alias,
            login=f"payer{person}",
            login_seed=person.to_bytes(20),
            name="张小明",
            phone_tail=f"{person:06d}",
            birth_date=date(1990, 5, 17),
            balance=_opening_balance(person),
            pin_verifier=verifier,
        )
        self.issuer_store.accounts[account.issuer_id, alias] = account
        self.opening[account.issuer_id, alias] = account.balance.amount_minor_units
        consent = Consent(
            bytes(32),
            CURRENT_VERSION,
            CLEARING,
            covers_transmission=True,
            given_at=START - timedelta(days=1),
            ends_at=START + timedelta(days=364),
        )
        self.service.directory.entries[reference_of(person)] = DirectoryEntry(
            reference_of(person),
            account.issuer_id,
            alias,
            EntryState.ACTIVE,
            consent,
            START - timedelta(days=1),
        )

    def _build_tills(self, folder: Path) -> None:
        self.tills: list[Till] = []
        for number in range(self.size.tills):
            till = self.till_class(
                self.loop,
                TerminalId(f"POS{number + 1:05d}"),
                folder,
                self.service.address,
                draw_purchases(
                    self.seed, number, self.size.sessions, self.size.purchases_per_session
                ),
                self.records,
                self.trace,
                self.seed * 100 + number,
            )
            till.provision(self.service.module)
            till.keys = ClientKeys(
                till.own_keys.signing,
                till.own_keys.sealing,
                self.service.decision_key,
                self.service.identity_keys,
            )
            self.tills.append(till)

    def load_register(self) -> None:
        """Let the service know of every participant as it is now."""
        self.service.registers.register = register_of(self.tills, self.suspended)

    def payer(self, person: int) -> PayerKey:
        """Return the account of person number `person`."""
        return ISSUERS[person % 2], AccountAlias(f"alias-{person:06d}")

    def now(self) -> datetime:
        """Return the true time in whole milliseconds."""
        return whole_milliseconds(self.true_clock.now())

    async def _play(self) -> None:
        for event in self.faults or ():
            self.loop.call_at(event.at, self._come, event)
        for number in (*ISSUERS, ACQUIRER):
            await self.operator(RoomWork(AccountId(number), 0, self.cap_history))
        await self.at_desk(self.treasury.open())
        self.service.start()
        watch = self.loop.create_task(self._watch_holds())
        rounds = self.loop.create_task(self._desk_rounds())
        for begin, end in self.size.sessions:
            await self._sleep_until(begin)
            self.service.is_quiet = False
            for till in self.tills:
                till.open(until=end)
            for rush in rush_times(begin, end):
                await self._sleep_until(rush)
                await self._give_room()
            await self._sleep_until(end + 60)
            self.service.is_quiet = True
        await self._heal()
        watch.cancel()
        if rounds.done():
            rounds.result()
        rounds.cancel()
        await self.at_desk(self.treasury.look_back())

    @property
    def is_closed_at_the_end(self) -> bool:
        """Whether the last window is closed and settled too; else it stays open as it is."""
        return self.seed % 2 == 1

    async def _desk_rounds(self) -> None:
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            await self.at_desk(self.treasury.round())

    async def _watch_holds(self) -> None:
        """See that no sum is held for longer than the sweeper lets it be."""
        since: dict[PaymentId, float] = {}
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = self.loop.time()
            held = self.clearing_disk.authorizing()
            since = {payment_id: since.get(payment_id, now) for payment_id in held}
            up_since = self.service.up_since
            for payment_id, first_seen in since.items():
                if up_since is not None and now - max(first_seen, up_since) > HOLD_SECONDS_MAX:
                    self._report_old_hold(payment_id)

    def _report_old_hold(self, payment_id: PaymentId) -> None:
        if self.broken is None:
            self.broken = InvariantViolatedError(
                OLD_HOLD, f"{payment_id} has been held too long", (str(payment_id),)
            )

    async def _heal(self) -> None:
        """End every fault, open every shop once more with nothing to sell, and wait."""
        self.trace.add(self.loop.time(), "world", "HEALED")
        self.is_healed = True
        now = self.loop.time()
        for till in self.tills:
            till.mend()
        self.service.mend()
        self.issuer_disk.mend()
        self.issuer_line.faults.next_ones.clear()
        for issuer_id in ISSUERS:
            self.fault_board.set(issuer_id, FaultProfile())
        self.service.is_quiet = False
        for till in self.tills:
            till.open(until=now + HEALED_SECONDS)
        await asyncio.sleep(300)
        self.service.is_quiet = True
        await self._sleep_until(now + HEALED_SECONDS + 60)
        await asyncio.gather(*self._acts)
        if self.is_closed_at_the_end:
            await self.at_desk(self.treasury.close())
            await asyncio.sleep(SETTLED_SECONDS)

    async def _give_room(self) -> None:
        for issuer_id, room in zip(ISSUERS, ROOM, strict=True):
            await self.operator(RoomWork(AccountId(issuer_id), room, self.cap_history))

    def begin(self, act: Coroutine[Any, Any, None]) -> None:
        """Let something happen that takes time."""
        self._acts.append(self.loop.create_task(act))

    async def operator(self, work: Work[AnswerT]) -> AnswerT:
        """Do what an operator does, from a machine where nothing fails."""
        return await self.at_desk(self.clearing_disk.join().execute(work))

    async def at_desk(self, act: Coroutine[Any, Any, AnswerT]) -> AnswerT:
        """Do something on an operator's machine."""
        return await Process(self.loop, "operator", Disk("operator", {})).start(act)

    async def _sleep_until(self, moment: float) -> None:
        await asyncio.sleep(max(moment - self.loop.time(), 0.0))

    def _come(self, event: FaultEvent) -> None:
        """Let an event strike now, or at the write it waits for."""
        if event.commit == 0 or event.kind not in AT_A_WRITE:
            self._strike(event)
            return
        planned = PlannedStrike(
            event.commit, event.is_after, event.later, lambda: self._strike(event)
        )
        if event.kind in STRIKES_A_TILL:
            self.tills[event.target].next_strikes.append(planned)
        else:
            self.service.disk.plan(planned)

    def _strike(self, event: FaultEvent) -> None:
        if self.is_healed:
            return
        self.trace.add(self.loop.time(), "world", f"FAULT {event}")
        self.records.count("faults")
        strikes.STRIKES[event.kind](self, event)

    def _end_all(self) -> None:
        for till in self.tills:
            if till.process is not None:
                till.process.kill()
        self.service.end()
        self.issuer_process.kill()
        left = [task for task in asyncio.all_tasks(self.loop) if not task.done()]
        for task in left:
            task.cancel()
        if left:
            self.loop.run_until_complete(asyncio.wait(left, timeout=1.0))


def _opening_balance(person: int) -> Money:
    """Return what is in an account at first: plenty, but for every fifth person."""
    return Money(50_000 if person % 5 == 0 else 5_000_000_000)
