"""Every manner and every attack shows what it claims, measured by the product's own detectors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from facepay.template import FeatureVector
from pos_app.capture.frame import Frame, ImageBgr
from pos_app.capture.guidance import Guidance
from pos_app.capture.sample_quality import assess_sample
from pos_app.capture.stage import ColourRgb, Prompt, StageView
from pos_app.features.extractor import similarity
from pos_app.features.face_models import FaceModels
from pos_app.pad.depth import depth_residual
from pos_app.pad.face_geometry import FaceMeasures, Points
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.face_finder import FoundFace, find_face
from pos_app.virtual.manner import MANNERS
from pos_app.virtual.registry import build_scene
from pos_app.virtual.species import SPECIES, accomplice_of
from pos_app.virtual.studio import PEOPLE, Studio
from pos_app.virtual.virtual_camera import Scene

pytestmark = pytest.mark.media

GUIDED = {
    Guidance.NO_FACE: ("walks-in-late", PEOPLE),
    Guidance.SEVERAL_FACES: ("with-companion", PEOPLE),
    Guidance.TOO_DARK: ("dim", PEOPLE),
    Guidance.TOO_BRIGHT: ("glaring", ("collins", "neighbour")),
    Guidance.BACKLIT: ("backlit", PEOPLE),
    Guidance.COME_CLOSER: ("too-far", PEOPLE),
    Guidance.MOVE_BACK: ("too-near", PEOPLE),
    Guidance.CENTRE_FACE: ("off-centre", PEOPLE),
    Guidance.FACE_CAMERA: ("looks-away", PEOPLE),
    Guidance.TAKE_OFF_MASK: ("mask", PEOPLE),
    Guidance.TAKE_OFF_GLASSES: ("sunglasses", PEOPLE),
    Guidance.HOLD_STILL: ("restless", ("collins", "langer")),
    Guidance.GOOD: ("ignores-prompts", PEOPLE),
}
"""The manner that brings each word of guidance, and the people with whom it does so surely."""


@dataclass(frozen=True)
class Seen:
    """One frame as the product sees it."""

    guidance: Guidance
    measures: FaceMeasures | None
    mesh: Points | None
    image: ImageBgr


class Eyes:
    """Looks at scenes with the product's detectors."""

    def __init__(self, studio: Studio, models: FaceModels, policy: CapturePolicy) -> None:
        self._studio, self._models, self._policy = studio, models, policy

    @contextmanager
    def before(self, name: str) -> Iterator["Watch"]:
        """Stand a scene before the eyes for a while."""
        scene = build_scene(name, self._studio, Generator(PCG64(4)))
        try:
            yield Watch(scene, self)
        finally:
            scene.wipe()

    def see(self, image: ImageBgr, now: float) -> Seen:
        frame = Frame(image, now, 1)
        found = find_face(frame, self._models, self._policy)
        if not isinstance(found, FoundFace):
            return Seen(found, None, None, image)
        quality = assess_sample(image, found.face, self._policy.quality)
        return Seen(quality.guidance, found.reading.measures, found.reading.mesh, image)

    def features(self, image: ImageBgr) -> FeatureVector:
        face = max(self._models.detect(image), key=lambda one: one.area)
        return self._models.extract(image, face)

    def likeness(self, image: ImageBgr, person: str) -> float:
        """Return how similar a face is to the photo of a person."""
        known = self._studio.portrait(person).frame_bgr
        return similarity(self.features(image), self.features(np.array(known)))


class Watch:
    """One scene through time."""

    def __init__(self, scene: Scene, eyes: Eyes) -> None:
        self._scene, self._eyes, self._serial, self._now = scene, eyes, 0, 0.0

    def ask(self, prompt: Prompt | None, colour: ColourRgb | None = None) -> None:
        self._serial += 1
        self._view = StageView(prompt, colour, self._serial)

    def at(self, *times: float, prompt: Prompt = Prompt.LOOK) -> list[Seen]:
        """Show one prompt and look at some seconds after it."""
        self.ask(prompt)
        start = self._now
        self._scene.draw(start, self._view)
        seen = [self._eyes.see(self._scene.draw(start + t, self._view), start + t) for t in times]
        self._now = start + times[-1]
        return seen

    def draw(self, now: float) -> ImageBgr:
        return self._scene.draw(now, self._view)


@pytest.fixture(scope="session")
def eyes(studio: Studio, face_models: FaceModels, capture_policy: CapturePolicy) -> Eyes:
    return Eyes(studio, face_models, capture_policy)


def test_every_word_of_guidance_can_be_brought_about() -> None:
    assert set(GUIDED) == set(Guidance)
    assert {manner for manner, _ in GUIDED.values()} <= set(MANNERS)


@pytest.mark.parametrize(
    ("guidance", "name"),
    [
        (guidance, f"virtual:{person}:{manner}")
        for guidance, (manner, people) in GUIDED.items()
        for person in people
    ],
)
def test_a_manner_brings_its_word_of_guidance(eyes: Eyes, guidance: Guidance, name: str) -> None:
    with eyes.before(name) as watch:
        found = [seen.guidance for seen in watch.at(0.5, 1.1, 1.7)]
    assert found.count(guidance) >= 2


@pytest.mark.parametrize(
    ("manner", "at", "guided"),
    [
        ("looks-away", (1.5, 6.5), (Guidance.FACE_CAMERA, Guidance.GOOD)),
        ("walks-in-late", (1.5, 6.5), (Guidance.NO_FACE, Guidance.GOOD)),
        ("walks-out", (0.5, 3.0), (Guidance.GOOD, Guidance.NO_FACE)),
    ],
)
def test_some_shoppers_change_their_mind(
    eyes: Eyes, manner: str, at: tuple[float, float], guided: tuple[Guidance, Guidance]
) -> None:
    with eyes.before(f"virtual:neighbour:{manner}") as watch:
        assert tuple(seen.guidance for seen in watch.at(*at)) == guided


def test_the_wrong_expression_is_not_the_asked_one(eyes: Eyes) -> None:
    with eyes.before("virtual:collins:wrong-expression") as watch:
        (rest,) = watch.at(0.2)
        seen = watch.at(*np.arange(0.4, 1.4, 0.2), prompt=Prompt.BLINK)
    opened = max(one.measures.mouth_aspect for one in seen if one.measures)
    assert rest.measures
    assert opened > rest.measures.mouth_aspect + 0.2


def test_closed_eyes_and_an_open_mouth_are_seen_as_such(eyes: Eyes) -> None:
    with eyes.before("virtual:collins:eyes-closed") as watch:
        (asleep,) = watch.at(1.0)
    with eyes.before("virtual:collins:mouth-open") as watch:
        (talking,) = watch.at(1.0)
    with eyes.before("virtual:collins:ignores-prompts") as watch:
        (awake,) = watch.at(1.0)
    assert asleep.measures
    assert talking.measures
    assert awake.measures
    assert asleep.measures.eye_aspect < 0.5 * awake.measures.eye_aspect
    assert talking.measures.mouth_aspect > awake.measures.mouth_aspect + 0.2


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("collins:mask", Prompt.OPEN_MOUTH), ("neighbour:sunglasses", Prompt.BLINK)],
)
def test_what_is_worn_hides_a_part_of_the_face(
    eyes: Eyes, studio: Studio, name: str, hidden: Prompt
) -> None:
    scene = build_scene(f"virtual:{name}", studio, Generator(PCG64(4)))
    image = scene.draw(0.3, StageView(Prompt.LOOK, None, 1))
    assert hidden not in scene.supported_prompts
    assert Prompt.TURN_LEFT in scene.supported_prompts
    assert eyes.likeness(image, name.split(":", maxsplit=1)[0]) < 0.9


@pytest.mark.parametrize(
    ("species", "person"),
    [
        *((species, person) for species in ("print", "bent-print", "cut-out-eyes", "replay-still",
                                            "paper-mask") for person in PEOPLE),
        ("replay", "langer"), ("still", "hopper"), ("loop", "collins"), ("stream", "neighbour"),
    ],
)  # fmt: skip
def test_an_attack_shows_the_person_it_is_named_after(
    eyes: Eyes, species: str, person: str
) -> None:
    with eyes.before(f"attack:{species}:{person}") as watch:
        (seen,) = watch.at(0.4)
    assert eyes.likeness(seen.image, person) > 0.48


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("species", ["print", "bent-print", "cut-out-eyes"])
def test_paper_stays_flat_however_it_is_turned(
    eyes: Eyes, capture_policy: CapturePolicy, species: str
) -> None:
    with eyes.before(f"attack:{species}:collins") as watch:
        (rest,) = watch.at(0.2)
        seen = watch.at(0.7, 1.0, 1.2, prompt=Prompt.TURN_LEFT)
    assert rest.mesh is not None
    residuals = [depth_residual(rest.mesh, one.mesh) for one in seen if one.mesh is not None]
    assert max(residuals) < capture_policy.pad.steps.depth_residual


def test_eyes_behind_holes_blink_and_printed_ones_do_not(eyes: Eyes) -> None:
    closing = {}
    for species in ("cut-out-eyes", "bent-print"):
        with eyes.before(f"attack:{species}:collins") as watch:
            watch.at(0.2)
            seen = watch.at(*np.arange(0.34, 1.0, 1 / 30), prompt=Prompt.BLINK)
        aspects = [one.measures.eye_aspect for one in seen if one.measures]
        closing[species] = min(aspects) / max(aspects)
    assert closing["cut-out-eyes"] < 0.75
    assert closing["bent-print"] > 0.8


def test_a_paper_mask_turns_but_its_mouth_stays_shut(eyes: Eyes) -> None:
    with eyes.before("attack:paper-mask:collins") as watch:
        (rest,) = watch.at(0.2)
        turned = watch.at(0.9, 1.1, prompt=Prompt.TURN_LEFT)
        speaking = watch.at(1.5, 1.9, prompt=Prompt.OPEN_MOUTH)
    assert rest.measures
    yaws = [one.measures.yaw_degrees for one in turned if one.measures]
    mouths = [one.measures.mouth_aspect for one in speaking if one.measures]
    assert max(yaws) - rest.measures.yaw_degrees > 5
    assert max(mouths) < rest.measures.mouth_aspect + 0.1


def test_a_half_mask_makes_the_wearer_somebody_else(eyes: Eyes) -> None:
    with eyes.before("attack:half-mask:collins") as watch:
        (seen,) = watch.at(0.3)
    wearer = eyes.likeness(seen.image, accomplice_of("collins"))
    assert eyes.likeness(seen.image, "collins") < 0.9
    assert wearer < 0.9


def test_a_swap_shows_another_person_as_soon_as_anything_is_asked(eyes: Eyes) -> None:
    with eyes.before("attack:swap:collins") as watch:
        (before,) = watch.at(1.3)
        (after,) = watch.at(0.1, prompt=Prompt.BLINK)
        watch.ask(Prompt.LOOK)
        back = watch.draw(3.0)
    assert eyes.likeness(before.image, "collins") > 0.8
    assert eyes.likeness(after.image, "collins") < 0.36
    assert eyes.likeness(back, "collins") < 0.36


def test_a_swap_is_set_off_by_a_colour_too(eyes: Eyes) -> None:
    with eyes.before("attack:swap:collins") as watch:
        watch.at(1.3)
        watch.ask(Prompt.LOOK, (255, 0, 0))
        lit = watch.draw(1.4)
    assert eyes.likeness(lit, "collins") < 0.36


def test_two_faces_are_told_apart(eyes: Eyes) -> None:
    for person in PEOPLE:
        with eyes.before(f"attack:two-faces:{person}") as watch:
            (seen,) = watch.at(0.3)
        assert seen.guidance is Guidance.SEVERAL_FACES


def test_a_picture_on_a_screen_does_not_blink_and_a_video_does(eyes: Eyes) -> None:
    lowest = {}
    for species in ("replay", "replay-still"):
        with eyes.before(f"attack:{species}:collins") as watch:
            seen = watch.at(*np.arange(0.1, 1.3, 0.05))
        aspects = [one.measures.eye_aspect for one in seen if one.measures]
        lowest[species] = min(aspects) / np.median(aspects)
    assert lowest["replay"] < 0.6
    assert lowest["replay-still"] > 0.8


@pytest.mark.rule("PAD-03")
def test_a_loop_repeats_itself_to_the_bit_and_a_stream_does_not(
    studio: Studio, capture_policy: CapturePolicy
) -> None:
    scene = build_scene("attack:loop:collins", studio, Generator(PCG64(4)))
    watch, view = StreamWatch(), StageView(None, None, 1)
    for number in range(100):
        watch.follow(Frame(scene.draw(number / 30, view), number / 30, number + 1))
    scene.wipe()
    assert watch.fresh_fraction == pytest.approx(0.45)
    assert watch.fresh_fraction * 1000 < capture_policy.pad.cue("fresh_frames").threshold_milli


@pytest.mark.parametrize("species", SPECIES)
def test_an_attack_follows_no_prompt_and_leaves_nothing_behind(
    studio: Studio, species: str
) -> None:
    scene = build_scene(f"attack:{species}:hopper", studio, Generator(PCG64(4)))
    view = StageView(Prompt.LOOK, None, 1)
    assert scene.supported_prompts == frozenset()
    shown = scene.draw(0.1, view)
    scene.wipe()
    if species != "loop":
        assert scene.draw(0.2, view)[150:330, 220:420].mean() < 0.5 * shown[150:330, 220:420].mean()
