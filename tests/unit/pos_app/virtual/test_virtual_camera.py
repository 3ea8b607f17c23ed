"""A virtual camera keeps the camera's contract, on its own clock or on a real one."""

import numpy as np
import pytest
from numpy.random import Generator

from pos_app.capture.camera import CameraLostError, CameraUnavailableError
from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, Stage, StageView
from pos_app.virtual.attack_still import InjectedFootage, StillPicture
from pos_app.virtual.manner import MANNERS
from pos_app.virtual.portrait import FRAME_SIZE, Portrait
from pos_app.virtual.registry import is_virtual, list_cameras, list_kinds, open_virtual_camera
from pos_app.virtual.sensor import FRAME_SECONDS, PacedTimes, SensorNoise, SteppedTimes
from pos_app.virtual.species import SPECIES
from pos_app.virtual.studio import PEOPLE
from pos_app.virtual.virtual_camera import VirtualCamera
from tests.fakes.ports import ManualClock


class GreyScene:
    """A scene that remembers what it was shown and whether it was wiped."""

    supported_prompts = frozenset({Prompt.BLINK})

    def __init__(self) -> None:
        self.seen: list[StageView] = []
        self.is_wiped = False

    def draw(self, now: float, view: StageView) -> ImageBgr:
        self.seen.append(view)
        return np.full((FRAME_SIZE[1], FRAME_SIZE[0], 3), 128, np.uint8)

    def wipe(self) -> None:
        self.is_wiped = True


class Studio:
    """Builds a fresh scene per opening."""

    def __init__(self) -> None:
        self.scenes: list[GreyScene] = []

    def __call__(self) -> GreyScene:
        self.scenes.append(GreyScene())
        return self.scenes[-1]


@pytest.fixture
def building() -> Studio:
    return Studio()


@pytest.fixture
def camera(building: Studio, chance: Generator) -> VirtualCamera:
    return VirtualCamera(
        "virtual:test", Stage(), building, SteppedTimes(chance), SensorNoise(chance)
    )


def test_a_closed_camera_gives_no_frame(camera: VirtualCamera) -> None:
    with pytest.raises(CameraLostError):
        camera.read()
    camera.open()
    camera.close()
    camera.close()
    with pytest.raises(CameraLostError):
        camera.read()


def test_opening_builds_once_and_closing_wipes(camera: VirtualCamera, building: Studio) -> None:
    camera.open()
    camera.open()
    assert camera.supported_prompts == {Prompt.BLINK}
    camera.close()
    assert [scene.is_wiped for scene in building.scenes] == [True]
    assert camera.supported_prompts == frozenset()
    camera.open()
    assert len(building.scenes) == 2


def test_time_steps_by_a_thirtieth_and_goes_on_after_a_reopening(camera: VirtualCamera) -> None:
    camera.open()
    times = [camera.read().captured_at for _ in range(30)]
    camera.close()
    camera.open()
    frame = camera.read()
    assert np.diff(times) == pytest.approx(FRAME_SECONDS, abs=0.0015)
    assert frame.captured_at > times[-1]
    assert frame.sequence == 31


def test_no_two_frames_of_a_sensor_are_the_same(camera: VirtualCamera) -> None:
    camera.open()
    assert len({camera.read().image_bgr.tobytes() for _ in range(40)}) == 40


def test_an_injector_steps_exactly() -> None:
    times = SteppedTimes(None)
    assert np.ptp(np.diff([times.next() for _ in range(20)])) < 1e-12


def test_a_late_frame_of_a_paced_camera_is_not_made_up_for() -> None:
    clock = ManualClock()
    times = PacedTimes(clock)
    assert times.next() == 0.0
    clock.advance(0.15)
    assert times.next() == pytest.approx(0.15)
    clock.advance(FRAME_SECONDS)
    assert times.next() == pytest.approx(0.15 + FRAME_SECONDS)


def test_the_time_of_a_paced_camera_slows_down_with_its_machine() -> None:
    clock = ManualClock()
    times = PacedTimes(clock)
    times.next()
    for _ in range(3):
        clock.advance(2.0)
        times.next()
    assert times.next() <= 0.7


def test_every_name_in_the_list_is_a_camera() -> None:
    names = [listing.name for listing in list_cameras()]
    assert all(listing.words for listing in list_cameras())
    assert len(names) == len(set(names))
    assert {"virtual:collins", "virtual:neighbour", "attack:print:collins"} <= set(names)
    for name in names:
        assert is_virtual(name)
        assert open_virtual_camera(name, Stage(), ManualClock(), is_paced=False).name == name


def test_the_short_list_has_every_manner_and_every_attack_once_with_its_words() -> None:
    kinds = list_kinds()
    names = [kind.name for kind in kinds]
    assert len(names) == len(set(names))
    assert set(PEOPLE) <= set(kinds[0].words.split(", "))
    assert {f"virtual:NAME:{word}" for word in MANNERS} <= set(names)
    assert {f"attack:{word}:NAME" for word in SPECIES} <= set(names)
    assert all(kind.words for kind in kinds)


@pytest.mark.parametrize(
    "name",
    ["virtual:", "virtual:someone", "virtual:collins+hopper+langer", "virtual:collins:",
     "virtual:collins:flying", "virtual:someone:dim", "virtual:collins+hopper:dim", "clip:",
     "clip:langer:dim", "attack:mask:collins",
     "attack:print:someone", "attack:", "attack:print"],
)  # fmt: skip
def test_an_unknown_name_is_refused_by_name(name: str) -> None:
    assert is_virtual(name)
    with pytest.raises(CameraUnavailableError, match="virtual camera"):
        open_virtual_camera(name, Stage(), ManualClock())


def test_other_names_are_not_virtual() -> None:
    assert not any(is_virtual(name) for name in ("0", "shopper.mp4", "/dev/video0"))


def test_an_injected_still_repeats_one_picture_and_is_wiped() -> None:
    reach = 4
    photo = np.arange((480 + 8) * (640 + 8) * 3, dtype=np.uint32).astype(np.uint8)
    portrait = Portrait(photo.reshape(488, 648, 3), (reach, reach), np.ones((468, 3)))
    still = InjectedFootage(StillPicture(portrait))
    view = StageView(Prompt.BLINK, None, 1)
    first, second = still.draw(0.0, view), still.draw(1.0, view)
    assert first.shape == (480, 640, 3)
    assert (first == second).all()
    still.wipe()
    assert first.any()
    assert not still.draw(2.0, view).any()
    assert not portrait.mesh.any()
