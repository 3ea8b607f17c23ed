"""What is asked before the camera, between its message and its value."""

from facepay.message_header import CHALLENGE_NONCE_BYTES
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashColour, FlashSequence
from facepay.v1 import pad_challenge_pb2 as pb
from facepay.wire.strict import exactly, word


def challenge_to_message(challenge: PadChallenge) -> pb.PadChallenge:
    """Return the message of `challenge`."""
    return pb.PadChallenge(
        mode=pb.PadMode.ValueType(challenge.mode.value),
        nonce=challenge.nonce,
        steps=[pb.ChallengeStep.ValueType(step.value) for step in challenge.steps],
        step_deadline_seconds=challenge.step_deadline_seconds,
        flashes=map(_flash_to_message, challenge.flashes),
    )


def challenge_from_message(message: pb.PadChallenge) -> PadChallenge:
    """Read a challenge; raises `MalformedFieldError` for one that no capture could carry out."""
    return PadChallenge(
        mode=word(PadMode, message.mode),
        nonce=exactly(message.nonce, CHALLENGE_NONCE_BYTES, "a challenge nonce"),
        steps=tuple(word(ChallengeStep, number) for number in message.steps),
        step_deadline_seconds=message.step_deadline_seconds,
        flashes=tuple(map(_flash_from_message, message.flashes)),
    )


def _flash_to_message(flash: FlashSequence) -> pb.FlashSequence:
    colours = [pb.FlashColour.ValueType(colour.value) for colour in flash.colours]
    return pb.FlashSequence(colours=colours, segment_ms=flash.segment_milliseconds)


def _flash_from_message(message: pb.FlashSequence) -> FlashSequence:
    colours = tuple(word(FlashColour, number) for number in message.colours)
    return FlashSequence(colours, message.segment_ms)
