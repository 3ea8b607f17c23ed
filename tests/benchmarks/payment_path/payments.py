"""Payments a second through everything: open, route among 10,000, authorize, at three processes.

The terminals are real ones without a camera, many of them in this process: they journal, seal, sign
and verify as always, so their work is in the figure. The yardstick exchanges the same messages (same
methods, same sizes, same mutual TLS, same number of clients) with a service that only makes one
durable commit a payment.

The parties' rates are set so high that they bound nothing here. Beside the rate stands where the
processor time of a payment goes: by process, and in each by what its threads do.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from statistics import quantiles

import grpc.aio

from clearing_service.bootstrap.sandbox import SandboxCommands
from clearing_service.config import CONFIG_NAME, RateSettings
from clearing_service.participants.terminal import TerminalRole
from clearing_service.payment.risk_rules import RULES_NAME
from clearing_service.provisioning.layout import PARTY_NAMES
from facepay.identifiers import TerminalId
from facepay.ports import SystemClock, SystemRandomness
from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.line import WireRecorder
from facepay_harness.ports import free_base_port
from facepay_harness.program import Program, run_to_end
from facepay_harness.terminal import ScenarioTerminal
from facepay_harness.world import ChildParties, SandboxWorld
from pos_app.checkout.payment import Approved
from pos_app.clearing_client.channel import open_channel
from pos_app.config import TerminalConfig, load_config
from tests.benchmarks.measure import Measure
from tests.benchmarks.payment_path.processor_time import Accounts, Usage, milliseconds_each, total

REFERENCES = 10_000
TERMINALS = 16
PAYMENTS_EACH = 40
PAYERS = ("li.na", "wang.wei", "chen.jie", "liu.yang")
AMOUNT = 1
_CALLS = ("OpenPayment", "RouteProbe", "AuthorizePayment")
_PAYMENT_SERVICE = "/facepay.v1.PaymentService/"

Work = Callable[[int], Awaitable[None]]


def measures() -> list[Measure]:
    """Run both and return the rate beside its yardstick's, and the slowest payments."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Measure]:
    world = await SandboxWorld.create_with_processes(folder / "sandbox")
    names = [f"BNCH{number:04d}" for number in range(TERMINALS)]
    commands = SandboxCommands(SystemClock(), SystemRandomness())
    for name in names:
        await commands.add_terminal(world.layout.root, TerminalId(name), TerminalRole.POINT_OF_SALE)
    _raise_bounds(world)
    try:
        await world.start()
        await _fill(world)
        recorder = WireRecorder()
        terminals = [_open(world, name, number) for number, name in enumerate(names)]
        await _pay(_open(world, "TILL0001", 0, recorder))
        for terminal in terminals:
            await _pay(terminal)
        accounts = _accounts(world)
        before = accounts.read()
        rate, seconds = await _rate(lambda number: _pay(terminals[number]))
        used = milliseconds_each(before, accounts.read(), TERMINALS * PAYMENTS_EACH)
        configs = [load_config(world.layout.terminal(TerminalId(name))) for name in names]
    finally:
        await world.stop()
    yardstick = await _yardstick(folder, world.layout.clearing, recorder, configs)
    label = "same messages, empty handlers, one durable commit"
    slowest = quantiles(seconds, n=100)[98] * 1000
    typical = quantiles(yardstick[1], n=100)[98] * 1000
    return [
        Measure("payment_path_10k_narrowed", rate, "payments/s", label, yardstick[0]),
        Measure("payment_path_10k_p99_full_load", slowest, "ms", label, typical),
        *_processor_measures(used, yardstick[2]),
    ]


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


def _processor_measures(used: Mapping[str, Usage], empty: Mapping[str, Usage]) -> Iterator[Measure]:
    """Return milliseconds of processor time a payment: all, each process, threads of clearing."""
    if not used:
        return
    all_used, all_empty = (sum(map(total, usage.values())) for usage in (used, empty))
    service, clients = "the empty service", "clients of the empty service"
    yield Measure("payment_cpu", all_used, "ms", f"{service} and its clients", all_empty)
    for process, usage in used.items():
        yardstick = "clients" if process == "terminals" else "service"
        label = clients if process == "terminals" else service
        name = f"payment_cpu_{process}"
        yield Measure(name, total(usage), "ms", label, total(empty[yardstick]))
    for group, milliseconds in used[PARTY_NAMES[1]].items():
        name = f"payment_cpu_clearing_{group}"
        yield Measure(name, milliseconds, "ms", service, total(empty["service"]))


async def _fill(world: SandboxWorld) -> None:
    """Enrol the payers, then fill the gallery with references that belong to nobody."""
    station = world.terminal("ENRL0001")
    for login in PAYERS:
        assert isinstance(await station.enrol(world.accounts[login]), EnrolmentActive)
    command = ["operator", "generate-references", "--directory", str(world.layout.root)]
    log = world.layout.root / "generate.log"
    await asyncio.to_thread(
        run_to_end, "clearing_service", [*command, "--count", str(REFERENCES)], log
    )


def _open(
    world: SandboxWorld, name: str, number: int, recorder: WireRecorder | None = None
) -> ScenarioTerminal:
    terminal = world.terminal(name, [recorder] if recorder else [])
    terminal.stand(world.accounts[PAYERS[number % len(PAYERS)]])
    return terminal


async def _pay(terminal: ScenarioTerminal) -> None:
    outcome = await terminal.pay(AMOUNT)
    if not isinstance(outcome, Approved):
        raise TypeError(f"a payment of the benchmark was not approved: {outcome}")


async def _rate(work: Work) -> tuple[float, list[float]]:
    """Let every client do its work over and over; return the rate and each one's seconds."""
    clock = SystemClock()
    seconds: list[float] = []

    async def client(number: int) -> None:
        for _ in range(PAYMENTS_EACH):
            started = clock.monotonic()
            await work(number)
            seconds.append(clock.monotonic() - started)

    started = clock.monotonic()
    await asyncio.gather(*(client(number) for number in range(TERMINALS)))
    return TERMINALS * PAYMENTS_EACH / (clock.monotonic() - started), seconds


async def _yardstick(
    folder: Path, tls_folder: Path, recorder: WireRecorder, configs: list[TerminalConfig]
) -> tuple[float, list[float], Mapping[str, Usage]]:
    """Exchange the recorded messages with the empty service."""
    exchanges = _exchanges(recorder)
    recording = folder / "recording.json"
    recording.write_text(
        json.dumps([(method, sent.hex(), reply.hex()) for method, sent, reply in exchanges])
    )
    port = free_base_port(hash(str(folder)) & 0xFFFF)
    arguments = [str(tls_folder), str(port), str(recording)]
    module = "tests.benchmarks.payment_path.empty_service"
    program = Program.start("empty service", module, arguments, folder / "empty.log")
    channels = [_channel(config, port) for config in configs]

    async def exchange(number: int) -> None:
        for method, sent, _reply in exchanges:
            await channels[number].unary_unary(method)(sent, wait_for_ready=True)

    try:
        for number in range(TERMINALS):
            await exchange(number)
        accounts = Accounts({"service": program.process.pid, "clients": os.getpid()})
        before = accounts.read()
        rate, seconds = await _rate(exchange)
        count = TERMINALS * PAYMENTS_EACH
        return rate, seconds, milliseconds_each(before, accounts.read(), count)
    finally:
        for channel in channels:
            await channel.close()
        program.stop()


def _exchanges(recorder: WireRecorder) -> list[tuple[str, bytes, bytes]]:
    """Return the three calls of the recorded payment, with their answers."""
    pairs = zip(recorder.messages[::2], recorder.messages[1::2], strict=True)
    return [
        (_PAYMENT_SERVICE + call, sent, reply)
        for call, (sent, reply) in zip(recorder.calls, pairs, strict=True)
        if call in _CALLS
    ]


def _channel(config: TerminalConfig, port: int) -> grpc.aio.Channel:
    return open_channel(replace(config, clearing_address=f"127.0.0.1:{port}"))
