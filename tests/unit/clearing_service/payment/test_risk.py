"""Odd payments are seen, named and answered, and nothing ever asks for less than face and PIN."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.audit.entry import AuditKind
from clearing_service.participants.participant import ParticipantRole
from clearing_service.participants.register import Register
from clearing_service.payment.activity import (
    PayerActivity,
    PayerEntry,
    Place,
    TerminalActivity,
    TerminalEntry,
    place_of,
)
from clearing_service.payment.requests import PaymentOpened
from clearing_service.payment.risk import Attempt, assess, assess_opening
from clearing_service.payment.risk_rules import (
    LEAST_FACTORS,
    PAYER_ENTRIES_MAX,
    RULES_NAME,
    Factor,
    RiskRules,
    RiskRulesError,
    load_risk_rules,
    read_risk_rules,
)
from clearing_service.routing.narrowing import DigitsNeeded
from facepay.identifiers import AccountAlias
from facepay.response_code import ResponseCode
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ISSUER, TERMINALS, MoneyWorld, make_register
from tests.fakes.ports import START, SeededRandomness

BURST = """
[[rule]]
name = "burst"
kind = "payer_count"
payments = 3
within_seconds = 60
action = "refuse"
response_code = "65"
"""
VELOCITY = """
[[rule]]
name = "velocity"
kind = "payer_count"
payments = 2
within_seconds = 3600
action = "alert"
"""
FAR = """
[[rule]]
name = "far apart"
kind = "far_apart"
kilometres = 50
kilometres_per_hour = 900
action = "refuse"
response_code = "59"
"""
NIGHT = """
[[rule]]
name = "night spike"
kind = "night_sum"
from_hour = 23
to_hour = 5
amount_minor_units = 50000
action = "refuse"
response_code = "59"
"""
CROWD = """
[[rule]]
name = "crowd"
kind = "terminal_payers"
payers = 2
within_seconds = 300
action = "{action}"
"""


def world_with(*rules: str) -> MoneyWorld:
    found = read_risk_rules("\n".join(rules))
    return MoneyWorld(policy=replace(MoneyWorld().policy, risk=found))


async def codes_of(world: MoneyWorld, terminal: TestTerminal, *amounts: int) -> list[str]:
    return [
        (await terminal.pay(world.payments, terminal.sale(amount))).response_code.value
        for amount in amounts
    ]


def alerts_of(world: MoneyWorld) -> list[tuple[str, str]]:
    return [
        (dict(entry.record.detail)["rule"], dict(entry.record.detail)["action"])
        for entry in world.store.audit
        if entry.record.kind is AuditKind.RISK_ALERT
    ]


@pytest.mark.rule("RSK-01")
async def test_a_burst_is_refused_and_passes_with_time() -> None:
    world = world_with(BURST)
    terminal = TestTerminal(world.clock)
    world.enrol()
    assert await codes_of(world, terminal, 1, 1, 1, 1) == ["00", "00", "00", "65"]
    assert alerts_of(world) == [("burst", "refuse")]
    assert set(world.store.rows.tables["usage"].values()) == {3}
    world.clock.advance(60)
    assert await codes_of(world, terminal, 1) == ["00"]
    world.verify()


@pytest.mark.rule("RSK-01")
async def test_velocity_alerts_and_the_payment_goes_on() -> None:
    world = world_with(VELOCITY)
    terminal = TestTerminal(world.clock)
    world.enrol()
    assert await codes_of(world, terminal, 1, 1, 1) == ["00"] * 3
    assert alerts_of(world) == [("velocity", "alert")]


@pytest.mark.rule("RSK-01")
@pytest.mark.parametrize(
    ("hours", "codes"), [(0, ["00", "59"]), (1, ["00", "59"]), (2, ["00", "00"])]
)
async def test_nobody_is_in_beijing_and_in_shanghai_at_once(hours: int, codes: list[str]) -> None:
    world = world_with(FAR)
    here = TestTerminal(world.clock)
    there = TestTerminal(world.clock, TERMINALS[1], randomness=SeededRandomness(98))
    world.registers.register = placed("Mall geo:39.9042,116.4074", "Mall geo:31.2304,121.4737")
    world.enrol()
    found = await codes_of(world, here, 1)
    world.clock.advance(hours * 3600)
    assert [*found, *(await codes_of(world, there, 1))] == codes


async def test_a_place_that_is_not_known_raises_no_alarm() -> None:
    world = world_with(FAR)
    here = TestTerminal(world.clock)
    there = TestTerminal(world.clock, TERMINALS[1], randomness=SeededRandomness(98))
    world.registers.register = placed("Mall geo:39.9042,116.4074", "Mall")
    world.enrol()
    assert await codes_of(world, here, 1) + await codes_of(world, there, 1) == ["00", "00"]


def placed(*placements: str) -> Register:
    whole = make_register()
    terminals = [
        replace(item, binding=replace(item.binding, placement=placement))
        for item, placement in zip(whole.terminals, placements, strict=True)
    ]
    acceptor = whole.acceptor(whole.terminals[0].binding.acceptor_id)
    participants = [item for role in ParticipantRole for item in whole.participants(role)]
    return Register(participants, [acceptor] if acceptor else [], terminals)


@pytest.mark.rule("RSK-01")
@pytest.mark.parametrize(
    ("beijing_hour", "codes"), [(22, ["00", "00"]), (23, ["00", "59"]), (4, ["00", "59"])]
)
async def test_a_night_spike_is_refused_and_the_evening_before_does_not_count(
    beijing_hour: int, codes: list[str]
) -> None:
    world = world_with(NIGHT)
    terminal = TestTerminal(world.clock)
    world.enrol()
    moment = datetime(2026, 3, 3, (beijing_hour - 8) % 24, 30, tzinfo=UTC)
    world.clock.advance((moment - world.clock.now()).total_seconds())
    assert await codes_of(world, terminal, 500_00, 1) == codes


@pytest.mark.rule("RSK-01")
async def test_many_payers_on_one_terminal_are_asked_for_phone_digits_and_no_other_terminal_is(
    other_terminal: TestTerminal,
) -> None:
    world = world_with(CROWD.format(action="step_up"))
    terminal = TestTerminal(world.clock)
    for number in (1, 2, 3):
        world.enrol(number)
        assert await codes_of(world, terminal, 1) == ["00"]
    opened = await world.payments.open_payment(terminal.open(terminal.sale()))
    assert isinstance(opened, PaymentOpened)
    assert opened.digits_needed is DigitsNeeded.FOUR
    other_terminal.clock = world.clock
    elsewhere = await world.payments.open_payment(other_terminal.open(other_terminal.sale()))
    assert isinstance(elsewhere, PaymentOpened)
    assert elsewhere.digits_needed is DigitsNeeded.NONE
    assert alerts_of(world) == [("crowd", "step_up")]
    world.clock.advance(300)
    later = await world.payments.open_payment(terminal.open(terminal.sale()))
    assert isinstance(later, PaymentOpened)
    assert later.digits_needed is DigitsNeeded.NONE


@pytest.mark.rule("RSK-01")
async def test_parallel_payments_see_each_other() -> None:
    world = world_with(BURST)
    terminal = TestTerminal(world.clock)
    world.enrol()
    commands = []
    for _ in range(8):
        sale = terminal.sale(1)
        routed = await terminal.open_and_route(world.payments, sale)
        commands.append(terminal.authorize(sale, routed.routing_token))
    answers = await asyncio.gather(*map(world.payments.authorize_payment, commands))
    assert sorted(answer.response_code.value for answer in answers) == ["00"] * 3 + ["65"] * 5


RULE_TEXTS = st.lists(
    st.sampled_from(
        [BURST, VELOCITY, FAR, NIGHT, *(CROWD.format(action=it) for it in ("alert", "step_up"))]
    ),
    unique=True,
)
MOMENTS = st.integers(min_value=0, max_value=86_400).map(
    lambda seconds: START - timedelta(seconds=seconds)
)
PLACES = st.one_of(st.none(), st.builds(Place, st.floats(-90, 90), st.floats(-180, 180)))
AMOUNTS = st.integers(min_value=0, max_value=1_000_00)
PAYERS = st.builds(PayerEntry, MOMENTS, AMOUNTS, PLACES)
AT_TERMINAL = st.builds(
    TerminalEntry,
    MOMENTS,
    st.just(ISSUER),
    st.integers(min_value=1, max_value=9).map(lambda number: AccountAlias(f"alias-{number:06d}")),
)


@pytest.mark.rule("RSK-02")
@given(RULE_TEXTS, st.lists(PAYERS, max_size=8), st.lists(AT_TERMINAL, max_size=8), AMOUNTS, PLACES)
def test_no_risk_and_no_sum_asks_for_less_than_face_and_passcode(
    rules: list[str],
    payer: list[PayerEntry],
    terminal: list[TerminalEntry],
    amount: int,
    place: Place | None,
) -> None:
    found = read_risk_rules("\n".join(rules))
    before = TerminalActivity(tuple(terminal))
    attempt = Attempt(
        PayerEntry(START, amount, place),
        TerminalEntry(START, ISSUER, AccountAlias("alias-000001")),
        PayerActivity(tuple(payer)),
        before,
    )
    for decision in (assess(found, attempt), assess_opening(found, before, START)):
        assert decision.factors >= LEAST_FACTORS == {Factor.FACE, Factor.PASSCODE}
        assert decision.refusal in (
            None,
            ResponseCode.SUSPECTED_FRAUD,
            ResponseCode.COUNT_LIMIT_EXCEEDED,
        )


@pytest.mark.rule("RSK-02", "AUT-01")
@given(RULE_TEXTS, st.integers(min_value=1, max_value=1_000_00))
def test_no_rules_let_a_payment_pass_without_a_passcode(rules: list[str], amount: int) -> None:
    async def pay() -> str:
        world = world_with(*rules)
        world.enrol()
        terminal = TestTerminal(world.clock)
        answer = await terminal.pay(world.payments, terminal.sale(amount), pin=None)
        return answer.response_code.value

    assert asyncio.run(pay()) == "70"


def test_the_programs_own_rules_can_be_read_and_a_folder_may_have_its_own(tmp_path: Path) -> None:
    names = [rule.response.name for rule in load_risk_rules(tmp_path).rules]
    assert {"burst", "velocity", "far apart", "night spike"} <= set(names)
    (tmp_path / RULES_NAME).write_text("")
    assert load_risk_rules(tmp_path) == RiskRules()


Spoil = Callable[[str], str]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("payments = 3", "payments = 0"),
        lambda text: text.replace("payments = 3", f"payments = {PAYER_ENTRIES_MAX + 1}"),
        lambda text: text.replace('"65"', '"00"'),
        lambda text: text.replace('response_code = "65"', ""),
        lambda text: text.replace('"refuse"', '"skip_pin"'),
        lambda text: text.replace('"refuse"', '"alert"'),
        lambda text: text.replace("payer_count", "payer_mood"),
        lambda text: text + "needs_pin = false\n",
        lambda text: 'needs = ["face"]\n' + text,
        lambda text: VELOCITY.replace('"alert"', '"step_up"'),
        lambda text: "[[rule",
    ],
)
def test_a_rule_nobody_understands_stops_the_start(spoil: Spoil) -> None:
    with pytest.raises(RiskRulesError):
        read_risk_rules(spoil(BURST))


def test_a_place_is_read_from_a_geo_uri_and_nothing_else() -> None:
    assert place_of("Hall 1, geo:31.2304,121.4737") == Place(31.2304, 121.4737)
    assert place_of("Hall 1") is None
    assert place_of("geo:99,0") is None


def test_distances_are_those_of_a_globe() -> None:
    beijing, shanghai = Place(39.9042, 116.4074), Place(31.2304, 121.4737)
    assert beijing.kilometres_to(shanghai) == pytest.approx(1067, abs=5)
    assert beijing.kilometres_to(beijing) == 0


def test_memory_is_bounded_in_count_and_age() -> None:
    activity = PayerActivity()
    for second in range(100):
        activity = activity.with_entry(PayerEntry(START + timedelta(seconds=second), 1))
    assert len(activity.entries) == PAYER_ENTRIES_MAX
    later = activity.with_entry(PayerEntry(START + timedelta(hours=25), 1))
    assert len(later.entries) == 1
