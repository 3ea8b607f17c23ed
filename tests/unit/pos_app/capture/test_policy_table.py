"""A policy table is complete and numeric, or refused."""

import pytest

from pos_app.capture.payment_zone import PaymentZonePolicy
from pos_app.capture.policy_table import PolicyError, read_numbers

WHOLE = {"margin": 0.1, "face_height_min": 0.2, "rival_area_ratio": 1}


def test_a_complete_table_is_read() -> None:
    assert read_numbers(PaymentZonePolicy, WHOLE) == PaymentZonePolicy(0.1, 0.2, 1.0)


@pytest.mark.parametrize(
    "table",
    [
        None,
        {},
        WHOLE | {"extra": 1.0},
        WHOLE | {"margin": "0.1"},
        WHOLE | {"margin": float("nan")},
        WHOLE | {"margin": True},
    ],
    ids=["absent", "empty", "one too many", "text", "not a number", "a truth value"],
)
def test_anything_else_is_refused(table: object) -> None:
    with pytest.raises(PolicyError):
        read_numbers(PaymentZonePolicy, table)
