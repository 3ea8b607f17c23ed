"""From a sealed probe to a routing token, or to the one answer for everybody else."""

import asyncio
from dataclasses import replace

import pytest

from clearing_service.errors import RefusalReason, RequestRefusedError, SearchCutOffError
from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.ports import (
    WHOLE_GALLERY,
    NoMatch,
    RelayedProbe,
    SearchMatch,
    SearchScope,
)
from clearing_service.payment.requests import (
    NotRouted,
    PaymentAnswer,
    PaymentOpened,
    PhoneDigitsNeeded,
    Routed,
    RouteProbe,
)
from clearing_service.routing.narrowing import DigitsNeeded
from facepay.pad_challenge import PadMode, Presentation
from facepay.pad_evidence import ChallengeStep, PadCue, ProvenStep
from facepay.payment_decision import PaymentState
from tests.fakes.money_terminal import PROBE, Sale, TestTerminal, altered, evidence
from tests.fakes.money_world import MoneyWorld, reference_of

UNROUTED = ["unknown", "synthetic", "closed", "no consent", "no entry"]


def hide(world: MoneyWorld, how: str) -> None:
    """Let the face of payer 1 lead nowhere, each time for another reason."""
    world.enrol()
    if how == "unknown":
        world.matching.found = NoMatch()
    elif how == "synthetic":
        world.matching.found = SearchMatch(reference_of(9), is_synthetic=True)
    elif how == "closed":
        world.close_entry(1)
    elif how == "no consent":
        world.withdraw_consent(1)
    else:
        world.directory.entries.clear()


async def opened(world: MoneyWorld, terminal: TestTerminal) -> Sale:
    sale = terminal.sale()
    answer = await world.payments.open_payment(terminal.open(sale))
    assert isinstance(answer, PaymentOpened)
    sale.opened = answer
    return sale


@pytest.mark.rule("TPL-01", "TPL-08", "CON-01", "CON-04", "CON-05")
@pytest.mark.parametrize("how", UNROUTED)
async def test_everybody_who_cannot_pay_gets_the_same_answer_by_the_same_steps(
    world: MoneyWorld, terminal: TestTerminal, how: str
) -> None:
    hide(world, how)
    sale = await opened(world, terminal)
    before = (world.directory.look_ups, world.security.records_made, world.store.executed)
    answer = await world.payments.route_probe(terminal.probe(sale))
    after = (world.directory.look_ups, world.security.records_made, world.store.executed)
    assert answer == NotRouted(attempts_left=2)
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 2]


async def test_who_can_pay_takes_the_same_steps(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    before = (world.directory.look_ups, world.security.records_made, world.store.executed)
    answer = await world.payments.route_probe(terminal.probe(sale))
    after = (world.directory.look_ups, world.security.records_made, world.store.executed)
    assert isinstance(answer, Routed)
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 2]


@pytest.mark.rule("AUT-07")
@pytest.mark.parametrize("how", UNROUTED)
async def test_the_true_cause_is_in_the_audit_trail_alone(
    world: MoneyWorld, terminal: TestTerminal, how: str
) -> None:
    hide(world, how)
    await world.payments.route_probe(terminal.probe(await opened(world, terminal)))
    causes = {
        "unknown": "NO_MATCH",
        "synthetic": "SYNTHETIC",
        "closed": "NOT_ACTIVE",
        "no consent": "NO_LIVE_CONSENT",
        "no entry": "NO_ENTRY",
    }
    assert dict(world.store.audit[-1].record.detail)["cause"] == causes[how]


async def test_the_name_is_shown_before_the_pin_only_to_who_gave_their_digits(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    without = await world.payments.route_probe(terminal.probe(await opened(world, terminal)))
    given = await world.payments.route_probe(
        terminal.probe(await opened(world, terminal), digits=b"0001")
    )
    assert isinstance(without, Routed)
    assert isinstance(given, Routed)
    assert (without.masked_name, given.masked_name) == (None, "**明")
    assert world.matching.scopes[0] == WHOLE_GALLERY
    tags = world.matching.scopes[1].tags
    assert tags is not None
    assert [len(tag) for tag in tags] == [16]


@pytest.mark.rule("TPL-07")
async def test_a_large_gallery_asks_for_digits_and_searches_nothing_without(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.matching.active_rows = 10_000
    sale = await opened(world, terminal)
    assert sale.opened is not None
    assert sale.opened.digits_needed is DigitsNeeded.FOUR
    answer = await world.payments.route_probe(terminal.probe(sale))
    assert answer == PhoneDigitsNeeded(DigitsNeeded.FOUR, attempts_left=3)
    assert world.matching.scopes == []


async def test_a_fourth_probe_ends_the_payment_with_65(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = await opened(world, terminal)
    left = [await world.payments.route_probe(terminal.probe(sale)) for _ in range(3)]
    assert left == [NotRouted(2), NotRouted(1), NotRouted(0)]
    answer = await world.payments.route_probe(terminal.probe(sale))
    assert isinstance(answer, PaymentAnswer)
    assert (answer.state, answer.response_code.value) == (PaymentState.CANCELLED, "65")


async def test_a_new_probe_voids_the_token_before_it(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = terminal.sale()
    first = await terminal.open_and_route(world.payments, sale)
    second = await world.payments.route_probe(terminal.probe(sale))
    assert isinstance(second, Routed)
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.authorize_payment(terminal.authorize(sale, first.routing_token))
    assert refused.value.reason is RefusalReason.ROUTING_TOKEN
    answer = await world.payments.authorize_payment(terminal.authorize(sale, second.routing_token))
    assert answer.state is PaymentState.APPROVED


async def test_a_new_probe_that_finds_nobody_voids_the_token_too(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = terminal.sale()
    first = await terminal.open_and_route(world.payments, sale)
    world.matching.found = NoMatch()
    await world.payments.route_probe(terminal.probe(sale))
    with pytest.raises(RequestRefusedError):
        await world.payments.authorize_payment(terminal.authorize(sale, first.routing_token))


async def test_an_earlier_probe_that_is_answered_late_routes_nobody(
    world: MoneyWorld, terminal: TestTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    may_answer = asyncio.Event()
    found = world.matching.found
    is_first = iter([True])

    async def first_waits(_probe: RelayedProbe, _scope: SearchScope) -> SearchMatch | NoMatch:
        if not next(is_first, False):
            return NoMatch()
        await may_answer.wait()
        return found

    monkeypatch.setattr(world.matching, "search", first_waits)
    earlier = asyncio.ensure_future(world.payments.route_probe(terminal.probe(sale)))
    await asyncio.sleep(0)
    assert await world.payments.route_probe(terminal.probe(sale)) == NotRouted(1)
    may_answer.set()
    assert await earlier == NotRouted(1)
    payment = await world.store.find_payment(sale.payment_id)
    assert payment is not None
    assert (payment.state, payment.route) == (PaymentState.OPENED, None)


@pytest.mark.rule("WIR-05")
async def test_a_repeated_probe_is_searched_once(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    command = terminal.probe(sale)
    answers = await asyncio.gather(*(world.payments.route_probe(command) for _ in range(50)))
    world.restart()
    answers.append(await world.payments.route_probe(command))
    assert set(answers) == {answers[0]}
    assert len(world.matching.scopes) == 1


async def test_a_party_that_is_down_costs_no_attempt_and_the_same_bytes_go_on(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    command = terminal.probe(sale)
    world.matching.obstacle = MatchingUnavailableError("party 3 is down")
    with pytest.raises(MatchingUnavailableError):
        await world.payments.route_probe(command)
    world.matching.obstacle = None
    assert isinstance(await world.payments.route_probe(command), Routed)
    payment = await world.store.find_payment(sale.payment_id)
    assert payment is not None
    assert payment.probe_count == 1


@pytest.mark.rule("AUT-07")
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("restarts", [True, False])
async def test_a_search_that_was_cut_off_asks_for_a_new_capture_whoever_stands_there(
    world: MoneyWorld, terminal: TestTerminal, is_known: bool, restarts: bool
) -> None:
    """The parties took the header: to ask them again would find nobody, which is not true."""
    if is_known:
        world.enrol()
    sale = await opened(world, terminal)
    command = terminal.probe(sale)
    world.matching.error = MatchingUnavailableError("party 2 did not answer in time")
    with pytest.raises(SearchCutOffError):
        await world.payments.route_probe(command)
    if restarts:
        world.restart()
    with pytest.raises(SearchCutOffError):
        await world.payments.route_probe(command)
    assert len(world.matching.scopes) == 1
    again = await world.payments.route_probe(terminal.probe(sale))
    assert isinstance(again, Routed if is_known else NotRouted)


async def test_a_search_cut_off_before_the_payment_ended_is_answered_with_its_end(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = await opened(world, terminal)
    command = terminal.probe(sale)
    world.matching.error = MatchingUnavailableError("party 2 did not answer in time")
    with pytest.raises(SearchCutOffError):
        await world.payments.route_probe(command)
    await world.payments.cancel_payment(terminal.cancel(sale))
    answer = await world.payments.route_probe(command)
    assert isinstance(answer, PaymentAnswer)
    assert answer.state is PaymentState.CANCELLED


@pytest.mark.rule("PAD-01", "PAD-03")
@pytest.mark.parametrize("fault", ["no steps", "other order", "too slow", "cue failed", "nonce"])
async def test_evidence_that_does_not_answer_the_challenge_ends_the_payment(
    world: MoneyWorld, terminal: TestTerminal, fault: str
) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    good = evidence(sale)
    slow = tuple(ProvenStep(item.step, 60_000) for item in good.steps)
    bad = {
        "no steps": replace(good, steps=()),
        "other order": replace(good, steps=good.steps[::-1]),
        "too slow": replace(good, steps=slow),
        "cue failed": replace(good, cues=(PadCue("synthetic", 999, 1000),)),
        "nonce": replace(good, challenge_nonce=bytes(32)),
    }[fault]
    request = terminal.probe(sale).request
    answer = await world.payments.route_probe(
        RouteProbe(request, sale.payment_id, PROBE, None, bad)
    )
    assert isinstance(answer, PaymentAnswer)
    assert (answer.state, answer.response_code.value) == (PaymentState.CANCELLED, "63")
    assert world.matching.scopes == []


@pytest.mark.rule("PAD-03")
async def test_a_probe_for_another_payments_challenge_is_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = await opened(world, terminal)
    command = terminal.probe(sale)
    stale = altered(command.request, challenge_nonce=bytes(32))
    with pytest.raises(RequestRefusedError) as refused:
        await world.payments.route_probe(
            RouteProbe(stale, sale.payment_id, PROBE, None, evidence(sale))
        )
    assert refused.value.reason is RefusalReason.CHALLENGE_MISMATCH


async def test_a_cancelled_payment_is_not_routed(world: MoneyWorld, terminal: TestTerminal) -> None:
    world.enrol()
    sale = await opened(world, terminal)
    await world.payments.cancel_payment(terminal.cancel(sale))
    answer = await world.payments.route_probe(terminal.probe(sale))
    assert isinstance(answer, PaymentAnswer)
    assert answer.state is PaymentState.CANCELLED


@pytest.mark.rule("CON-12")
async def test_accessibility_asks_for_no_light_and_one_turn_in_ones_own_time(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    usual = await world.payments.open_payment(terminal.open(terminal.sale()))
    accessible = await world.payments.open_payment(
        replace(terminal.open(terminal.sale()), presentation=Presentation.ACCESSIBLE)
    )
    assert isinstance(usual, PaymentOpened)
    assert isinstance(accessible, PaymentOpened)
    assert (usual.challenge.mode, len(usual.challenge.flashes)) == (PadMode.SILENT_FIRST, 3)
    assert (accessible.challenge.mode, accessible.challenge.flashes) == (PadMode.UNTIMED, ())
    assert accessible.challenge.steps == (ChallengeStep.TURN_EITHER_SIDE,)
    assert accessible.challenge.step_deadline_seconds > usual.challenge.step_deadline_seconds


@pytest.mark.rule("PAD-03")
async def test_every_payment_and_every_capture_gets_colours_and_steps_of_its_own(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    asked = []
    for _ in range(20):
        opened = await world.payments.open_payment(terminal.open(terminal.sale()))
        assert isinstance(opened, PaymentOpened)
        asked.append(opened.challenge)
    assert len({challenge.nonce for challenge in asked}) == 20
    assert len({flash.colours for challenge in asked for flash in challenge.flashes}) > 50
    assert len({challenge.steps for challenge in asked}) > 8
    assert all(len(set(challenge.steps)) == 3 for challenge in asked)


@pytest.mark.rule("PAD-03")
async def test_one_capture_is_evidence_for_one_probe_only(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = await opened(world, terminal)
    first = terminal.probe(sale)
    assert isinstance(await world.payments.route_probe(first), NotRouted)
    reused = replace(terminal.probe(sale), pad_evidence=first.pad_evidence)
    again = await world.payments.route_probe(reused)
    assert isinstance(again, PaymentAnswer)
    assert again.response_code.value == "63"


@pytest.mark.rule("PAD-03")
async def test_evidence_of_another_model_than_the_headers_is_refused(
    world: MoneyWorld, terminal: TestTerminal
) -> None:
    sale = await opened(world, terminal)
    other = replace(evidence(sale), model_id="another-model")
    request = terminal.probe(sale).request
    answer = await world.payments.route_probe(
        RouteProbe(request, sale.payment_id, PROBE, None, other)
    )
    assert isinstance(answer, PaymentAnswer)
    assert answer.response_code.value == "63"
