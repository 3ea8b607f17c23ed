"""A demonstration can be named by its ending or by who stands before the camera."""

import pytest

from facepay.response_code import ResponseCode
from facepay_harness.demo_cases import ENROLLED, SCRIPTS, DemoCase, script_of
from pos_app.virtual.registry import list_cameras


@pytest.mark.parametrize("case", DemoCase)
def test_every_ending_has_a_script(case: DemoCase) -> None:
    assert script_of(case.value) is SCRIPTS[case]


def test_every_shopper_and_attacker_is_a_case_and_no_attack_may_pay() -> None:
    for listing in list_cameras():
        script = script_of(listing.name)
        assert script is not None
        assert script.camera == listing.name
        is_attack = listing.name.startswith("attack:")
        assert (ResponseCode.APPROVED in script.expected) is not is_attack


def test_the_account_is_that_of_the_person_in_the_name() -> None:
    script = script_of("attack:replay:langer")
    assert script is not None
    assert script.login == ENROLLED["langer"]


def test_anything_else_is_no_case() -> None:
    assert script_of("sunny") is None
