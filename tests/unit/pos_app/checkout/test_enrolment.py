"""Enrolling at a station: consent first, passcode before the capture, nothing kept of a failure."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from facepay.identifiers import EnrolmentId, ParticipantId, RoutingToken
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.pin_block import EncipheredPin
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import (
    EnrolmentActive,
    EnrolmentRefused,
    FacePaymentClosed,
    OpenedEnrolment,
    SignedErasureReceipt,
)
from facepay.wire.terminal import Notice
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.enrolment import EnrolmentFlow
from pos_app.checkout.enrolment_captures import CAPTURES_MAX
from pos_app.checkout.enrolment_ports import (
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentIntent,
    EnrolmentPorts,
    EnrolmentStep,
    IssuerLogin,
)
from pos_app.checkout.payment import CaptureFailureReason, Operation
from pos_app.checkout.pin_entry import PinEntryCancelled
from pos_app.checkout.ports import CaptureFailure, SealedProbe, SealingContext
from tests.fakes.clearing import SIGNED_ON, FakeClearing
from tests.fakes.idle_clock import IdleClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.people import ScriptedCapture, ScriptedPinPad
from tests.fakes.ports import SeededRandomness

LOGIN = IssuerLogin(ParticipantId("61010001"), "li.na", "482913")
ACTIVE = EnrolmentActive(
    datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=365)
)
_CAPTURES = (
    EnrolmentStep.TAKING_FIRST_LOOK,
    EnrolmentStep.TAKING_SECOND_LOOK,
    EnrolmentStep.CAPTURING_TO_CONFIRM,
)


@dataclass
class ScriptedEnrollee:
    """Implements `Enrollee`."""

    refuses: ConsentScope | None = None
    is_willing: bool = True
    unwilling_at: EnrolmentStep | None = None
    asked: list[ConsentScope] = field(default_factory=list)
    steps: list[EnrolmentStep] = field(default_factory=list)
    failures: list[CaptureFailureReason | None] = field(default_factory=list)

    async def consents(self, notice: Notice, scope: ConsentScope) -> bool:
        self.asked.append(scope)
        return scope is not self.refuses

    async def is_ready(
        self, step: EnrolmentStep, failure: CaptureFailureReason | None = None
    ) -> bool:
        self.failures.append(failure)
        return self.is_willing and step is not self.unwilling_at

    def step_changed(self, step: EnrolmentStep) -> None:
        self.steps.append(step)


class FakeEnrolment:
    """Implements `EnrolmentGateway`."""

    def __init__(self, clearing: FakeClearing) -> None:
        self._clearing = clearing
        self.refusals: dict[str, EnrolmentRefusal] = {}
        self.is_down = False
        self.intents: list[EnrolmentIntent] = []
        self.submitted: list[EncipheredPin] = []

    async def open_enrolment(
        self, operation: Operation, intent: EnrolmentIntent
    ) -> OpenedEnrolment | EnrolmentRefused:
        self.intents.append(intent)
        return self._answer("open", intent.enrolment_id)

    def enrolment_context(
        self, operation: Operation, enrolment_id: EnrolmentId, challenge: PadChallenge
    ) -> SealingContext:
        return self._clearing.sealing_context(operation, _NoBinding(), challenge, 1)  # type: ignore[arg-type] # only an id is used

    async def submit_reference(
        self, context: SealingContext, probe: SealedProbe, passcode: EncipheredPin
    ) -> OpenedEnrolment | EnrolmentRefused:
        self.submitted.append(passcode)
        return self._answer("submit", self.intents[-1].enrolment_id)

    async def confirm_reference(
        self, context: SealingContext, probe: SealedProbe
    ) -> EnrolmentActive | EnrolmentRefused:
        refusal = self.refusals.get("confirm")
        return EnrolmentRefused(refusal) if refusal else ACTIVE

    async def close_face_payment(
        self, operation: Operation, login: IssuerLogin
    ) -> FacePaymentClosed | EnrolmentRefused:
        if self.is_down:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        return FacePaymentClosed(
            tuple(SignedErasureReceipt(party, b"receipt", bytes(64)) for party in (1, 2, 3))
        )

    def _answer(self, call: str, enrolment_id: EnrolmentId) -> OpenedEnrolment | EnrolmentRefused:
        if self.is_down:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        if call in self.refusals:
            return EnrolmentRefused(self.refusals[call])
        return OpenedEnrolment(
            enrolment_id,
            PadChallenge(PadMode.CHALLENGE, bytes(32), (ChallengeStep.BLINK,), 8),
            RoutingToken.generate(SeededRandomness()),
            "*娜",
            datetime(2026, 3, 2, tzinfo=UTC),
        )


class _NoBinding:
    payment_id = EnrolmentId(bytes(16))


@dataclass
class Station:
    """An enrolment station on fakes."""

    capture: ScriptedCapture = field(default_factory=ScriptedCapture)
    pin_pad: ScriptedPinPad = field(default_factory=ScriptedPinPad)
    enrollee: ScriptedEnrollee = field(default_factory=ScriptedEnrollee)

    def __post_init__(self) -> None:
        clock, randomness = IdleClock(), SeededRandomness()
        self.journal = MemoryJournal(clock, randomness)
        self.gateway = FakeEnrolment(FakeClearing(clock, randomness))
        ports = EnrolmentPorts(
            self.gateway,
            self.journal,
            self.capture,
            self.pin_pad,
            self.enrollee,
            clock,
            randomness,
        )
        self.flow = EnrolmentFlow(ports, SIGNED_ON)


@pytest.fixture
def station() -> Station:
    return Station()


async def test_two_looks_a_check_and_a_passcode_make_a_reference_active(station: Station) -> None:
    assert await station.flow.enrol(LOGIN) == ACTIVE
    assert station.capture.capture_count == 3
    assert len(station.gateway.submitted) == 1
    assert station.enrollee.steps[-1] is EnrolmentStep.FINISHED


async def test_the_reference_is_made_of_two_looks_each_after_its_own_touch(
    station: Station,
) -> None:
    await station.flow.enrol(LOGIN)
    first, second, _check = station.capture.looks
    assert station.capture.sealed == [(first, second)]
    captures = [step for step in station.enrollee.steps if step in _CAPTURES]
    assert captures == list(_CAPTURES)
    assert len(station.enrollee.failures) == len(_CAPTURES)


@pytest.mark.rule("CAP-04")
@pytest.mark.parametrize("ends_at", ["done", "second look stopped", "unlike", "cancelled"])
async def test_looks_are_wiped_on_every_way_out(station: Station, ends_at: str) -> None:
    match ends_at:
        case "second look stopped":
            station.enrollee.unwilling_at = EnrolmentStep.TAKING_SECOND_LOOK
        case "unlike":
            station.capture.unlike = CAPTURES_MAX
        case "cancelled":
            station.capture.hangs_after = 1
    task = asyncio.create_task(station.flow.enrol(LOGIN))
    if ends_at == "cancelled":
        await station.capture.hanging.wait()
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled() == (ends_at == "cancelled")
    taken = station.capture.looks[: 2 if ends_at == "done" else None]
    assert taken
    assert all(look.is_wiped for look in taken)


async def test_looks_of_two_people_are_both_taken_again(station: Station) -> None:
    station.capture.unlike = 1
    assert await station.flow.enrol(LOGIN) == ACTIVE
    first, second = station.capture.sealed[0]
    assert (first, second) == tuple(station.capture.looks[2:4])
    assert station.enrollee.failures == [
        None,
        None,
        CaptureFailureReason.FACE_CHANGED,
        None,
        None,
    ]


async def test_looks_that_are_never_of_one_person_end_it_and_nothing_is_sent(
    station: Station,
) -> None:
    station.capture.unlike = CAPTURES_MAX
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(
        EnrolmentEnd.CAPTURE_FAILED, capture=CaptureFailureReason.FACE_CHANGED
    )
    assert station.gateway.submitted == []


@pytest.mark.rule("CON-02", "CON-04")
async def test_the_two_consents_are_two_acts_against_the_notice_shown(station: Station) -> None:
    await station.flow.enrol(LOGIN)
    assert station.enrollee.asked == [
        ConsentScope.FACE_PROCESSING,
        ConsentScope.NETWORK_TRANSMISSION,
    ]
    (intent,) = station.gateway.intents
    assert {consent.notice_version for consent in intent.consents} == {SIGNED_ON.notice.version}


@pytest.mark.rule("CON-02", "CON-04", "CON-09")
@pytest.mark.parametrize("scope", list(ConsentScope))
async def test_without_both_consents_nothing_is_sent_and_no_camera_runs(
    station: Station, scope: ConsentScope
) -> None:
    station.enrollee.refuses = scope
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(EnrolmentEnd.CONSENT_NOT_GIVEN)
    assert station.gateway.intents == []
    assert station.capture.capture_count == 0


@pytest.mark.parametrize("call", ["open", "submit", "confirm"])
async def test_a_refusal_is_passed_on_with_its_reason(station: Station, call: str) -> None:
    station.gateway.refusals[call] = EnrolmentRefusal.EXPIRED
    assert await station.flow.enrol(LOGIN) == EnrolmentRefused(EnrolmentRefusal.EXPIRED)


@pytest.mark.rule("CAP-01")
async def test_the_camera_waits_for_the_persons_touch(station: Station) -> None:
    station.enrollee.is_willing = False
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(EnrolmentEnd.STOPPED)
    assert station.capture.capture_count == 0


async def test_stopping_at_the_passcode_stops(station: Station) -> None:
    station.pin_pad.answer = PinEntryCancelled()
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(EnrolmentEnd.STOPPED)


async def test_a_login_unknown_to_the_issuer_is_asked_for_again_and_costs_no_consent(
    station: Station,
) -> None:
    station.gateway.refusals["open"] = EnrolmentRefusal.NOT_AUTHENTICATED
    refusals: list[EnrolmentRefusal | None] = []

    async def sign_in(refusal: EnrolmentRefusal | None) -> IssuerLogin:
        refusals.append(refusal)
        if refusal is not None:
            station.gateway.refusals.clear()
        return LOGIN

    assert await station.flow.enrol_asking(sign_in) == ACTIVE
    assert refusals == [None, EnrolmentRefusal.NOT_AUTHENTICATED]
    assert len(station.enrollee.asked) == 2


async def test_who_stops_at_the_sign_in_is_told_the_last_refusal_or_that_they_stopped(
    station: Station,
) -> None:
    async def stop(refusal: EnrolmentRefusal | None) -> None:
        return None

    assert await station.flow.enrol_asking(stop) == EnrolmentFailed(EnrolmentEnd.STOPPED)
    station.gateway.refusals["open"] = EnrolmentRefusal.NOT_AUTHENTICATED
    refused = EnrolmentRefused(EnrolmentRefusal.NOT_AUTHENTICATED)
    assert await station.flow.enrol(LOGIN) == refused


async def test_a_failed_capture_may_be_tried_again_with_the_same_passcode(
    station: Station,
) -> None:
    station.capture.failure = CaptureFailure(CaptureFailureReason.FACE_LOST)

    class Steadier(ScriptedEnrollee):
        async def is_ready(
            self, step: EnrolmentStep, failure: CaptureFailureReason | None = None
        ) -> bool:
            if failure is not None:
                station.capture.failure = None
            return await super().is_ready(step, failure)

    station = Station(capture=station.capture, enrollee=Steadier())
    assert await station.flow.enrol(LOGIN) == ACTIVE
    assert station.enrollee.failures == [None, CaptureFailureReason.FACE_LOST, None, None]
    assert len(station.pin_pad.prompts) == 1


async def test_a_capture_that_keeps_failing_ends_it(station: Station) -> None:
    station.capture.failure = CaptureFailure(CaptureFailureReason.TOO_DARK)
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(
        EnrolmentEnd.CAPTURE_FAILED, capture=CaptureFailureReason.TOO_DARK
    )
    assert station.capture.capture_count == CAPTURES_MAX


async def test_a_capture_that_the_person_stopped_is_not_tried_again(station: Station) -> None:
    station.capture.failure = CaptureFailure(CaptureFailureReason.CANCELLED)
    await station.flow.enrol(LOGIN)
    assert station.capture.capture_count == 1


async def test_a_line_that_is_down_ends_it(station: Station) -> None:
    station.gateway.is_down = True
    down = EnrolmentFailed(EnrolmentEnd.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE)
    assert await station.flow.enrol(LOGIN) == down
    assert await station.flow.close(LOGIN) == down


async def test_a_journal_that_fails_ends_it(station: Station) -> None:
    station.journal.fail_after(0)
    assert await station.flow.enrol(LOGIN) == EnrolmentFailed(EnrolmentEnd.JOURNAL_FAILED)


@pytest.mark.rule("CON-05", "CON-06")
async def test_closing_is_one_step_and_gives_three_receipts(station: Station) -> None:
    """Opening takes five steps, closing one."""
    closed = await station.flow.close(LOGIN)
    assert isinstance(closed, FacePaymentClosed)
    assert [receipt.party for receipt in closed.receipts] == [1, 2, 3]
    assert station.capture.capture_count == 0


def test_a_login_shows_neither_name_nor_code() -> None:
    assert "li.na" not in repr(LOGIN)
    assert "482913" not in repr(LOGIN)
