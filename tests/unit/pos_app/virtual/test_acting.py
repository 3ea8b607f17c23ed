"""A virtual person reacts to the stage after a human moment and at a human pace."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from pos_app.capture.stage import Prompt, Stage
from pos_app.virtual.acting import (
    REACTION_SECONDS,
    REPEAT_AFTER_SECONDS,
    Actor,
    Gesture,
    blink,
    open_mouth,
    turn,
)

STEP = 1 / 30
REPERTOIRE: dict[Prompt, Gesture] = {
    Prompt.BLINK: blink(depth=1.0),
    Prompt.TURN_LEFT: turn(yaw=18.0),
    Prompt.TURN_RIGHT: turn(yaw=-18.0),
    Prompt.OPEN_MOUTH: open_mouth(jaw=0.8),
}


class Film:
    """Plays an actor frame by frame and keeps what was seen."""

    def __init__(self, actor: Actor, stage: Stage) -> None:
        self._actor, self._stage, self._now = actor, stage, 0.0
        self.yaws: list[float] = []
        self.jaws: list[float] = []
        self.blinks: list[float] = []

    def run(self, seconds: float) -> "Film":
        for _ in range(round(seconds / STEP)):
            self._now += STEP
            self._actor.look_at(self._stage.view, self._now)
            expression, pose = self._actor.pose(self._now)
            self.yaws.append(pose.yaw)
            self.jaws.append(expression.jaw)
            self.blinks.append(expression.blink)
        return self

    def first_move(self, values: list[float], over: float) -> float:
        return next(place for place, value in enumerate(values, 1) if abs(value) > over) * STEP


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def film(chance: Generator, stage: Stage) -> Film:
    return Film(Actor(REPERTOIRE, chance), stage)


def test_nobody_moves_before_a_human_reaction_time(film: Film, stage: Stage) -> None:
    stage.show(Prompt.TURN_LEFT)
    film.run(2.0)
    assert film.first_move(film.yaws, 2.0) >= REACTION_SECONDS[0]
    assert max(film.yaws) == pytest.approx(18.0, abs=1.5)


@pytest.mark.parametrize(("prompt", "sign"), [(Prompt.TURN_LEFT, 1), (Prompt.TURN_RIGHT, -1)])
def test_a_turn_goes_to_the_asked_side_and_comes_back(
    film: Film, stage: Stage, prompt: Prompt, sign: int
) -> None:
    stage.show(prompt)
    film.run(0.1)
    stage.show(Prompt.LOOK)
    film.run(1.0)
    assert max(np.abs(film.yaws)) < 2
    stage.show(prompt)
    film.run(2.0)
    assert max(sign * yaw for yaw in film.yaws) > 16
    assert abs(film.yaws[-1]) < 2


def test_no_movement_is_faster_than_a_person(film: Film, stage: Stage) -> None:
    for prompt in (Prompt.TURN_LEFT, Prompt.OPEN_MOUTH, Prompt.TURN_RIGHT):
        stage.show(prompt)
        film.run(2.0)
    assert np.abs(np.diff(film.yaws)).max() / STEP < 90
    assert np.abs(np.diff(film.jaws)).max() < 0.25


def test_a_blink_is_a_few_frames_long(film: Film, stage: Stage) -> None:
    stage.show(Prompt.BLINK)
    film.run(1.2)
    assert 2 <= sum(value > 0.9 for value in film.blinks) <= 5


def test_a_person_who_is_still_asked_tries_again(film: Film, stage: Stage) -> None:
    stage.show(Prompt.OPEN_MOUTH)
    once = REPERTOIRE[Prompt.OPEN_MOUTH].seconds + REPEAT_AFTER_SECONDS
    film.run(REACTION_SECONDS[1] + 1.5 * once)
    is_open = [value > 0.4 for value in film.jaws]
    assert sum(now and not before for before, now in pairwise(is_open)) == 2


def test_the_same_prompt_shown_anew_is_a_new_question(film: Film, stage: Stage) -> None:
    stage.show(Prompt.OPEN_MOUTH)
    film.run(1.7)
    stage.show(Prompt.OPEN_MOUTH)
    film.jaws.clear()
    film.run(1.2)
    assert max(film.jaws) == pytest.approx(0.8, abs=0.05)


def test_a_prompt_that_cannot_be_done_is_let_pass(chance: Generator, stage: Stage) -> None:
    able = {Prompt.BLINK: REPERTOIRE[Prompt.BLINK]}
    film = Film(Actor(able, chance), stage)
    stage.show(Prompt.TURN_LEFT)
    film.run(3.0)
    assert max(np.abs(film.yaws)) < 2


def test_an_unasked_person_blinks_now_and_then_and_never_stands_still(film: Film) -> None:
    film.run(30.0)
    closings = np.flatnonzero(np.diff((np.array(film.blinks) > 0.5).astype(int)) == 1)
    assert 4 <= len(closings) <= 12
    assert 0.2 < max(np.abs(film.yaws)) < 1.5


def test_a_film_can_be_repeated(stage: Stage) -> None:
    one, two = (Film(Actor(REPERTOIRE, Generator(PCG64(3))), stage).run(8.0) for _ in range(2))
    assert (one.yaws, one.blinks) == (two.yaws, two.blinks)
