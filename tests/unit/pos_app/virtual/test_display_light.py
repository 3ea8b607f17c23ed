"""Who answers the light of the customer display, how much, and where."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import ColourRgb, StageView
from pos_app.virtual.attack_print import PrintedPhoto
from pos_app.virtual.attack_replay import ScreenReplay
from pos_app.virtual.attack_still import InjectedFootage, StillPicture
from pos_app.virtual.display_light import DisplayLag, LightBgr, light_of, relight
from pos_app.virtual.expression import Expression, Pose
from pos_app.virtual.recording import Recording
from pos_app.virtual.shopper import ShopperScene
from pos_app.virtual.studio import PEOPLE, Studio
from pos_app.virtual.virtual_camera import Scene

FRONT, FLANKS = (151, 50, 280), (131, 360)
"""Points of the mesh: the middle of the forehead and the cheekbones; both flanks of the nose."""
FACE = (slice(190, 290), slice(270, 370))
WALL = (slice(0, 200), slice(0, 40))
WHITE: ColourRgb = (255, 255, 255)

LIGHT = cast("LightBgr", light_of(WHITE))

Draw = Callable[[ColourRgb | None], ImageBgr]


def gain(draw: Draw, colour: ColourRgb, place: tuple[slice, slice]) -> NDArray[np.float64]:
    """Return float64[3], blue-green-red: how much brighter a place gets, over its level."""
    dark, lit = (draw(shown)[place].astype(np.float64) for shown in (None, colour))
    return np.asarray((lit - dark).mean(axis=(0, 1)) / (dark.mean(axis=(0, 1)) + 1))


def at_one_moment(scene: Scene) -> Draw:
    """Return the scene as of one moment, so that only the display makes a difference."""
    return lambda colour: scene.draw(1.0, StageView(None, colour, 1))


@pytest.mark.media
@pytest.mark.parametrize("person", PEOPLE)
def test_a_face_answers_each_colour_in_kind_and_the_wall_hardly(
    studio: Studio, person: str
) -> None:
    draw = at_one_moment(ShopperScene(studio.shopper(person, Generator(PCG64(1)))))
    blue, green, red = gain(draw, (255, 0, 0), FACE)
    assert 0.01 < red < 0.06
    assert max(abs(blue), abs(green)) < 0.002
    assert np.abs(gain(draw, WHITE, WALL)).max() < 0.005


@pytest.mark.media
@pytest.mark.parametrize("person", PEOPLE)
def test_a_face_answers_most_where_it_faces_the_display(studio: Studio, person: str) -> None:
    """Cheekbones and forehead face it; the flanks of the nose do not."""
    puppet = studio.puppet(person)
    drawn = [
        puppet.draw(Expression(), Pose(), light).astype(np.float64) for light in (None, 4 * LIGHT)
    ]
    answer = (drawn[1] / np.maximum(drawn[0], 20)).mean(axis=2) - 1
    mesh = studio.portrait(person).mesh[:, :2].astype(np.int64)
    facing, flanks = (np.mean([answer[y - 4 : y + 5, x - 4 : x + 5].mean() for x, y in mesh[list(at)]])
                      for at in (FRONT, FLANKS))  # fmt: skip
    assert facing > 1.1 * flanks


@pytest.mark.media
def test_paper_answers_all_over_alike(studio: Studio) -> None:
    scene = PrintedPhoto(studio.portrait("neighbour"), Generator(PCG64(1)), is_waved=False)
    draw = at_one_moment(scene)
    places = [(slice(200, 260), slice(left, left + 30)) for left in (230, 300, 370)]
    answers = [gain(draw, WHITE, place).mean() for place in places]
    assert min(answers) > 0.02
    assert max(answers) - min(answers) < 0.15 * min(answers)


@pytest.mark.media
def test_a_screen_gives_back_only_what_its_glass_reflects(studio: Studio) -> None:
    chance = Generator(PCG64(1))
    draw = at_one_moment(ScreenReplay(Recording(studio.shopper("collins", chance), chance)))
    assert 0.0 < gain(draw, WHITE, FACE).max() < 0.01


@pytest.mark.media
def test_what_is_fed_into_the_stream_does_not_answer(studio: Studio) -> None:
    chance = Generator(PCG64(1))
    stream = InjectedFootage(Recording(studio.shopper("collins", chance), chance))
    for scene in (stream, InjectedFootage(StillPicture(studio.portrait("collins")))):
        assert np.abs(gain(at_one_moment(scene), WHITE, FACE)).max() == 0


@pytest.mark.media
def test_a_recording_was_lit_by_colours_of_its_own(studio: Studio) -> None:
    chance = Generator(PCG64(1))
    stream = InjectedFootage(Recording(studio.shopper("collins", chance), chance))
    faces = [
        stream.draw(0.1 * n, StageView(None, None, 1))[FACE].mean(axis=(0, 1)) for n in range(30)
    ]
    assert (np.ptp(faces, axis=0) / np.mean(faces, axis=0)).min() > 0.02


def test_a_dark_room_makes_the_display_count_more() -> None:
    assert light_of(WHITE, room_level=0.25) == pytest.approx(4 * LIGHT)
    assert light_of(None) is None


def test_no_light_changes_nothing_and_light_never_overflows() -> None:
    picture = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    before = picture.copy()
    relight(picture, None)
    assert (picture == before).all()
    relight(picture, light_of(WHITE))
    assert (picture >= before).all()


def test_a_new_colour_comes_up_softly_and_goes_as_softly() -> None:
    lag, view = DisplayLag(), StageView(None, (0, 0, 255), 1)
    reds = [(lag.seen(view, n / 30).colour_rgb or (0, 0, 0))[2] for n in range(12)]
    assert reds[0] == 0
    assert 0 < reds[1] < 250
    assert reds[-1] >= 254
    after = [lag.seen(StageView(None, None, 2), 0.4 + n).colour_rgb for n in range(2)]
    assert after[0] is not None
    assert after[1] is None
