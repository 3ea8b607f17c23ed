"""Identifiers hold what their standards allow, and one cannot stand for another."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError
from facepay.identifiers import (
    AcceptorId,
    AccountAlias,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    ReferenceId,
    RetrievalReferenceNumber,
    RoutingToken,
    Stan,
    TerminalId,
    luhn_check_digit,
)
from tests.fakes.ports import ManualClock, SeededRandomness


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TerminalId, "till0001"),
        (TerminalId, "TILL00011"),
        (AcceptorId, "SHORT"),
        (ParticipantId, "12"),
        (Stan, "12345"),
        (OrderId, ""),
        (OrderId, "a b"),
        (AccountAlias, "Alice"),
        (RetrievalReferenceNumber, "12345678901"),
        (RoutingToken, "9990000000000000001"),
        (RoutingToken, "1234567890123456789"),
    ],
)
def test_what_the_standard_does_not_allow_is_refused(kind: type[TerminalId], text: str) -> None:
    with pytest.raises(MalformedFieldError):
        kind(text)


def test_identifiers_of_two_kinds_are_never_equal(clock: ManualClock) -> None:
    made = PaymentId.generate(clock, SeededRandomness())
    assert made != OperationId(made.value)


def test_time_ordered_identifiers_sort_by_the_time_they_were_made(clock: ManualClock) -> None:
    randomness = SeededRandomness()
    made = []
    for _ in range(50):
        made.append(PaymentId.generate(clock, randomness))
        clock.advance(0.001)
    assert made == sorted(made)


def test_a_time_ordered_identifier_is_a_uuid_of_version_7(clock: ManualClock) -> None:
    made = PaymentId.generate(clock, SeededRandomness())
    assert str(made)[14] == "7"
    assert str(made)[19] in "89ab"
    assert PaymentId.from_text(str(made)) == made


def test_a_text_that_is_no_uuid_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        PaymentId.from_text("not-a-uuid")


@given(st.integers(0, 2**32))
def test_a_routing_token_has_its_prefix_and_check_digit(seed: int) -> None:
    token = RoutingToken.generate(SeededRandomness(seed))
    assert RoutingToken(token.value) == token
    assert token.value.startswith("999")


def test_the_check_digit_is_that_of_iso_7812() -> None:
    """79927398713 is the worked example used for the Luhn formula."""
    assert luhn_check_digit("7992739871") == 3


@pytest.mark.parametrize(
    ("day", "sequence", "text"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), 1, "600100000001"),
        (datetime(2028, 12, 31, tzinfo=UTC), 10**8 + 7, "836600000007"),
    ],
)
def test_a_retrieval_reference_number_is_yddd_and_a_sequence(
    day: datetime, sequence: int, text: str
) -> None:
    assert RetrievalReferenceNumber.from_sequence(day, sequence).value == text


def test_a_stan_is_the_counter_modulo_a_million() -> None:
    assert Stan.from_counter(1_000_001) == Stan("000001")


def test_a_reference_id_says_nothing_of_time() -> None:
    randomness = SeededRandomness()
    first, second = ReferenceId.generate(randomness), ReferenceId.generate(randomness)
    assert first.value[:6] != second.value[:6]
