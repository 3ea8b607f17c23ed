"""Every frame survives the wire; what is not a frame is refused."""

from datetime import UTC, datetime

import pytest

from clearing_service.matching.errors import PeerProtocolError
from clearing_service.matching.frames import (
    ActivateChange,
    Answer,
    BatchAnswer,
    BatchDigests,
    DealtRows,
    DropChange,
    Frame,
    Hello,
    HelloProof,
    MaskedVectors,
    Outcome,
    PrepareChange,
    PrepareReference,
    Query,
    QueryBatch,
    RelayedMessage,
)
from clearing_service.matching.peer.codec import decode, encode
from clearing_service.matching.ports import WHOLE_GALLERY, SearchScope
from clearing_service.matching.store import ChangeKind
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import EnvelopeDigest
from facepay.v1 import matching_pb2 as pb

MESSAGE = RelayedMessage(
    b"header",
    b"signature",
    (EnvelopeDigest(b"k" * 16, b"d" * 32), EnvelopeDigest(b"l" * 16, b"e" * 32)),
    SealedEnvelope(b"k" * 16, b"sealed"),
)

FRAMES: list[Frame] = [
    Hello(2, b"n" * 32, b"x" * 32),
    HelloProof(b"s" * 64, 5, b"l" * 16, b"p" * 16, 2**40),
    QueryBatch(
        7,
        5,
        (
            Query(7, MESSAGE, WHOLE_GALLERY, b"d" * 32),
            Query(8, MESSAGE, SearchScope((b"t" * 16, b"u" * 16)), b"d" * 32),
            Query(9, MESSAGE, SearchScope(()), b"d" * 32),
        ),
    ),
    BatchDigests(7, 5, (b"d" * 32, b"")),
    MaskedVectors(7, (b"\x01\x02", b""), (0, 65535)),
    BatchAnswer(7, (-1, 1_000_255)),
    PrepareReference(1, b"r" * 16, b"t" * 16, 2**40, MESSAGE),
    DealtRows(
        1, b"c" * 16, b"r" * 16, b"t" * 16, 3, b"s" * 32, b"w" * 256, b"o" * 32, (b"1", b"2", b"3")
    ),
    PrepareChange(1, b"c" * 16, ChangeKind.REFRESH, 6, (b"r" * 16,), b"s" * 32),
    ActivateChange(1, b"c" * 16),
    DropChange(1, b"c" * 16),
    Answer(1, Outcome.DONE, 6, datetime(2026, 3, 2, tzinfo=UTC), b"s" * 64),
    Answer(1, Outcome.OUT_OF_STEP, 6),
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: type(frame).__name__)
def test_a_frame_comes_back_as_it_was_sent(frame: Frame) -> None:
    sent = encode(frame).SerializeToString()
    assert decode(pb.PartyFrame.FromString(sent)) == frame


@pytest.mark.rule("WIR-08")
@pytest.mark.parametrize(
    "message",
    [
        pb.PartyFrame(),
        pb.PartyFrame(dealt_rows=pb.DealtRows(commitments=[b"only one"])),
        pb.PartyFrame(prepare_change=pb.PrepareChange()),
        pb.PartyFrame(request_answer=pb.RequestAnswer()),
        pb.PartyFrame(request_answer=pb.RequestAnswer(outcome=1, erased_at="yesterday")),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_a_frame_is_refused(message: pb.PartyFrame) -> None:
    with pytest.raises(PeerProtocolError):
        decode(message)


def test_no_frame_shows_a_secret_in_its_repr() -> None:
    shown = " ".join(repr(frame) for frame in FRAMES if not isinstance(frame, Hello))
    assert "ssssssss" not in repr(FRAMES[7]) + repr(FRAMES[8])
    assert "\\x01\\x02" not in shown
