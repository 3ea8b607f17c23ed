"""How each event of a plan strikes: what it breaks, and when that is over."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from clearing_service.issuer.fault_profile import Fault, FaultProfile
from clearing_service.payment.loss_report import LiftLossReportWork, ReportLossWork
from facepay.identifiers import ParticipantId
from facepay.vocabulary import LossReporter
from tests.simulation import settlement_strikes
from tests.simulation.faults import FaultEvent, FaultKind
from tests.simulation.records import Span
from tests.simulation.shopping import PEOPLE
from tests.simulation.stores import HeadWork, NumberedWork

if TYPE_CHECKING:
    from tests.simulation.world import World

ADMITTED_BEFORE_SECONDS = 15.0
"""After this nothing is left of what was admitted just before a suspension."""


def _next_message(world: "World", event: FaultEvent) -> None:
    till = world.tills[event.target]
    till.line.faults.next_ones.append((event.kind, event.seconds))


def _line_down(world: "World", event: FaultEvent) -> None:
    till = world.tills[event.target]
    till.line.faults.down_until = world.loop.time() + event.seconds


def _terminal_crash(world: "World", event: FaultEvent) -> None:
    world.tills[event.target].kill(event.seconds)


def _service_crash(world: "World", event: FaultEvent) -> None:
    world.service.kill(event.seconds)


def _blackout(world: "World", event: FaultEvent) -> None:
    world.service.kill(min(event.seconds, 120.0))
    for till in world.tills:
        till.kill(event.seconds)


def _disk_full(world: "World", event: FaultEvent) -> None:
    disks = {
        FaultKind.TERMINAL_DISK_FULL: world.tills[event.target].disk,
        FaultKind.SERVICE_DISK_FULL: world.service.disk,
        FaultKind.ISSUER_DISK_FULL: world.issuer_disk,
    }
    disks[event.kind].full_until = world.loop.time() + event.seconds


def _read_only(world: "World", event: FaultEvent) -> None:
    world.service.disk.read_only_until = world.loop.time() + event.seconds


def _commit_unknown(world: "World", _: FaultEvent) -> None:
    world.service.disk.lost_answers += 1


def _wrong_clock(world: "World", event: FaultEvent) -> None:
    is_till = event.kind is FaultKind.TERMINAL_CLOCK
    clock = world.tills[event.target].clock if is_till else world.service.clock
    clock.offset_seconds = event.seconds

    def correct() -> None:
        clock.offset_seconds = 0.0

    world.loop.call_later(60 + abs(event.seconds), correct)


def _cashier_stops(world: "World", event: FaultEvent) -> None:
    world.tills[event.target].stop_payment()


def _issuer_message(world: "World", event: FaultEvent) -> None:
    world.issuer_line.faults.next_ones.append((event.kind, event.seconds))


_ISSUER_FAULTS = {
    FaultKind.ISSUER_UNREACHABLE: Fault.UNREACHABLE,
    FaultKind.ISSUER_LATE: Fault.ANSWERS_LATE,
    FaultKind.ISSUER_REFUSES: Fault.REFUSES,
}


def _issuer_fault(world: "World", event: FaultEvent) -> None:
    issuer_id = _issuer(world, event)
    profile = FaultProfile(_ISSUER_FAULTS[event.kind], late_by_seconds=9 + event.seconds / 4)
    world.fault_board.set(issuer_id, profile)

    def recover() -> None:
        if world.fault_board.of(issuer_id) is profile:
            world.fault_board.set(issuer_id, FaultProfile())

    world.loop.call_later(event.seconds, recover)


def _matching_down(world: "World", event: FaultEvent) -> None:
    until = world.loop.time() + event.seconds
    is_slow = event.number % 2 == 0
    world.service.matching_down_until, world.service.is_matching_slow = until, is_slow
    if world.service.matching is not None:
        world.service.matching.down_until, world.service.matching.is_slow = until, is_slow


def _issuer(world: "World", event: FaultEvent) -> ParticipantId:
    return world.issuer_ids[event.target % len(world.issuer_ids)]


def _later(
    act: Callable[["World", FaultEvent], Coroutine[Any, Any, None]],
) -> Callable[["World", FaultEvent], None]:
    """Let an event that takes time go its own way."""

    def strike(world: "World", event: FaultEvent) -> None:
        world.begin(act(world, event))

    return strike


async def _suspend(world: "World", event: FaultEvent) -> None:
    """Suspend a participant, and note between which rows nothing new may be held for it."""
    everybody = (*world.issuer_ids, world.acquirer_id)
    number = everybody[event.number % len(everybody)]
    if number in world.suspended:
        return
    world.suspended.add(number)
    world.load_register()
    await asyncio.sleep(ADMITTED_BEFORE_SECONDS)
    span = Span(await world.operator(HeadWork()))
    world.records.suspensions[number].append(span)
    await asyncio.sleep(event.seconds)
    span.last = await world.operator(HeadWork())
    world.suspended.remove(number)
    world.load_register()


async def _report_loss(world: "World", event: FaultEvent) -> None:
    """Stop a payer's face payment, and note between which rows nothing of theirs may be posted."""
    payer = world.payer(event.number % PEOPLE + 1)
    spans = world.records.loss_reports[payer]
    if spans and spans[-1].last is None:
        return
    report = ReportLossWork(payer, LossReporter.PAYER, world.now())
    span = Span(await world.operator(NumberedWork(report)))
    spans.append(span)
    await asyncio.sleep(event.seconds)
    span.last = await world.operator(NumberedWork(LiftLossReportWork(payer, world.now())))


STRIKES: dict[FaultKind, Callable[["World", FaultEvent], None]] = {
    FaultKind.LOSE_REQUEST: _next_message,
    FaultKind.LOSE_REPLY: _next_message,
    FaultKind.DELAY_REQUEST: _next_message,
    FaultKind.DELAY_REPLY: _next_message,
    FaultKind.DUPLICATE: _next_message,
    FaultKind.LINE_DOWN: _line_down,
    FaultKind.TERMINAL_CRASH: _terminal_crash,
    FaultKind.TERMINAL_DISK_FULL: _disk_full,
    FaultKind.TERMINAL_CLOCK: _wrong_clock,
    FaultKind.CASHIER_STOPS: _cashier_stops,
    FaultKind.SERVICE_CRASH: _service_crash,
    FaultKind.BLACKOUT: _blackout,
    FaultKind.SERVICE_DISK_FULL: _disk_full,
    FaultKind.SERVICE_READ_ONLY: _read_only,
    FaultKind.COMMIT_UNKNOWN: _commit_unknown,
    FaultKind.SERVICE_CLOCK: _wrong_clock,
    FaultKind.ISSUER_LOSES_REQUEST: _issuer_message,
    FaultKind.ISSUER_LOSES_REPLY: _issuer_message,
    FaultKind.ISSUER_UNREACHABLE: _issuer_fault,
    FaultKind.ISSUER_LATE: _issuer_fault,
    FaultKind.ISSUER_REFUSES: _issuer_fault,
    FaultKind.ISSUER_DISK_FULL: _disk_full,
    FaultKind.MATCHING_DOWN: _matching_down,
    FaultKind.SUSPENSION: _later(_suspend),
    FaultKind.LOSS_REPORT: _later(_report_loss),
    FaultKind.STEP_CRASH: settlement_strikes.step,
    FaultKind.STEP_DISK_FULL: settlement_strikes.step,
    FaultKind.STEP_UNKNOWN: settlement_strikes.step,
    FaultKind.WINDOW_CLOSED: _later(settlement_strikes.close),
    FaultKind.WINDOW_ABORTED: _later(settlement_strikes.abort),
    FaultKind.FUNDS_TAKEN: _later(settlement_strikes.take_funds),
    FaultKind.LOSS_COMPENSATED: _later(settlement_strikes.compensate),
    FaultKind.LONG_SUSPENSION: _later(_suspend),
}
