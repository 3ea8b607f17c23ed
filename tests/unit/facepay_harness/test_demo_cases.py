"""A demonstration can be named by its ending or by who stands before the camera."""

import pytest

from facepay.response_code import ResponseCode
from facepay_harness.demo_cases import ENROLLED, SCRIPTS, DemoCase, DemoEnd, script_of
from pos_app.checkout.payment import CaptureFailureReason, EndReason
from pos_app.virtual.manner import MANNERS
from pos_app.virtual.registry import list_cameras

WELL = {"looks-away", "walks-in-late", "wrong-expression", "ignores-prompts"}
"""Manners in which a payment can succeed."""


@pytest.mark.parametrize("case", DemoCase)
def test_every_ending_has_a_script(case: DemoCase) -> None:
    assert script_of(case.value) is SCRIPTS[case]


def test_every_camera_is_a_case_and_no_attack_or_film_may_pay() -> None:
    for listing in list_cameras():
        script = script_of(listing.name)
        assert script is not None
        assert script.camera == listing.name
        if not listing.name.startswith("virtual:"):
            assert ResponseCode.APPROVED not in script.expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("virtual:collins", ResponseCode.APPROVED),
        ("virtual:langer:looks-away", ResponseCode.APPROVED),
        ("virtual:hopper", ResponseCode.INSUFFICIENT_FUNDS),
        ("virtual:neighbour", EndReason.NOT_ROUTED),
        ("virtual:traveller:walks-in-late", EndReason.NOT_ROUTED),
        ("virtual:collins+neighbour", CaptureFailureReason.SEVERAL_FACES),
        ("virtual:langer:dim", CaptureFailureReason.TOO_DARK),
    ],
)
def test_a_visit_has_to_end_in_its_own_way(name: str, expected: DemoEnd) -> None:
    script = script_of(name)
    assert script is not None
    assert script.expected == (expected,)


@pytest.mark.parametrize("manner", MANNERS)
def test_no_manner_may_end_in_just_any_way(manner: str) -> None:
    script = script_of(f"virtual:collins:{manner}")
    assert script is not None
    assert 1 <= len(script.expected) <= 3
    assert manner in WELL or ResponseCode.APPROVED not in script.expected


def test_the_account_is_that_of_the_person_in_the_name() -> None:
    script = script_of("attack:replay:langer")
    assert script is not None
    assert script.login == ENROLLED["langer"]


def test_anything_else_is_no_case() -> None:
    assert script_of("sunny") is None
