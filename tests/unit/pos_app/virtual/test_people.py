"""Virtual shoppers and attacks before the product's own detectors and its own capture."""

from functools import cache

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, EvidenceBasis
from facepay.pad_flash import FlashColour, FlashSequence
from facepay.template import FeatureVector
from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.observer import SilentObserver
from pos_app.capture.stage import Prompt, Stage
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.extractor import similarity
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MEDIA_MANIFEST
from pos_app.features.model_file import ModelIntegrityError
from pos_app.features.model_store import ModelStore
from pos_app.probe.capture_plan import CapturePlan, Outcome, Presented
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.presentation import Presentation
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.expression import Expression, Pose
from pos_app.virtual.face_mesh import read_face_mesh
from pos_app.virtual.puppet import Puppet
from pos_app.virtual.registry import open_virtual_camera
from pos_app.virtual.shopper import ShopperScene
from pos_app.virtual.studio import PEOPLE, Studio, StudioStores, people_here
from tests.fakes.ports import ManualClock

pytestmark = pytest.mark.media

ENROLLED = ("collins", "hopper", "langer")
STRANGER = "neighbour"
FRAMES_MAX = 900
FLASH = FlashSequence(
    (FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE, FlashColour.YELLOW), 400
)
STEP_SECONDS = 2.5
ATTACK_STEP_SECONDS = 1.6
"""Long enough for the hand that waves a print: it is turned furthest after one second."""


class Capture:
    """One capture by the product's own pipeline, on a camera that steps."""

    def __init__(self, models: FaceModels, policy: CapturePolicy, stores: StudioStores) -> None:
        self._models, self._policy, self._stores = models, policy, stores

    def of(self, name: str, *steps: ChallengeStep) -> Outcome:
        seconds = ATTACK_STEP_SECONDS if name.startswith("attack:") else STEP_SECONDS
        return self._answer(name, PadChallenge(PadMode.CHALLENGE, bytes(32), steps, seconds))

    def in_light(self, name: str, *steps: ChallengeStep) -> Outcome:
        """Light first; steps where that is not enough."""
        challenge = PadChallenge(PadMode.SILENT_FIRST, bytes(32), steps, 2, (FLASH,))
        return self._answer(name, challenge)

    def _answer(self, name: str, challenge: PadChallenge) -> Outcome:
        stage = Stage()
        camera = open_virtual_camera(
            name, stage, ManualClock(), is_paced=False, stores=self._stores
        )
        plan = CapturePlan(challenge, self._models.model_id, self._policy.payment)
        presentation = Presentation(self._models, self._policy, plan, stage, SilentObserver())
        camera.open()
        try:
            for _ in range(FRAMES_MAX):
                outcome = presentation.take(camera.read())
                if outcome is not None:
                    return outcome
            return presentation.reason
        finally:
            presentation.wipe()
            camera.close()


@pytest.fixture(scope="session")
def capture(
    face_models: FaceModels, capture_policy: CapturePolicy, stores: StudioStores
) -> Capture:
    return Capture(face_models, capture_policy, stores)


@pytest.fixture(scope="session")
def puppets(studio: Studio) -> dict[str, Puppet]:
    return {person: studio.puppet(person) for person in PEOPLE}


def features_of(
    models: FaceModels, puppet: Puppet, expression: Expression, pose: Pose
) -> FeatureVector:
    image = puppet.draw(expression, pose)
    (face,) = models.detect(image)
    return models.extract(image, face)


@pytest.mark.parametrize("person", PEOPLE)
def test_at_rest_a_person_looks_as_in_the_photo(
    studio: Studio, puppets: dict[str, Puppet], person: str
) -> None:
    photo = studio.portrait(person).frame_bgr.astype(np.int16)
    drawn = puppets[person].draw(Expression(), Pose()).astype(np.int16)
    assert np.abs(drawn - photo).mean() < 0.1


@pytest.mark.parametrize("person", PEOPLE)
def test_every_person_can_do_every_prompt(studio: Studio, person: str) -> None:
    scene = studio.shopper(person, Generator(PCG64(1)))
    assert scene.supported_prompts == frozenset(Prompt)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("person", "steps"),
    [
        ("collins", (ChallengeStep.TURN_RIGHT, ChallengeStep.BLINK, ChallengeStep.OPEN_MOUTH)),
        ("hopper", (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT)),
        ("langer", (ChallengeStep.OPEN_MOUTH, ChallengeStep.TURN_RIGHT)),
        ("neighbour", (ChallengeStep.TURN_EITHER_SIDE,)),
    ],
)
def test_a_shopper_passes_a_challenge(
    capture: Capture, person: str, steps: tuple[ChallengeStep, ...]
) -> None:
    assert isinstance(capture.of(f"virtual:{person}", *steps), Presented)


@pytest.mark.rule("PAD-01")
def test_a_shopper_in_the_light_is_asked_nothing(capture: Capture) -> None:
    outcome = capture.in_light("virtual:neighbour", ChallengeStep.OPEN_MOUTH)
    assert isinstance(outcome, Presented)
    assert outcome.decision.evidence.basis is EvidenceBasis.FLASH


@pytest.mark.rule("PAD-01")
def test_a_worn_paper_mask_is_bent_like_a_face_and_is_asked_for_what_it_cannot_do(
    capture: Capture,
) -> None:
    outcome = capture.in_light("attack:paper-mask:collins", ChallengeStep.OPEN_MOUTH)
    assert outcome is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", list(ChallengeStep))
def test_a_print_proves_no_step_however_it_is_turned(capture: Capture, step: ChallengeStep) -> None:
    outcome = capture.of("attack:print:collins", step)
    assert outcome is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("species", ["flat-print", "still", "noisy-still"])
def test_a_picture_held_still_proves_nothing(capture: Capture, species: str) -> None:
    outcome = capture.of(f"attack:{species}:hopper", ChallengeStep.BLINK)
    assert outcome is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
def test_a_recording_of_other_actions_than_the_asked_ones_proves_nothing(capture: Capture) -> None:
    """It plays blink, left, mouth, right. One that plays what is asked would pass: see the docs."""
    outcome = capture.of("attack:replay:collins", ChallengeStep.TURN_RIGHT, ChallengeStep.BLINK)
    assert outcome is CaptureFailureReason.CHALLENGE_FAILED


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("virtual:collins:wrong-expression", CaptureFailureReason.CHALLENGE_FAILED),
        ("virtual:collins:ignores-prompts", CaptureFailureReason.CHALLENGE_FAILED),
        ("attack:swap:collins", CaptureFailureReason.FACE_CHANGED),
    ],
)
def test_who_does_not_do_what_is_asked_is_refused_with_the_reason(
    capture: Capture, name: str, reason: CaptureFailureReason
) -> None:
    assert capture.of(name, ChallengeStep.OPEN_MOUTH) is reason


@pytest.mark.parametrize(
    ("expression", "pose", "similarity_min"),
    [
        (Expression(blink=1.0), Pose(), 0.8),
        (Expression(jaw=0.8), Pose(), 0.8),
        (Expression(smile=0.5), Pose(), 0.8),
        (Expression(), Pose(yaw=17.0), 0.7),
        (Expression(), Pose(yaw=-17.0), 0.7),
    ],
)
@pytest.mark.parametrize("person", PEOPLE)
def test_an_action_keeps_the_identity(
    face_models: FaceModels,
    puppets: dict[str, Puppet],
    person: str,
    expression: Expression,
    pose: Pose,
    similarity_min: float,
) -> None:
    neutral = features_of(face_models, puppets[person], Expression(), Pose())
    acting = features_of(face_models, puppets[person], expression, pose)
    assert similarity(neutral, acting) >= similarity_min


def test_different_people_look_different(
    face_models: FaceModels, puppets: dict[str, Puppet]
) -> None:
    rest = {
        person: features_of(face_models, puppet, Expression(), Pose())
        for person, puppet in puppets.items()
    }
    others = [similarity(rest[a], rest[b]) for a in PEOPLE for b in PEOPLE if a < b]
    assert max(others) < 0.36


def test_nobody_stands_in_the_backdrop(face_models: FaceModels) -> None:
    assert face_models.detect(shop_backdrop()) == ()


def test_a_wiped_person_is_gone(studio: Studio) -> None:
    scene = ShopperScene(studio.shopper("collins", Generator(PCG64(1))))
    scene.wipe()
    assert not scene.draw(0.0, Stage().view)[100:400, 200:440].any()


def test_guests_come_where_their_clips_are(studio: Studio, stores: StudioStores) -> None:
    """They are optional: with the required media alone the list is the same without them."""
    assert people_here(no_folder()) == PEOPLE
    for guest in people_here(stores.media)[len(PEOPLE) :]:
        shopper = studio.shopper(guest, Generator(PCG64(1)))
        assert shopper.supported_prompts == frozenset(Prompt)
        shopper.wipe()


@cache
def no_folder() -> ModelStore:
    return ModelStore(load_manifest(data_folder() / MEDIA_MANIFEST), ())


@pytest.fixture
def without_media(stores: StudioStores) -> StudioStores:
    return StudioStores(stores.models, no_folder(), stores.steps)


@pytest.mark.parametrize("name", ["virtual:collins", "virtual:langer", "clip:langer"])
def test_missing_media_are_named_with_the_way_to_get_them(
    without_media: StudioStores, name: str
) -> None:
    camera = open_virtual_camera(name, Stage(), ManualClock(), stores=without_media)
    with pytest.raises(CameraUnavailableError, match="models fetch"):
        camera.open()


@pytest.mark.parametrize("bundle", [b"", b"PK\x03\x04", b"x" * 500])
def test_a_bundle_without_a_mesh_is_refused(bundle: bytes) -> None:
    with pytest.raises(ModelIntegrityError):
        read_face_mesh(bundle)
