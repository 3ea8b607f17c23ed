"""The capture port: a sealed probe or a reason, and the camera off and wiped on every way out."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from facepay.errors import EnvelopeOpeningError
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, PadEvidence, ProvenStep
from facepay.ports import Randomness
from facepay.sealed_envelope import KemPrivateKey, RecipientKey, open_envelope
from facepay.template import (
    EpochKey,
    FeatureVector,
    QuantisedTemplate,
    SharePair,
    ThreeShares,
    derive_rotation,
    quantise,
    split,
    verify_commitments,
)
from pos_app.capture.stage import Prompt, Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.ports import CaptureFailure, FaceCapture, SealedProbe
from pos_app.features.extractor import FeatureExtractionError, fuse
from pos_app.features.face_models import FaceAnalysis
from pos_app.features.model_file import ModelMissingError
from pos_app.pad.decision import PadDecision
from pos_app.pad.face_reading import FaceReading, NeutralFace, neutral_from
from pos_app.pad.policy import NeutralPolicy
from pos_app.probe.capture_plan import Presented
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.capture_session import (
    CaptureBusyError,
    CaptureEquipment,
    CaptureSession,
)
from pos_app.probe.capture_tally import CaptureEnd
from pos_app.probe.looks import _slowest
from pos_app.probe.sealing import SealingRefusedError, seal_features
from tests.fakes.faces import (
    MODEL_ID,
    Line,
    Pose,
    RecordingObserver,
    ScriptedAnalysis,
    ScriptedCamera,
    Shopper,
    features_of,
)
from tests.fakes.ports import SeededRandomness

RANDOMNESS = SeededRandomness(5)
PRIVATE_KEYS = tuple(KemPrivateKey.generate(RANDOMNESS) for _ in range(3))


@dataclass
class Context:
    """A sealing context that remembers what it was asked."""

    steps: tuple[ChallengeStep, ...] = (ChallengeStep.BLINK,)
    model_id: str = MODEL_ID
    epoch: int = 1
    attempt: int = 1
    nonce: bytes = bytes(range(32))
    asked: list[tuple[tuple[bytes, bytes, bytes], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.epoch_key = EpochKey.generate(SeededRandomness(9))

    @property
    def recipients(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        first, second, third = (key.recipient for key in PRIVATE_KEYS)
        return first, second, third

    @property
    def challenge(self) -> PadChallenge:
        return PadChallenge(PadMode.CHALLENGE, self.nonce, self.steps, 6)

    def header_for(self, commitments: tuple[bytes, bytes, bytes], pad_evidence: bytes) -> bytes:
        self.asked.append((commitments, pad_evidence))
        return b"header " + b"".join(commitments)


class Till:
    """A capture session with its scripted surroundings."""

    def __init__(self, policy: CapturePolicy) -> None:
        self.stage = Stage()
        self.camera = ScriptedCamera()
        self.camera.director = Shopper(self.stage)
        self.analysis = ScriptedAnalysis(self.camera)
        self.observer = RecordingObserver()
        self.policy = policy
        self.session = self.session_with()

    def session_with(self, *, camera_seconds: float = 60.0) -> CaptureSession:
        equipment = CaptureEquipment(
            self.camera, lambda: self.analysis, self.policy, self.stage, self.observer
        )
        return CaptureSession(equipment, SeededRandomness(3), camera_seconds=camera_seconds)

    def assert_off_and_wiped(self) -> None:
        assert not self.camera.is_open
        assert all(not frame.image_bgr.any() for frame in self.camera.given)
        assert all(not landmarks.points.any() for landmarks in self.analysis.located)
        assert all(not vector.values.any() for vector in self.analysis.extracted)
        assert self.stage.view.prompt is None


@pytest.fixture
def till(capture_policy: CapturePolicy) -> Till:
    return Till(capture_policy)


async def failure_of(session: FaceCapture, context: Context | None = None) -> CaptureFailureReason:
    result = await session.capture(context or Context())
    assert isinstance(result, CaptureFailure)
    return result.reason


@pytest.mark.rule("CAP-04")
async def test_a_capture_gives_a_probe_that_the_three_parties_together_can_use(till: Till) -> None:
    context = Context()
    probe = await till.session.capture(context)
    assert isinstance(probe, SealedProbe)
    (commitments, evidence) = context.asked[0]
    pairs = []
    for envelope, key in zip(probe.envelopes, PRIVATE_KEYS, strict=True):
        with open_envelope(envelope, key, probe.header) as content:
            pairs.append(SharePair.from_bytes(content.view))
        verify_commitments(pairs[-1], commitments)
    template = (pairs[0].first + pairs[1].first + pairs[2].first).view("int16").astype(int)
    expected = quantise(features_of(1), derive_rotation(context.epoch_key)).values.astype(int)
    assert template.tolist() == expected.tolist()
    assert PadEvidence.from_bytes(evidence).challenge_nonce == context.nonce
    till.assert_off_and_wiped()


async def test_an_envelope_opens_for_its_party_and_header_alone(till: Till) -> None:
    probe = await till.session.capture(Context())
    assert isinstance(probe, SealedProbe)
    with pytest.raises(EnvelopeOpeningError):
        open_envelope(probe.envelopes[0], PRIVATE_KEYS[1], probe.header)
    with pytest.raises(EnvelopeOpeningError):
        open_envelope(probe.envelopes[0], PRIVATE_KEYS[0], probe.header + b"x")


@pytest.mark.rule("CAP-01")
async def test_no_frame_is_taken_before_a_capture_and_the_camera_is_off_after(till: Till) -> None:
    assert till.camera.opened_count == 0
    await till.session.capture(Context())
    assert till.camera.opened_count == 1
    till.assert_off_and_wiped()


@pytest.mark.rule("CAP-01", "CAP-04")
async def test_the_camera_stops_after_its_minute(till: Till, capture_policy: CapturePolicy) -> None:
    """A face that never rests, and a policy that would wait for it: the minute still ends it."""
    patient = replace(capture_policy.timing, seek_seconds=1e9)
    till.policy = replace(capture_policy, timing=patient)
    till.camera = ScriptedCamera(frames_a_second=2.0)
    till.analysis.camera = till.camera
    till.camera.director = lambda: Line((Pose(mouth_aspect=0.5),))
    session = till.session_with(camera_seconds=3600)
    assert await failure_of(session) is CaptureFailureReason.TIMED_OUT
    assert till.camera.given[-1].captured_at == pytest.approx(60.0)
    till.assert_off_and_wiped()


@pytest.mark.rule("CAP-04")
async def test_a_camera_that_disappears_ends_the_capture(till: Till) -> None:
    till.camera.director = None
    till.camera.script = [Line()] * 20
    assert await failure_of(till.session) is CaptureFailureReason.CAMERA_LOST
    till.assert_off_and_wiped()


async def test_a_camera_that_does_not_open_is_a_reason(till: Till) -> None:
    till.camera.fails_to_open = True
    assert await failure_of(till.session) is CaptureFailureReason.CAMERA_UNAVAILABLE
    till.assert_off_and_wiped()


async def test_a_camera_that_gives_no_pictures_is_lost(till: Till) -> None:
    till.camera.malformed_at = 5
    assert await failure_of(till.session) is CaptureFailureReason.CAMERA_LOST
    till.assert_off_and_wiped()


async def test_missing_models_and_another_model_id_are_reasons(till: Till) -> None:
    def absent() -> FaceAnalysis:
        raise ModelMissingError("run fetch")

    equipment = CaptureEquipment(till.camera, absent, till.policy, till.stage, till.observer)
    session = CaptureSession(equipment, SeededRandomness(3))
    assert await failure_of(session) is CaptureFailureReason.MODEL_UNAVAILABLE
    other = Context(model_id="another")
    assert await failure_of(till.session, other) is CaptureFailureReason.MODEL_UNAVAILABLE
    assert till.camera.opened_count == 0


@pytest.mark.rule("CAP-04")
@pytest.mark.parametrize("frames_before", [1, 10, 14])
async def test_cancelling_ends_the_capture_at_the_next_frame(
    frames_before: int, till: Till
) -> None:
    shopper = Shopper(till.stage)

    def direct() -> Line:
        if len(till.camera.given) == frames_before:
            till.session.cancel()
        return shopper()

    till.camera.director = direct
    assert await failure_of(till.session) is CaptureFailureReason.CANCELLED
    assert len(till.camera.given) == frames_before + 1
    till.assert_off_and_wiped()


async def test_a_cancel_while_nothing_runs_does_not_touch_the_next_capture(till: Till) -> None:
    till.session.cancel()
    assert isinstance(await till.session.capture(Context()), SealedProbe)


@pytest.mark.rule("CAP-04")
async def test_a_cancelled_task_waits_until_the_camera_is_off(till: Till) -> None:
    till.camera.director = Line
    task = asyncio.create_task(till.session.capture(Context()))
    await asyncio.to_thread(till.camera.opened.wait)
    with pytest.raises(CaptureBusyError):
        await till.session.capture(Context())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    till.assert_off_and_wiped()


@pytest.mark.rule("CAP-04", "PAD-01")
async def test_a_broken_window_ends_the_capture_wiped_and_without_a_probe(till: Till) -> None:
    class BrokenObserver(RecordingObserver):
        def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
            if step == 1:
                raise RuntimeError("the window is gone")

    till.observer = BrokenObserver()
    context = Context()
    with pytest.raises(RuntimeError):
        await till.session_with().capture(context)
    assert context.asked == []
    assert not till.camera.is_open
    assert all(not frame.image_bgr.any() for frame in till.camera.given)


@pytest.mark.rule("CAP-04")
async def test_a_face_that_never_rests_is_wiped_when_its_time_is_over(
    till: Till, capture_policy: CapturePolicy
) -> None:
    brief = replace(capture_policy.timing, seek_seconds=1.0)
    till.policy = replace(capture_policy, timing=brief)
    till.camera.director = lambda: Line((Pose(mouth_aspect=0.5),))
    assert await failure_of(till.session_with()) is CaptureFailureReason.TIMED_OUT
    till.assert_off_and_wiped()


@pytest.mark.rule("CAP-04")
async def test_the_neutral_face_is_wiped_when_there_are_no_features_for_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[NeutralFace] = []

    def remembered(readings: Sequence[FaceReading], policy: NeutralPolicy) -> NeutralFace | None:
        neutral = neutral_from(readings, policy)
        made.extend([neutral] if neutral else [])
        return neutral

    monkeypatch.setattr("pos_app.probe.sample_collector.neutral_from", remembered)
    till.analysis.broken_by = FeatureExtractionError("no usable numbers")
    assert await failure_of(till.session) is CaptureFailureReason.POOR_QUALITY
    assert made
    assert not any(neutral.mesh.any() for neutral in made)
    till.assert_off_and_wiped()


@pytest.mark.rule("CAP-04")
async def test_features_are_wiped_when_the_camera_cannot_be_closed(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Presented] = []

    def remembered(features: FeatureVector, decision: PadDecision) -> Presented:
        made.append(Presented(features, decision))
        return made[-1]

    def fail() -> None:
        raise OSError("it does not close")

    monkeypatch.setattr("pos_app.probe.proving.Presented", remembered)
    monkeypatch.setattr(till.camera, "close", fail)
    with pytest.raises(OSError, match="close"):
        await till.session.look(Context())
    (presented,) = made
    assert not presented.features.values.any()


@pytest.mark.rule("CAP-04")
async def test_features_that_come_after_two_cancellations_are_wiped(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, may_end = await taken_look(till, Context()), threading.Event()

    def present(_plan: object) -> Presented:
        may_end.wait()
        return look

    monkeypatch.setattr(till.session, "_present", present)
    task = asyncio.create_task(till.session.look(Context()))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert look.features.values.any()
    may_end.set()
    await asyncio.get_running_loop().shutdown_default_executor()
    await asyncio.sleep(0)
    assert not look.features.values.any()


@pytest.mark.rule("PAD-01", "PAD-03")
async def test_evidence_for_an_old_nonce_is_not_sealed_under_a_new_one(till: Till) -> None:
    context = Context()
    await till.session.capture(context)
    evidence = replace(PadEvidence.from_bytes(context.asked[0][1]), challenge_nonce=bytes(32))
    decision = PadDecision(evidence, context.challenge, till.policy.pad)
    with pytest.raises(SealingRefusedError):
        seal_features(features_of(1), context, decision, SeededRandomness(1))


@pytest.mark.rule("PAD-01", "PAD-03")
@pytest.mark.parametrize(
    "change",
    [{"nonce": bytes(32)}, {"model_id": "other"}, {"steps": (ChallengeStep.OPEN_MOUTH,)}],
    ids=["an old nonce", "another model", "another challenge"],
)
async def test_a_decision_seals_nothing_but_what_it_was_made_for(
    change: dict[str, object], till: Till
) -> None:
    context = Context()
    await till.session.capture(context)
    evidence = PadEvidence.from_bytes(context.asked[0][1])
    decision = PadDecision(evidence, context.challenge, till.policy.pad)
    other = Context(**change)  # type: ignore[arg-type]
    with pytest.raises(SealingRefusedError):
        seal_features(features_of(1), other, decision, SeededRandomness(1))
    assert other.asked == []


@pytest.mark.rule("CAP-04")
@pytest.mark.parametrize("fails", [False, True], ids=["sealed", "no header"])
async def test_template_and_shares_are_wiped_when_a_probe_is_sealed_or_is_not(
    till: Till, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    made: list[tuple[QuantisedTemplate, ThreeShares]] = []

    def splitting(template: QuantisedTemplate, randomness: Randomness) -> ThreeShares:
        shares = split(template, randomness)
        made.append((template, shares))
        return shares

    def fail(*_arguments: object) -> bytes:
        raise ValueError("no header")

    monkeypatch.setattr("pos_app.probe.sealing.split", splitting)
    context = Context()
    if fails:
        monkeypatch.setattr(context, "header_for", fail)
        with pytest.raises(ValueError, match="no header"):
            await till.session.capture(context)
    else:
        assert isinstance(await till.session.capture(context), SealedProbe)
    ((template, shares),) = made
    assert not template.values.any()
    assert not any(share.any() for share in shares.shares)


async def taken_look(till: Till, context: Context) -> Presented:
    look = await till.session.look(context)
    assert isinstance(look, Presented)
    return look


@pytest.mark.rule("CAP-04")
async def test_two_looks_become_one_probe_of_their_mean(till: Till) -> None:
    context = Context()
    looks = [await taken_look(till, context), await taken_look(till, context)]
    looks[1].features.values[:] = features_of(1, tilt=0.5).values
    probe = till.session.seal_looks(looks, context)
    assert isinstance(probe, SealedProbe)
    assert len(context.asked) == 1
    pairs = []
    for envelope, key in zip(probe.envelopes, PRIVATE_KEYS, strict=True):
        with open_envelope(envelope, key, probe.header) as content:
            pairs.append(SharePair.from_bytes(content.view))
    template = (pairs[0].first + pairs[1].first + pairs[2].first).view("int16").astype(int)
    mean = fuse((features_of(1), features_of(1, tilt=0.5)))
    expected = quantise(mean, derive_rotation(context.epoch_key)).values.astype(int)
    assert template.tolist() == expected.tolist()
    till.assert_off_and_wiped()


@pytest.mark.rule("PAD-01")
async def test_looks_of_two_people_are_no_reference(till: Till) -> None:
    context = Context()
    looks = [await taken_look(till, context), await taken_look(till, context)]
    looks[1].features.values[:] = features_of(2).values
    refused = till.session.seal_looks(looks, context)
    assert refused == CaptureFailure(CaptureFailureReason.FACE_CHANGED)
    assert context.asked == []


@pytest.mark.rule("PAD-01")
async def test_two_looks_state_the_weakest_evidence_of_both(till: Till) -> None:
    context = Context()
    looks = [await taken_look(till, context), await taken_look(till, context)]
    looks[1].features.values[:] = features_of(1, tilt=0.9).values
    before = [{cue.name: cue for cue in look.decision.evidence.cues} for look in looks]
    assert isinstance(till.session.seal_looks(looks, context), SealedProbe)
    stated = {cue.name: cue for cue in PadEvidence.from_bytes(context.asked[0][1]).cues}
    assert stated.keys() == before[0].keys()
    assert 730 < stated["same_face"].score_milli < 750
    for name, cue in stated.items():
        assert cue.score_milli <= min(one[name].score_milli for one in before)


def test_a_look_that_needed_no_steps_leaves_those_of_the_other() -> None:
    quick, slow = ProvenStep(ChallengeStep.BLINK, 900), ProvenStep(ChallengeStep.BLINK, 1400)
    assert _slowest([(quick,), (slow,)]) == (slow,)
    assert _slowest([(), (quick,)]) == (quick,)
    assert _slowest([(), ()]) == ()


@pytest.mark.rule("PAD-01", "PAD-03")
async def test_a_look_is_sealed_only_under_the_context_it_was_taken_for(till: Till) -> None:
    looks = [await taken_look(till, Context())]
    other = Context(nonce=bytes(32))
    with pytest.raises(SealingRefusedError):
        till.session.seal_looks(looks, other)
    assert other.asked == []


async def test_a_strange_look_is_a_mistake_of_the_caller(till: Till) -> None:
    with pytest.raises(TypeError):
        till.session.seal_looks([features_of(1)], Context())


@pytest.mark.rule("TPL-05")
def test_every_end_is_counted_and_told_in_words(till: Till) -> None:
    ends: list[CaptureEnd] = []
    equipment = CaptureEquipment(
        till.camera, lambda: till.analysis, till.policy, till.stage, till.observer
    )
    session = CaptureSession(equipment, SeededRandomness(3), report=ends.append)
    asyncio.run(session.capture(Context()))
    director, till.camera.director = till.camera.director, lambda: Line(())
    asyncio.run(session.capture(Context()))
    till.camera.director = director
    assert [end.failure for end in ends] == [None, CaptureFailureReason.NO_FACE]
    assert [(end.failed_to_acquire, end.captures) for end in ends] == [(0, 1), (1, 2)]
    assert ends[0].judgement is not None
    assert ends[0].judgement.basis == "challenge"
    assert ends[1].judgement is None
