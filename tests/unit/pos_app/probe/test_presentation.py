"""A capture with scripted shoppers and attackers: who does what is asked passes, nobody else does."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from facepay.pad_challenge import TIMED_STEPS, PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, EvidenceBasis
from facepay.pad_flash import FlashColour, FlashSequence
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt, Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.extractor import FeatureExtractionError
from pos_app.pad.evidence import PadMeasureError
from pos_app.probe.capture_plan import CapturePlan, Outcome, Presented
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.presentation import Presentation
from tests.fakes.faces import (
    MODEL_ID,
    Line,
    Pose,
    RecordingObserver,
    ScriptedAnalysis,
    ScriptedCamera,
    Shopper,
)

ALL_STEPS = TIMED_STEPS
FRAMES_MAX = 1200


class Scene:
    """One capture of whoever stands before the camera."""

    def __init__(self, policy: CapturePolicy) -> None:
        self.stage = Stage()
        self.camera = ScriptedCamera()
        self.analysis = ScriptedAnalysis(self.camera)
        self.observer = RecordingObserver()
        self.shopper = Shopper(self.stage)
        self.camera.director = self.shopper
        self.policy = policy

    def run(self, *steps: ChallengeStep, director: Callable[[], Line] | None = None) -> Outcome:
        """Present until there is an outcome, then wipe; the scene is over."""
        return self.answer(PadChallenge(PadMode.CHALLENGE, bytes(32), steps, 6), director)

    def answer(
        self,
        challenge: PadChallenge,
        director: Callable[[], Line] | None = None,
        *,
        is_injected: bool = False,
    ) -> Outcome:
        """Answer any challenge; an injected stream comes at exact times."""
        if director is not None:
            self.camera.director = director
        is_exact = is_injected or challenge.mode is PadMode.CHALLENGE
        self.camera.unevenness = 0.0 if is_exact else 0.001
        plan = CapturePlan(challenge, MODEL_ID, self.policy.payment)
        presentation = Presentation(self.analysis, self.policy, plan, self.stage, self.observer)
        self.camera.open()
        try:
            for _ in range(FRAMES_MAX):
                frame = self.camera.read()
                outcome = presentation.take(frame)
                if outcome is not None:
                    return outcome
            return presentation.reason
        finally:
            presentation.wipe()

    def after_prompt(self, prompt: Prompt, change: Callable[[Line], Line]) -> Callable[[], Line]:
        """Let the shopper act, and change every line from a while after `prompt` was shown."""
        frames_since = [0]

        def direct() -> Line:
            line = self.shopper()
            frames_since[0] += self.stage.view.prompt is prompt
            return change(line) if frames_since[0] > 3 else line

        return direct


@pytest.fixture
def scene(capture_policy: CapturePolicy) -> Scene:
    return Scene(capture_policy)


@pytest.mark.parametrize("step", ALL_STEPS)
def test_a_shopper_who_does_what_is_asked_passes(step: ChallengeStep, scene: Scene) -> None:
    outcome = scene.run(step)
    assert isinstance(outcome, Presented)
    assert [proven.step for proven in outcome.decision.evidence.steps] == [step]
    assert scene.observer.asked[0] == (Prompt.LOOK, 0, 1)
    assert scene.observer.asked[-1] == (None, 1, 1)
    assert scene.observer.told == [Guidance.GOOD]


def test_all_steps_in_any_order_pass(scene: Scene) -> None:
    steps = (
        ChallengeStep.TURN_RIGHT,
        ChallengeStep.OPEN_MOUTH,
        ChallengeStep.BLINK,
        ChallengeStep.TURN_LEFT,
    )
    outcome = scene.run(*steps)
    assert isinstance(outcome, Presented)
    assert tuple(proven.step for proven in outcome.decision.evidence.steps) == steps


@pytest.mark.rule("CAP-04")
def test_features_are_of_the_payer_and_everything_else_is_wiped(scene: Scene) -> None:
    outcome = scene.run(ChallengeStep.BLINK)
    assert isinstance(outcome, Presented)
    assert outcome.features.values[1] == pytest.approx(1.0)
    assert all(not vector.values.any() for vector in scene.analysis.extracted)
    assert all(not landmarks.points.any() for landmarks in scene.analysis.located)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", ALL_STEPS)
def test_a_still_picture_does_not_pass(step: ChallengeStep, scene: Scene) -> None:
    scene.shopper.does = {}
    assert scene.run(step) is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", [ChallengeStep.TURN_LEFT, ChallengeStep.TURN_RIGHT])
def test_a_print_that_is_turned_does_not_pass(step: ChallengeStep, scene: Scene) -> None:
    scene.shopper.base = Pose(is_flat=True)
    assert scene.run(step) is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
def test_a_frozen_stream_does_not_pass(scene: Scene) -> None:
    """Measures may be forged into a frozen stream; its repeated pictures give it away."""
    shopper = scene.shopper
    outcome = scene.run(ChallengeStep.BLINK, director=lambda: replace(shopper(), is_repeat=True))
    assert outcome is CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", ALL_STEPS)
def test_a_face_swapped_during_the_challenge_ends_it(step: ChallengeStep, scene: Scene) -> None:
    prompt = Prompt[step.name]
    director = scene.after_prompt(
        prompt, lambda line: replace(line, faces=(replace(line.faces[0], person=2),))
    )
    assert scene.run(step, director=director) is CaptureFailureReason.FACE_CHANGED


@pytest.mark.rule("PAD-01")
def test_a_face_that_leaves_during_the_challenge_ends_it(scene: Scene) -> None:
    director = scene.after_prompt(Prompt.BLINK, lambda line: replace(line, faces=()))
    outcome = scene.run(ChallengeStep.BLINK, director=director)
    assert outcome is CaptureFailureReason.FACE_LOST


@pytest.mark.rule("CAP-02")
def test_a_second_face_during_the_challenge_ends_it(scene: Scene) -> None:
    rival = Pose(centre=(270, 120), person=2)
    director = scene.after_prompt(
        Prompt.BLINK, lambda line: replace(line, faces=(*line.faces, rival))
    )
    outcome = scene.run(ChallengeStep.BLINK, director=director)
    assert outcome is CaptureFailureReason.SEVERAL_FACES


@pytest.mark.rule("CAP-02")
def test_two_faces_stop_the_capture_and_no_features_exist_of_anybody(scene: Scene) -> None:
    pair = Line((Pose(centre=(110, 120), size=110), Pose(centre=(210, 120), size=100, person=2)))
    outcome = scene.run(ChallengeStep.BLINK, director=lambda: pair)
    assert outcome is CaptureFailureReason.SEVERAL_FACES
    assert scene.analysis.extracted == []
    assert scene.analysis.located == []


@pytest.mark.rule("CAP-02")
def test_a_bystander_behind_gets_no_mesh_and_no_features(scene: Scene) -> None:
    behind = Pose(centre=(270, 60), size=50, person=2)
    shopper = scene.shopper
    outcome = scene.run(
        ChallengeStep.BLINK,
        director=lambda: replace(line := shopper(), faces=(*line.faces, behind)),
    )
    assert isinstance(outcome, Presented)
    assert len(scene.analysis.located) == len(scene.camera.given)


@pytest.mark.rule("TPL-05")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line(()), CaptureFailureReason.NO_FACE),
        (Line((Pose(presence=0.1),)), CaptureFailureReason.NO_FACE),
        (Line(brightness=15), CaptureFailureReason.TOO_DARK),
        (Line(brightness=250), CaptureFailureReason.TOO_BRIGHT),
        (Line((Pose(size=55),)), CaptureFailureReason.POOR_QUALITY),
    ],
    ids=["nobody", "a face-shaped thing", "dark", "glaring", "far away"],
)
def test_a_poor_scene_ends_with_its_reason_and_no_features(
    line: Line, expected: CaptureFailureReason, scene: Scene
) -> None:
    assert scene.run(ChallengeStep.BLINK, director=lambda: line) is expected
    assert scene.analysis.extracted == []


def test_a_face_that_never_rests_gives_no_neutral_and_times_out(scene: Scene) -> None:
    count = iter(range(FRAMES_MAX + 1))
    outcome = scene.run(
        ChallengeStep.BLINK,
        director=lambda: Line((Pose(mouth_aspect=0.4 + 0.1 * (next(count) % 2)),)),
    )
    assert outcome is CaptureFailureReason.TIMED_OUT


@pytest.mark.rule("PAD-01")
def test_an_error_of_a_network_gives_no_outcome_and_wipes(scene: Scene) -> None:
    scene.analysis.broken_by = FeatureExtractionError("not a number")
    with pytest.raises(FeatureExtractionError):
        scene.run(ChallengeStep.BLINK)
    assert scene.stage.view.prompt is None
    assert all(not landmarks.points.any() for landmarks in scene.analysis.located)


@pytest.mark.rule("PAD-03")
def test_evidence_names_nonce_model_policy_and_thresholds_and_no_face(
    scene: Scene, capture_policy: CapturePolicy
) -> None:
    outcome = scene.run(ChallengeStep.TURN_LEFT)
    assert isinstance(outcome, Presented)
    evidence = outcome.decision.evidence
    assert (evidence.model_id, evidence.challenge_nonce) == (MODEL_ID, bytes(32))
    assert evidence.policy_id == capture_policy.pad.policy_id
    assert {"depth", "turn_degrees", "same_face"} <= {cue.name for cue in evidence.cues}
    assert outcome.features.values.tobytes() not in evidence.to_bytes()
    assert len(evidence.to_bytes()) < 700


@pytest.mark.rule("PAD-01")
def test_signs_of_screens_and_what_a_turn_shows_are_in_the_evidence(scene: Scene) -> None:
    """A calm turn: the head stays turned for some frames after it was proven."""
    scene.shopper.does[Prompt.OPEN_MOUTH] = lambda pose, age: replace(
        pose,
        yaw_degrees=max(0.0, 20.0 - 2.0 * age),
        mouth_aspect=0.5 if age >= 14 else pose.mouth_aspect,
    )
    outcome = scene.run(ChallengeStep.TURN_LEFT, ChallengeStep.OPEN_MOUTH)
    assert isinstance(outcome, Presented)
    cues = {cue.name: cue for cue in outcome.decision.evidence.cues}
    assert {"open_sides", "face_share", "turn_depth"} <= cues.keys()
    assert cues["turn_depth"].has_passed


@pytest.mark.rule("PAD-01")
def test_a_passive_network_leaves_a_cue_in_the_evidence(scene: Scene) -> None:
    scene.analysis.passive_score = 0.9
    outcome = scene.run(ChallengeStep.BLINK)
    assert isinstance(outcome, Presented)
    [cue] = [cue for cue in outcome.decision.evidence.cues if cue.name == "passive"]
    assert (cue.score_milli, cue.threshold_milli) == (900, 500)


@pytest.mark.rule("PAD-01")
def test_a_passive_network_that_sees_a_picture_adds_to_other_risk(
    scene: Scene, capture_policy: CapturePolicy
) -> None:
    """The scripted frames come perfectly evenly, which is half of the risk that refuses."""
    assert capture_policy.pad.cue("passive").weight < capture_policy.pad.risk_limit
    scene.analysis.passive_score = 0.1
    assert scene.run(ChallengeStep.BLINK) is CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED


@pytest.mark.rule("PAD-01")
def test_without_a_passive_network_nothing_is_missing(scene: Scene) -> None:
    outcome = scene.run(ChallengeStep.BLINK)
    assert isinstance(outcome, Presented)
    assert "passive" not in {cue.name for cue in outcome.decision.evidence.cues}


@pytest.mark.rule("PAD-01")
def test_a_passive_network_that_gives_no_number_gives_no_outcome(scene: Scene) -> None:
    scene.analysis.passive_score = float("nan")
    with pytest.raises(PadMeasureError):
        scene.run(ChallengeStep.BLINK)


FLASH = FlashSequence(
    (FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE, FlashColour.YELLOW), 400
)
SILENT = PadChallenge(PadMode.SILENT_FIRST, bytes(32), TIMED_STEPS[:2], 6, (FLASH,))
BOTH = PadChallenge(PadMode.CHALLENGE, bytes(32), TIMED_STEPS[:2], 6, (FLASH,))
UNTIMED = PadChallenge(PadMode.UNTIMED, bytes(32), (ChallengeStep.TURN_EITHER_SIDE,), 50)


def was_asked(scene: Scene) -> bool:
    """Whether any step was asked of the person."""
    return any(prompt is not None and step > 0 for prompt, step, _ in scene.observer.asked)


@pytest.mark.rule("PAD-01")
def test_a_face_that_answers_the_light_is_asked_nothing(scene: Scene) -> None:
    outcome = scene.answer(SILENT)
    assert isinstance(outcome, Presented)
    evidence = outcome.decision.evidence
    assert (evidence.basis, evidence.steps) == (EvidenceBasis.FLASH, ())
    assert evidence.flash_digest == FLASH.digest(bytes(32))
    assert not was_asked(scene)
    assert scene.observer.asked[-1] == (None, 0, 2)
    assert scene.camera.given[-1].captured_at < 2.3


@pytest.mark.rule("CON-12")
def test_light_comes_and_goes_softly_and_is_off_at_the_end(scene: Scene) -> None:
    scene.answer(SILENT)
    colours = [colour or (0, 0, 0) for colour in scene.observer.colours]
    steps = [
        max(abs(a - b) for a, b in zip(one, other, strict=True)) for one, other in pairwise(colours)
    ]
    assert (scene.observer.colours[-1], scene.stage.view.colour_rgb) == (None, None)
    assert max(steps) < 200
    assert {(255, 0, 0), (0, 255, 255), (0, 0, 255), (255, 255, 0)} <= set(colours)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    "base",
    [Pose(light_gain=0.0), Pose(is_flat=True)],
    ids=["nothing answers", "something flat answers"],
)
def test_light_that_is_not_answered_as_by_a_face_refuses_and_asks_nothing(
    base: Pose, scene: Scene
) -> None:
    scene.shopper.base = base
    assert scene.answer(SILENT) is CaptureFailureReason.LIGHT_UNANSWERED
    assert not was_asked(scene)
    [judgement] = scene.observer.judgements
    assert judgement.reason == "light_unanswered"


@pytest.mark.rule("PAD-03")
def test_a_recording_lit_by_other_colours_is_refused(scene: Scene) -> None:
    others = [(0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255)]
    shopper, count = scene.shopper, [0]

    def recorded() -> Line:
        count[0] += 1
        return replace(shopper(), light_rgb=others[count[0] // 12 % 4])

    assert scene.answer(SILENT, recorded) is CaptureFailureReason.LIGHT_UNANSWERED


@pytest.mark.rule("PAD-01")
def test_dim_light_leads_to_the_challenge(scene: Scene, capture_policy: CapturePolicy) -> None:
    dimmer = replace(capture_policy.pad.cue("flash_amplitude"), threshold_milli=900)
    cues = [c for c in capture_policy.pad.cues if c.name != dimmer.name]
    scene.policy = replace(capture_policy, pad=replace(capture_policy.pad, cues=(*cues, dimmer)))
    outcome = scene.answer(SILENT)
    assert isinstance(outcome, Presented)
    assert outcome.decision.evidence.basis is EvidenceBasis.CHALLENGE
    assert was_asked(scene)
    [judgement] = scene.observer.judgements
    assert judgement.is_accepted
    assert "flash_amplitude" in judgement.failed


@pytest.mark.rule("PAD-01")
def test_where_both_are_asked_both_are_done(scene: Scene) -> None:
    outcome = scene.answer(BOTH)
    assert isinstance(outcome, Presented)
    names = {cue.name for cue in outcome.decision.evidence.cues}
    assert {"flash_spatial", "eye_closure", "depth"} <= names
    assert was_asked(scene)


@pytest.mark.rule("PAD-01")
def test_a_face_swapped_in_the_light_ends_it(scene: Scene) -> None:
    shopper = scene.shopper

    def swapped() -> Line:
        line = shopper()
        is_late = scene.camera.given and scene.camera.given[-1].captured_at > 1.0
        return replace(line, faces=(replace(line.faces[0], person=2),)) if is_late else line

    assert scene.answer(SILENT, swapped) is CaptureFailureReason.FACE_CHANGED


@pytest.mark.rule("CON-12")
def test_without_hurry_there_is_no_light_and_a_turn_is_enough(scene: Scene) -> None:
    outcome = scene.answer(UNTIMED)
    assert isinstance(outcome, Presented)
    assert outcome.decision.evidence.basis is EvidenceBasis.UNTIMED
    assert scene.observer.colours == []


@pytest.mark.rule("CON-12", "PAD-03")
def test_without_hurry_a_stream_that_is_too_regular_is_refused_though_the_turn_is_done(
    scene: Scene,
) -> None:
    outcome = scene.answer(UNTIMED, is_injected=True)
    assert outcome is CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED


@pytest.mark.rule("PAD-01")
def test_a_trusted_passive_network_stands_in_for_light_and_one_in_doubt_does_not(
    scene: Scene, capture_policy: CapturePolicy
) -> None:
    both = (EvidenceBasis.PASSIVE, EvidenceBasis.FLASH)
    scene.policy = replace(capture_policy, pad=replace(capture_policy.pad, silent=both))
    scene.analysis.passive_score = 0.9
    outcome = scene.answer(SILENT)
    assert isinstance(outcome, Presented)
    assert outcome.decision.evidence.basis is EvidenceBasis.PASSIVE
    assert scene.observer.colours == []
    assert scene.camera.given[-1].captured_at < 0.7


@pytest.mark.rule("PAD-01")
def test_without_its_network_a_policy_that_trusts_it_shows_light(
    scene: Scene, capture_policy: CapturePolicy
) -> None:
    both = (EvidenceBasis.PASSIVE, EvidenceBasis.FLASH)
    scene.policy = replace(capture_policy, pad=replace(capture_policy.pad, silent=both))
    outcome = scene.answer(SILENT)
    assert isinstance(outcome, Presented)
    assert outcome.decision.evidence.basis is EvidenceBasis.FLASH
