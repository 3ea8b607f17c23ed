"""Payments a second through everything: open, route in one bucket of many, authorize.

Three processes, mutual TLS, durable stores. The terminals are real ones without a camera, all in
this process: they journal, seal, sign and verify as always, so their work is in the figure. Rates
are measured with 32 callers while the gallery grows, then with 1 and 128 at its largest, and each
stands beside a yardstick of the same minute: the same messages (methods, sizes, mutual TLS, number
of clients) exchanged with a service that only makes one durable commit a payment.

The parties' rates are set so high that they bound nothing here. Beside the rate stands where the
processor time of a payment goes: by process, and in each by what its threads do.
`FACEPAY_BENCH_REFERENCES` bounds the gallery; filling a million takes minutes.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from clearing_service.bootstrap.sandbox import SandboxCommands
from clearing_service.config import CONFIG_NAME, RateSettings
from clearing_service.participants.terminal import TerminalRole
from clearing_service.payment.risk_rules import RULES_NAME
from clearing_service.provisioning.layout import PARTY_NAMES
from facepay.identifiers import TerminalId
from facepay.ports import SystemClock, SystemRandomness
from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.line import WireRecorder
from facepay_harness.program import run_to_end
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import ChildParties, SandboxWorld
from pos_app.checkout.payment import Approved
from pos_app.config import load_config
from tests.benchmarks.measure import Measure
from tests.benchmarks.payment_path.cost import Cost
from tests.benchmarks.payment_path.load import Load, arrive, keep_busy
from tests.benchmarks.payment_path.plots import plot_costs
from tests.benchmarks.payment_path.processor_time import Accounts, milliseconds_each, total
from tests.benchmarks.payment_path.yardstick import LABEL, EmptyService, empty_service

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
FILL_STEP = 100_000
CALLERS = (1, 32, 128)
USUAL_CALLERS = 32
PAYMENTS = 384
"""Of one measurement, shared among its callers."""
TIMES_MAX = 100
"""One caller alone needs no more to tell its percentiles."""
PAYERS = ("li.na", "wang.wei", "chen.jie", "liu.yang")
AMOUNT = 1


def measures() -> list[Measure]:
    """Run everything and return each figure beside its yardstick's; draw the plots."""
    with tempfile.TemporaryDirectory() as folder:
        costs, half_load = asyncio.run(_measure(Path(folder)))
    plot_costs(costs)
    usual = [cost for cost in costs if cost.load.callers == USUAL_CALLERS]
    return [*_rates(costs), _half_load(half_load, costs), *_processor_measures(usual[-1])]


@dataclass(frozen=True, slots=True)
class Bench:
    """A running world with terminals to pay at, and the empty service beside it."""

    world: SandboxWorld
    terminals: Sequence[ScenarioTerminal]
    empty: EmptyService

    async def cost(self, size: str, callers: int) -> Cost:
        """Measure payments of so many callers, then the yardstick."""
        for number in range(callers):
            await self._pay(number)  # signs on, connects
        accounts, times = _accounts(self.world), max(PAYMENTS // callers, 3)
        before = accounts.read()
        load = await keep_busy(callers, min(times, TIMES_MAX), self._pay)
        used = milliseconds_each(before, accounts.read(), max(len(load.seconds), 1))
        return Cost(size, load, used, *await self.empty.keep_busy(callers, min(times, TIMES_MAX)))

    async def arrivals(self, rate: float) -> Load:
        """Measure payments that arrive at a rate, whatever still runs."""
        return await arrive(USUAL_CALLERS, PAYMENTS, rate, self._pay)

    async def fill(self, missing: int) -> None:
        """Put more references into the gallery that belong to nobody."""
        root = self.world.layout.root
        command = ["operator", "generate-references", "--directory", str(root), "--count"]
        while missing > 0:
            count = str(min(missing, FILL_STEP))
            log = root / "generate.log"
            await asyncio.to_thread(run_to_end, "clearing_service", [*command, count], log)
            missing -= FILL_STEP

    async def _pay(self, number: int) -> bool:
        return isinstance(await self.terminals[number].pay(AMOUNT), Approved)


async def _measure(folder: Path) -> tuple[list[Cost], Load]:
    async with _running(folder) as bench:
        costs: list[Cost] = []
        filled = 0
        for size, references in _sizes().items():
            await bench.fill(references - filled)
            filled = references
            costs.append(await bench.cost(size, USUAL_CALLERS))
        others = [callers for callers in CALLERS if callers != USUAL_CALLERS]
        half_load = await bench.arrivals(costs[-1].load.rate / 2)
        costs += [await bench.cost(size, callers) for callers in others]
        return costs, half_load


def _sizes() -> Mapping[str, int]:
    most = int(os.environ.get("FACEPAY_BENCH_REFERENCES", max(SIZES.values())))
    return {name: count for name, count in SIZES.items() if count <= most}


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[Bench]:
    world = await SandboxWorld.create_with_processes(folder / "sandbox")
    names = [f"BNCH{number:04d}" for number in range(max(CALLERS))]
    commands = SandboxCommands(SystemClock(), SystemRandomness())
    for name in names:
        await commands.add_terminal(world.layout.root, TerminalId(name), TerminalRole.POINT_OF_SALE)
    _raise_bounds(world)
    try:
        await world.start()
        await _enrol(world)
        recorder = WireRecorder()
        first = await _open(world, "TILL0001", 0, recorder).pay(AMOUNT)
        if not isinstance(first, Approved):
            raise TypeError(f"the payment to record was not approved: {first}")
        configs = [load_config(world.layout.terminal(TerminalId(name))) for name in names]
        async with empty_service(folder, world.layout.clearing, recorder, configs) as empty:
            terminals = [_open(world, name, number) for number, name in enumerate(names)]
            yield Bench(world, terminals, empty)
    finally:
        await world.stop()


def _raise_bounds(world: SandboxWorld) -> None:
    """Let nothing but the machine bound the rate: neither the parties' rates nor rules of risk."""
    for party in PARTY_NAMES:
        with (world.layout.party(party) / CONFIG_NAME).open("a", encoding="utf-8") as config:
            config.write("\n[rates]\n")
            config.writelines(f"{item.name} = 1_000_000\n" for item in fields(RateSettings))
    (world.layout.clearing / RULES_NAME).write_text("")  # four people pay for hundreds of shoppers


def _accounts(world: SandboxWorld) -> Accounts:
    assert isinstance(world.parties, ChildParties)
    parties = {name: world.parties.process_id(number) for number, name in PARTY_NAMES.items()}
    return Accounts({**parties, "terminals": os.getpid()})


async def _enrol(world: SandboxWorld) -> None:
    station = world.terminal("ENRL0001")
    for login in PAYERS:
        assert isinstance(await station.enrol(world.accounts[login]), EnrolmentActive)


def _open(
    world: SandboxWorld, name: str, number: int, recorder: WireRecorder | None = None
) -> ScenarioTerminal:
    terminal = world.terminal(name, [recorder] if recorder else [])
    terminal.stand(world.accounts[PAYERS[number % len(PAYERS)]])
    return terminal


def _rates(costs: Sequence[Cost]) -> Iterator[Measure]:
    """Return rates and times; what was not served in time is told beside them."""
    for cost in costs:
        load, empty = cost.load, cost.empty_load
        name = f"payment_path_{cost.size}_narrowed"
        if load.callers != USUAL_CALLERS:
            name += f"_{load.callers}_callers"
        yield Measure(name, load.rate, "payments/s", LABEL, empty.rate)
        for percentile in (50, 99):
            slow, usual = load.milliseconds(percentile), empty.milliseconds(percentile)
            yield Measure(f"{name}_p{percentile}", slow, "ms", LABEL, usual)
        if load.unserved:
            yield Measure(f"{name}_unserved", load.unserved, "payments", "asked", load.asked)


def _half_load(load: Load, costs: Sequence[Cost]) -> Measure:
    """Return the slowest payments when they arrive at half the rate that was possible."""
    alone = next(cost for cost in costs if cost.load.callers == 1)
    label = "the same percentile of one caller alone"
    return Measure(
        "payment_path_p99", load.milliseconds(99), "ms", label, alone.load.milliseconds(99)
    )


def _processor_measures(cost: Cost) -> Iterator[Measure]:
    """Return milliseconds of processor time a payment: all, each process, threads of clearing."""
    if not cost.used:
        return
    empty = cost.empty_used
    service, clients = "the empty service", "clients of the empty service"
    yield Measure(
        "payment_cpu",
        cost.processor_milliseconds,
        "ms",
        f"{service} and its clients",
        sum(map(total, empty.values())),
    )
    for process, usage in cost.used.items():
        yardstick = "clients" if process == "terminals" else "service"
        label = clients if process == "terminals" else service
        name = f"payment_cpu_{process}"
        yield Measure(name, total(usage), "ms", label, total(empty[yardstick]))
    for group, milliseconds in cost.used[PARTY_NAMES[1]].items():
        name = f"payment_cpu_clearing_{group}"
        yield Measure(name, milliseconds, "ms", service, total(empty["service"]))
