"""Playing a seed, and what is said of a run that broke a rule."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import structlog

from facepay.settlement_proof import position_commitment
from tests.proof.requirement import InvariantViolatedError
from tests.simulation.faults import FaultEvent, draw_plan
from tests.simulation.invariants import check_all
from tests.simulation.service import ServicePlan
from tests.simulation.till import Till
from tests.simulation.virtual_time import SimulationStalledError
from tests.simulation.world import RunSize, World


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a run is made of beside its seed. Tests plant bugs through the last two."""

    size: RunSize = field(default_factory=RunSize)
    service: ServicePlan = field(default_factory=ServicePlan)
    till: type[Till] = Till


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `rule` and `detail` are empty if every rule held."""

    seed: int
    faults: tuple[FaultEvent, ...]
    trace_sha256: str
    trace_lines: int
    counts: dict[str, int]
    rule: str = ""
    detail: str = ""
    excerpt: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.rule

    def report(self, size: RunSize) -> str:
        """Return what a person needs to see the failure again."""
        keep = ",".join(str(event.number) for event in self.faults) or "none"
        command = (
            f"python -m tests.simulation replay --seed {self.seed} --days {size.days} "
            f"--sessions {size.sessions_per_day} --faults {size.faults_per_session} "
            f"--store {'sqlite' if size.is_sqlite else 'memory'} --keep {keep}"
        )
        faults = [f"  {event.at:12.3f} {event}" for event in self.faults]
        return "\n".join(
            [
                f"seed {self.seed} breaks: {self.detail}",
                f"replay: {command}",
                f"trace sha256: {self.trace_sha256}",
                f"{len(self.faults)} faults:",
                *faults,
                "trace:",
                *(f"  {line}" for line in self.excerpt),
            ]
        )


def simulate(
    seed: int, scenario: Scenario, faults: Sequence[FaultEvent] | None = None
) -> RunResult:
    """Play a seed with its own faults, or with these."""
    size = scenario.size
    plan = draw_plan(seed, size) if faults is None else tuple(faults)
    world = World(seed, size, scenario.service, plan, scenario.till)
    with quiet_logs(), remembered_powers(), world.prepared():
        broken = _broken_rule(world)
    about = broken.about if broken else ()
    return RunResult(
        seed=seed,
        faults=plan,
        trace_sha256=world.trace.sha256,
        trace_lines=world.trace.line_count,
        counts=dict(sorted(world.records.counts.items())),
        rule=broken.rule if broken else "",
        detail=str(broken) if broken else "",
        excerpt=tuple(world.trace.about(about)) if broken else (),
    )


def shrink(result: RunResult, scenario: Scenario, runs_max: int = 60) -> RunResult:
    """Return a run of the same seed that breaks the same rule with as few faults as was found.

    Halves, quarters and so on are left out while the rule stays broken (delta debugging).
    """
    best, pieces, runs = result, 2, 0
    while len(best.faults) > 0 and runs < runs_max:
        size = max(len(best.faults) // pieces, 1)
        smaller = None
        for start in range(0, len(best.faults), size):
            runs += 1
            kept = best.faults[:start] + best.faults[start + size :]
            tried = simulate(best.seed, scenario, kept)
            if tried.rule == result.rule:
                smaller = tried
                break
            if runs >= runs_max:
                break
        if smaller is not None:
            best, pieces = smaller, max(pieces - 1, 2)
        elif size == 1:
            break
        else:
            pieces = min(pieces * 2, len(best.faults))
    return best


def first_broken(
    seeds: Sequence[int], scenario: Scenario, on_result: Callable[[RunResult], None] | None = None
) -> RunResult | None:
    """Play seeds until one breaks a rule."""
    for seed in seeds:
        result = simulate(seed, scenario)
        if on_result is not None:
            on_result(result)
        if not result.is_clean:
            return result
    return None


@contextmanager
def remembered_powers() -> Iterator[None]:
    """Compute every power of a position's commitment once.

    Digest, reports and their checks each compute the same ones, and nothing else takes as long.
    """
    position_commitment.pow = lru_cache(maxsize=20_000)(pow)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del position_commitment.pow  # type: ignore[attr-defined]


def _broken_rule(world: World) -> InvariantViolatedError | None:
    try:
        world.play()
        check_all(world)
    except InvariantViolatedError as error:
        return error
    except SimulationStalledError as error:
        return InvariantViolatedError("nobody waits for what never comes", str(error))
    return None


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Drop the product's log lines for the time of a run: the trace says what happened."""

    def drop(_logger: object, _name: str, _event: object) -> object:
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[drop], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)
