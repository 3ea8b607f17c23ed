"""What is asked before a camera is safe to show, read as it was written, and drawn fairly."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError
from facepay.pad_challenge import TIMED_STEPS, PadChallenge, PadMode, Presentation, draw_steps
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashColour, FlashSequence
from tests.fakes.ports import SeededRandomness

RED_CYAN_BLUE = FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE), 400)
SILENT = PadChallenge(
    PadMode.SILENT_FIRST, bytes(range(32)), TIMED_STEPS[:3], 5, (RED_CYAN_BLUE, RED_CYAN_BLUE)
)


def test_a_challenge_is_read_back_as_it_was() -> None:
    assert PadChallenge.from_bytes(SILENT.to_bytes()) == SILENT


@given(st.binary(max_size=120))
def test_bytes_that_are_no_challenge_are_refused(noise: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        PadChallenge.from_bytes(noise)


@pytest.mark.rule("CON-12")
@pytest.mark.parametrize(
    ("colours", "milliseconds"),
    [
        ((FlashColour.RED, FlashColour.CYAN, FlashColour.BLUE), 399),
        ((FlashColour.RED, FlashColour.RED, FlashColour.BLUE), 400),
        ((FlashColour.RED, FlashColour.CYAN), 400),
        ((FlashColour.RED, FlashColour.CYAN) * 5, 400),
    ],
    ids=["more than three changes a second", "no change", "too short to prove", "too long"],
)
def test_colours_that_must_not_be_shown_do_not_exist(
    colours: tuple[FlashColour, ...], milliseconds: int
) -> None:
    with pytest.raises(MalformedFieldError):
        FlashSequence(colours, milliseconds)


@pytest.mark.rule("CON-12")
def test_a_challenge_without_hurry_shows_no_light() -> None:
    with pytest.raises(MalformedFieldError):
        PadChallenge(
            PadMode.UNTIMED, bytes(32), (ChallengeStep.TURN_EITHER_SIDE,), 50, (RED_CYAN_BLUE,)
        )


def test_silent_evidence_needs_light() -> None:
    with pytest.raises(MalformedFieldError):
        PadChallenge(PadMode.SILENT_FIRST, bytes(32), TIMED_STEPS[:3], 5)


@pytest.mark.rule("PAD-03")
def test_the_digest_binds_colours_and_nonce() -> None:
    other = FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.GREEN), 400)
    slower = FlashSequence(RED_CYAN_BLUE.colours, 500)
    digests = {
        RED_CYAN_BLUE.digest(bytes(32)),
        RED_CYAN_BLUE.digest(bytes(31) + b"1"),
        other.digest(bytes(32)),
        slower.digest(bytes(32)),
    }
    assert len(digests) == 4


def test_each_capture_has_its_own_colours_and_no_more_captures_than_colours() -> None:
    assert SILENT.flash_for(2) == RED_CYAN_BLUE
    assert (SILENT.flash_for(0), SILENT.flash_for(3)) == (None, None)
    assert SILENT.presentation is Presentation.WITH_LIGHT


@pytest.mark.rule("PAD-03")
def test_steps_are_drawn_in_every_order_alike() -> None:
    randomness = SeededRandomness(7)
    drawn = Counter(draw_steps(2, randomness) for _ in range(1200))
    assert len(drawn) == 12
    assert max(drawn.values()) < 2 * min(drawn.values())
    assert ChallengeStep.TURN_EITHER_SIDE not in {step for steps in drawn for step in steps}


@pytest.mark.rule("PAD-03")
def test_of_three_steps_one_opens_the_mouth_anywhere_among_the_others() -> None:
    randomness = SeededRandomness(7)
    drawn = Counter(draw_steps(3, randomness) for _ in range(1800))
    assert len(drawn) == 18
    assert max(drawn.values()) < 2 * min(drawn.values())
    assert all(ChallengeStep.OPEN_MOUTH in steps and len(set(steps)) == 3 for steps in drawn)
    assert set(draw_steps(4, randomness)) == set(TIMED_STEPS)


def test_nobody_is_asked_for_what_they_are_not_able_to_do() -> None:
    able = (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT, ChallengeStep.TURN_RIGHT)
    assert set(draw_steps(3, SeededRandomness(7), able)) == set(able)


@pytest.mark.rule("PAD-03")
def test_colours_are_drawn_alike_and_never_follow_themselves() -> None:
    randomness = SeededRandomness(8)
    drawn = [FlashSequence.draw(4, 400, randomness) for _ in range(1200)]
    seen = Counter(colour for flash in drawn for colour in flash.colours)
    assert max(seen.values()) < 1.3 * min(seen.values())
    assert len({flash.colours for flash in drawn}) > 500
