"""From consent to an active reference, and back to nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clearing_service.directory.entry import EntryState
from clearing_service.enrolment.enrolment import (
    Enrolment,
    EnrolmentState,
    ForbiddenEnrolmentMoveError,
)
from clearing_service.enrolment.notice import CURRENT_NOTICE, NoticeBook
from clearing_service.enrolment.opening import age_in_years
from clearing_service.enrolment.requests import (
    EnrolmentActivated,
    EnrolmentOpened,
    FacePaymentClosed,
    IssuerLogin,
    Refused,
)
from clearing_service.errors import (
    RefusalReason,
    RequestRefusedError,
    SearchCutOffError,
    StoreError,
)
from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.ports import WHOLE_GALLERY
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.terminal import Notice
from tests.fakes.enrolment import FACE, ISSUER, LOGIN, OTHER_FACE, YEAR, EnrolmentWorld
from tests.fakes.ports import ManualClock


@pytest.fixture
def world(clock: ManualClock) -> EnrolmentWorld:
    return EnrolmentWorld(clock)


def only(world: EnrolmentWorld) -> Enrolment:
    (enrolment,) = world.store.rows.values()
    return enrolment


@pytest.mark.rule("CON-01")
async def test_nobody_can_pay_by_face_before_the_second_capture(world: EnrolmentWorld) -> None:
    assert world.directory.rows == {}
    opened = await world.open()
    assert world.directory.rows == {}
    submitted = await world.submit(opened)
    (entry,) = world.directory.rows.values()
    assert entry.state is EntryState.PENDING
    confirmed = await world.confirmation.confirm(world.confirm_command(submitted))
    assert isinstance(confirmed, EnrolmentActivated)
    (entry,) = world.directory.rows.values()
    assert entry.state is EntryState.ACTIVE
    assert entry.consent.is_live(world.clock.now())


@pytest.mark.rule("CON-02", "CON-04")
@pytest.mark.parametrize(
    "kept",
    [[], [ConsentScope.FACE_PROCESSING], [ConsentScope.NETWORK_TRANSMISSION]],
    ids=["none", "processing only", "transmission only"],
)
async def test_both_consents_are_needed(world: EnrolmentWorld, kept: list[ConsentScope]) -> None:
    consents = tuple(item for item in world.consents() if item.scope in kept)
    outcome = await world.opening.open(world.open_command(consents=consents))
    assert outcome == Refused(EnrolmentRefusal.CONSENT_MISSING)
    assert world.issuers.asked == 0
    assert world.store.rows == {}


@pytest.mark.rule("CON-02")
async def test_the_two_consents_are_kept_as_two_records(world: EnrolmentWorld) -> None:
    await world.open()
    processing, transmission = only(world).consents
    assert processing.consent_id != transmission.consent_id
    assert processing.sha256 != transmission.sha256
    assert transmission.recipients == world.policy.recipients


@pytest.mark.rule("CON-07")
async def test_consent_to_an_older_notice_does_not_count(clock: ManualClock) -> None:
    text = replace(CURRENT_NOTICE.en, method="Pictures are kept for a month.")
    newer = Notice.of("2026-09", zh=CURRENT_NOTICE.zh, en=text)
    consents = EnrolmentWorld(clock).consents()
    world = EnrolmentWorld(clock, NoticeBook([newer]))
    outcome = await world.opening.open(world.open_command(consents=consents))
    assert outcome == Refused(EnrolmentRefusal.CONSENT_MISSING)


@pytest.mark.parametrize("age", [timedelta(minutes=31), -timedelta(minutes=3)])
async def test_consent_is_given_now_and_not_another_day(
    world: EnrolmentWorld, age: timedelta
) -> None:
    consents = tuple(replace(item, given_at=item.given_at - age) for item in world.consents())
    outcome = await world.opening.open(world.open_command(consents=consents))
    assert outcome == Refused(EnrolmentRefusal.CONSENT_MISSING)


async def test_a_wrong_code_is_not_authenticated(world: EnrolmentWorld) -> None:
    login = IssuerLogin(ISSUER, LOGIN.login, "000000")
    outcome = await world.opening.open(world.open_command(login=login))
    assert outcome == Refused(EnrolmentRefusal.NOT_AUTHENTICATED)


@pytest.mark.rule("CON-11")
@pytest.mark.parametrize(
    ("birthday", "is_refused"),
    [(date(2012, 3, 3), True), (date(2012, 3, 2), False)],
    ids=["fourteen tomorrow", "fourteen today"],
)
async def test_under_fourteen_is_refused(
    world: EnrolmentWorld, birthday: date, is_refused: bool
) -> None:
    world.issuers.birthday = birthday
    outcome = await world.opening.open(world.open_command())
    assert (outcome == Refused(EnrolmentRefusal.UNDER_AGE)) is is_refused
    assert (world.store.rows == {}) is is_refused


def test_who_was_born_on_a_leap_day_turns_older_on_the_first_of_march() -> None:
    assert age_in_years(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert age_in_years(date(2012, 2, 29), date(2026, 3, 1)) == 14


async def test_the_bucket_is_that_of_four_digits_and_none_are_kept(world: EnrolmentWorld) -> None:
    await world.open()
    assert world.module.tagged == [b"1274"]
    assert "381274" not in repr(only(world))


async def test_one_account_is_enrolled_once(world: EnrolmentWorld) -> None:
    await world.enrol()
    outcome = await world.opening.open(world.open_command())
    assert outcome == Refused(EnrolmentRefusal.ALREADY_ENROLLED)


async def test_what_was_left_unfinished_goes_when_a_new_enrolment_opens(
    world: EnrolmentWorld,
) -> None:
    await world.submit(await world.open())
    await world.open()
    assert world.matching.active == {}
    assert world.directory.rows == {}


async def test_a_repeat_of_the_opening_gets_the_same_challenge(world: EnrolmentWorld) -> None:
    command = world.open_command()
    assert await world.opening.open(command) == await world.opening.open(command)
    assert world.issuers.asked == 1


async def test_a_face_that_somebody_else_has_enrolled_is_refused(world: EnrolmentWorld) -> None:
    await world.enrol()
    ((other_id, (tag, _)),) = world.matching.active.items()
    world.matching.active[other_id] = (tag, OTHER_FACE)
    world.store.rows.clear()
    opened = await world.open()
    outcome = await world.submission.submit(world.submit_command(opened, OTHER_FACE))
    assert outcome == Refused(EnrolmentRefusal.FACE_ENROLLED_ELSEWHERE)
    assert list(world.matching.active) == [other_id]
    assert world.issuers.passcodes == 1  # the first person's


async def test_a_large_gallery_is_searched_for_duplicates_by_bucket(world: EnrolmentWorld) -> None:
    await world.submit(await world.open())
    world.matching.extra_rows = 10_000
    await world.submit(await world.open())
    small, large = world.matching.scopes
    assert small == WHOLE_GALLERY
    assert large.tags == (only_open(world).tag,)


def only_open(world: EnrolmentWorld) -> Enrolment:
    (enrolment,) = (
        row for row in world.store.rows.values() if row.state is not EnrolmentState.ENDED
    )
    return enrolment


@pytest.mark.rule("AUT-03")
async def test_a_weak_passcode_ends_the_enrolment(world: EnrolmentWorld) -> None:
    world.issuers.weak = True
    opened = await world.open()
    outcome = await world.submission.submit(world.submit_command(opened))
    assert outcome == Refused(EnrolmentRefusal.WEAK_PASSCODE)
    assert world.matching.prepared == world.matching.active == {}


@pytest.mark.rule("PAD-03")
@pytest.mark.parametrize("fault", ["nonce", "header", "order", "late", "cue"])
async def test_evidence_that_does_not_answer_the_challenge_is_refused(
    world: EnrolmentWorld, fault: str
) -> None:
    opened = await world.open()
    command = world.submit_command(opened)
    evidence = command.evidence
    if fault == "nonce":
        command = replace(command, evidence=replace(evidence, challenge_nonce=bytes(32)))
    elif fault == "header":
        command = replace(command, header=replace(command.header, challenge_nonce=bytes(32)))
    elif fault == "order":
        command = replace(command, evidence=replace(evidence, steps=evidence.steps[::-1]))
    elif fault == "late":
        command = replace(command, evidence=world.evidence(opened, 5_001))
    else:
        failed = replace(evidence.cues[0], score_milli=499)
        command = replace(command, evidence=replace(evidence, cues=(failed,)))
    with pytest.raises(RequestRefusedError) as raised:
        await world.submission.submit(command)
    assert raised.value.reason is RefusalReason.CHALLENGE_MISMATCH
    assert world.matching.searched == set()


@pytest.mark.rule("PAD-03")
async def test_the_second_capture_has_a_challenge_of_its_own(world: EnrolmentWorld) -> None:
    opened = await world.open()
    submitted = await world.submit(opened)
    assert submitted.challenge.nonce != opened.challenge.nonce
    with pytest.raises(RequestRefusedError):
        await world.confirmation.confirm(world.confirm_command(opened))


async def test_a_second_capture_of_another_face_erases_the_reference(
    world: EnrolmentWorld,
) -> None:
    submitted = await world.submit(await world.open())
    outcome = await world.confirmation.confirm(world.confirm_command(submitted, OTHER_FACE))
    assert outcome == Refused(EnrolmentRefusal.CAPTURES_DIFFER)
    assert world.matching.active == {}
    assert world.directory.rows == {}
    again = await world.confirmation.confirm(world.confirm_command(submitted))
    assert again == Refused(EnrolmentRefusal.EXPIRED)


async def test_an_enrolment_that_took_too_long_is_over(world: EnrolmentWorld) -> None:
    opened = await world.open()
    command = world.submit_command(opened)
    world.clock.advance(601)
    assert await world.submission.submit(command) == Refused(EnrolmentRefusal.EXPIRED)


async def test_another_station_cannot_go_on_with_an_enrolment(world: EnrolmentWorld) -> None:
    opened = await world.open()
    enrolment = only(world)
    other = replace(enrolment.terminal_id, value="ENRL0002")
    world.store.rows[enrolment.enrolment_id] = replace(enrolment, terminal_id=other)
    outcome = await world.submission.submit(world.submit_command(opened))
    assert outcome == Refused(EnrolmentRefusal.EXPIRED)


async def test_a_search_that_was_cut_off_means_that_the_enrolment_starts_anew(
    world: EnrolmentWorld,
) -> None:
    """A search that was cut off could have matched somebody, so it is not taken for a no."""
    opened = await world.open()
    command = world.submit_command(opened)
    world.matching.fails_midway = True
    with pytest.raises(SearchCutOffError):
        await world.submission.submit(command)
    world.matching.fails_midway = False
    assert await world.submission.submit(command) == Refused(EnrolmentRefusal.EXPIRED)


async def test_a_confirming_search_that_was_cut_off_is_not_taken_for_another_face(
    world: EnrolmentWorld,
) -> None:
    """The same capture would find nobody now: the enrolment starts anew, and the old one goes."""
    command = world.confirm_command(await world.submit(await world.open()))
    world.matching.fails_midway = True
    with pytest.raises(SearchCutOffError):
        await world.confirmation.confirm(command)
    world.matching.fails_midway = False
    with pytest.raises(SearchCutOffError):
        await world.confirmation.confirm(command)
    assert all(entry.state is not EntryState.ACTIVE for entry in world.directory.rows.values())
    await world.enrol()
    assert len(world.matching.active) == 1


async def test_a_crash_at_the_activation_leaves_nobody_enrolled_who_cannot_pay(
    world: EnrolmentWorld,
) -> None:
    command = world.confirm_command(await world.submit(await world.open()))
    world.store.crashing = True
    with pytest.raises(StoreError):
        await world.confirmation.confirm(command)
    world.store.crashing = False
    (entry,) = world.directory.rows.values()
    assert (only(world).state, entry.state) == (EnrolmentState.CONFIRMING, EntryState.PENDING)
    await world.enrol()
    active = [row for row in world.store.rows.values() if row.state is EnrolmentState.ACTIVE]
    assert world.directory.rows[active[0].reference_id].state is EntryState.ACTIVE


async def test_a_confirmation_that_was_carried_out_is_answered_again(
    world: EnrolmentWorld,
) -> None:
    """Its answer was lost with the process: the repeat searches for nobody and says the same."""
    command = world.confirm_command(await world.submit(await world.open()))
    first = await world.confirmation.confirm(command)
    searches = len(world.matching.scopes)
    assert await world.confirmation.confirm(command) == first
    assert len(world.matching.scopes) == searches


async def test_a_party_that_is_not_there_yet_costs_no_new_capture(world: EnrolmentWorld) -> None:
    opened = await world.open()
    command = world.submit_command(opened)
    world.matching.is_down = True
    with pytest.raises(MatchingUnavailableError):
        await world.submission.submit(command)
    world.matching.is_down = False
    assert isinstance(await world.submission.submit(command), EnrolmentOpened)


async def test_a_repeat_goes_on_where_a_failure_stopped_it(world: EnrolmentWorld) -> None:
    """The passcode is translated once, whatever happens after it."""
    opened = await world.open()
    command = world.submit_command(opened)
    enrolment = only(world)
    searching = enrolment.moved(EnrolmentState.SEARCHING).moved(EnrolmentState.SEARCHED)
    set_before = searching.moved(EnrolmentState.PASSCODE_SET)
    world.store.rows[enrolment.enrolment_id] = set_before
    outcome = await world.submission.submit(command)
    assert isinstance(outcome, EnrolmentOpened)
    assert world.issuers.passcodes == 0
    assert len(world.matching.active) == 1


@pytest.mark.rule("CON-05", "CON-06")
async def test_closing_takes_one_step_and_leaves_nothing(world: EnrolmentWorld) -> None:
    await world.enrol()
    outcome = await world.closing.close(world.close_command())
    assert isinstance(outcome, FacePaymentClosed)
    assert [receipt.party for receipt in outcome.receipts] == [1, 2, 3]
    assert world.matching.active == {}
    assert world.directory.rows == {}
    assert world.store.owed == set()
    assert all(consent.withdrawn_at for consent in only(world).consents)


@pytest.mark.rule("CON-05")
async def test_closing_twice_is_answered_alike(world: EnrolmentWorld) -> None:
    await world.enrol()
    await world.closing.close(world.close_command())
    again = await world.closing.close(world.close_command())
    assert isinstance(again, FacePaymentClosed)
    assert [receipt.party for receipt in again.receipts] == [1, 2, 3]


async def test_somebody_else_cannot_close_it(world: EnrolmentWorld) -> None:
    await world.enrol()
    login = IssuerLogin(ISSUER, LOGIN.login, "000000")
    outcome = await world.closing.close(world.close_command(login))
    assert outcome == Refused(EnrolmentRefusal.NOT_AUTHENTICATED)
    assert len(world.matching.active) == 1


@pytest.mark.rule("CON-06", "STO-04")
async def test_with_a_party_down_face_payment_is_closed_at_once_and_erased_later(
    world: EnrolmentWorld,
) -> None:
    await world.enrol()
    world.matching.is_down = True
    with pytest.raises(MatchingUnavailableError):
        await world.closing.close(world.close_command())
    (entry,) = world.directory.rows.values()
    assert entry.state is EntryState.CLOSED
    world.matching.is_down = False
    assert await world.clearing_up.run() == 1
    assert world.matching.active == {}
    assert world.directory.rows == {}
    assert await world.clearing_up.run() == 0


@pytest.mark.rule("STO-04")
async def test_what_nobody_finished_is_erased(world: EnrolmentWorld) -> None:
    await world.submit(await world.open())
    assert await world.clearing_up.run() == 0
    world.clock.advance(601)
    assert await world.clearing_up.run() == 1
    assert world.matching.active == {}


@pytest.mark.rule("STO-04", "CON-10")
async def test_a_reference_goes_when_its_consent_ends(world: EnrolmentWorld) -> None:
    await world.enrol()
    world.clock.advance(YEAR.total_seconds())
    assert await world.clearing_up.run() == 1
    assert world.matching.active == {}
    assert only(world).state is EnrolmentState.ENDED


async def test_an_ended_enrolment_makes_no_further_move(world: EnrolmentWorld) -> None:
    await world.enrol()
    await world.closing.close(world.close_command())
    with pytest.raises(ForbiddenEnrolmentMoveError):
        only(world).moved(EnrolmentState.ACTIVE)


async def test_the_face_is_found_by_its_own_bucket(world: EnrolmentWorld) -> None:
    await world.enrol()
    ((_, (tag, face)),) = world.matching.active.items()
    assert (tag, face) == (only(world).tag, FACE)
