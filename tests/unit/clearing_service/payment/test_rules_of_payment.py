"""Permitted moves, stored answers, counters: the small rules as tables and properties."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.errors import LedgerInvariantError
from clearing_service.payment.answers import Answer, Decided, decode_answer, encode_answer
from clearing_service.payment.operation import COUNTER_WINDOW, TerminalCounter
from clearing_service.payment.payment_state import (
    PERMITTED_MOVES,
    code_without_decline,
    require_move,
)
from clearing_service.payment.requests import NotRouted, PaymentOpened, PhoneDigitsNeeded, Routed
from clearing_service.routing.narrowing import DigitsNeeded
from facepay.identifiers import OperationId, PaymentId, RoutingToken, TerminalId
from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from facepay.pad_flash import FlashColour, FlashSequence
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.response_code import ResponseCode
from tests.fakes.ports import START, SeededRandomness

S = PaymentState
ENDED = [S.DECLINED, S.EXPIRED, S.CANCELLED, S.REVERSED, S.REFUNDED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (S.OPENED, S.ROUTED),
        (S.ROUTED, S.AUTHORIZING),
        (S.AUTHORIZING, S.APPROVED),
        (S.AUTHORIZING, S.DECLINED),
        (S.OPENED, S.EXPIRED),
        (S.ROUTED, S.CANCELLED),
        (S.APPROVED, S.REVERSED),
    ],
)
def test_a_payment_goes_its_way(old: PaymentState, new: PaymentState) -> None:
    require_move(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (S.OPENED, S.AUTHORIZING),
        (S.OPENED, S.APPROVED),
        (S.ROUTED, S.APPROVED),
        (S.AUTHORIZING, S.CANCELLED),
        (S.AUTHORIZING, S.EXPIRED),
        (S.DECLINED, S.APPROVED),
        (S.APPROVED, S.DECLINED),
        (S.APPROVED, S.CANCELLED),
    ],
)
def test_a_payment_does_not_leave_its_way(old: PaymentState, new: PaymentState) -> None:
    with pytest.raises(LedgerInvariantError):
        require_move(old, new)


def test_every_state_is_in_the_table_and_an_end_is_an_end() -> None:
    assert set(PERMITTED_MOVES) == set(PaymentState)
    assert all(not PERMITTED_MOVES[state] for state in ENDED)


def test_only_an_approved_payment_answers_00() -> None:
    approvals = [state for state in PaymentState if code_without_decline(state).is_approval]
    assert approvals == [S.APPROVED]


DECISION = PaymentDecision(
    PaymentId(bytes(16)),
    bytes(32),
    OperationId(bytes(16)),
    S.DECLINED,
    ResponseCode.VERIFICATION_FAILED,
    None,
    None,
    START,
)

ANSWERS: list[Answer] = [
    PaymentOpened(
        PaymentId(bytes(16)),
        PadChallenge(
            PadMode.SILENT_FIRST,
            bytes(range(32)),
            (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT),
            5,
            (FlashSequence((FlashColour.RED, FlashColour.CYAN, FlashColour.RED), 400),),
        ),
        DigitsNeeded.FOUR,
        START + timedelta(milliseconds=300_001),
    ),
    Routed(RoutingToken.generate(SeededRandomness(1)), START, "*小明"),
    Routed(RoutingToken.generate(SeededRandomness(2)), START, None),
    NotRouted(2),
    PhoneDigitsNeeded(DigitsNeeded.SIX, 3),
    Decided(DECISION, None, 0),
    Decided(DECISION, "*小明", None),
]


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_a_stored_answer_is_read_back_as_it_was(answer: Answer) -> None:
    encoded = encode_answer(answer)
    assert decode_answer(encoded) == answer
    assert encode_answer(decode_answer(encoded)) == encoded


@pytest.mark.rule("WIR-05")
@given(st.lists(st.integers(min_value=0, max_value=200), max_size=120))
def test_no_counter_is_good_twice_whatever_the_order(counters: list[int]) -> None:
    window = TerminalCounter(TerminalId("POS00001"))
    used: set[int] = set()
    for counter in counters:
        moved = window.after(counter)
        is_old = counter <= window.highest - COUNTER_WINDOW
        assert (moved is None) is (counter in used or is_old)
        if moved is not None:
            window = moved
            used.add(counter)
        assert 0 <= window.used < 2**63
