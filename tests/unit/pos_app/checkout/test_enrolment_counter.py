"""An enrolment station signs on before it takes anybody, and uses the newest sign-on."""

from facepay.vocabulary import EnrolmentRefusal
from facepay.wire.enrolment import FacePaymentClosed
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.enrolment_counter import EnrolmentCounter
from pos_app.checkout.enrolment_ports import (
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentPorts,
    IssuerLogin,
)
from tests.fakes.clearing import SIGNED_ON, FakeClearing
from tests.fakes.idle_clock import IdleClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.people import ScriptedCapture, ScriptedPinPad
from tests.fakes.ports import SeededRandomness
from tests.unit.pos_app.checkout.test_enrolment import (
    ACTIVE,
    LOGIN,
    FakeEnrolment,
    ScriptedEnrollee,
)


async def _sign_in(refusal: EnrolmentRefusal | None) -> IssuerLogin:
    return LOGIN


async def test_nobody_is_taken_before_the_station_has_signed_on() -> None:
    clock, randomness = IdleClock(), SeededRandomness()
    clearing = FakeClearing(clock, randomness)
    ports = EnrolmentPorts(
        FakeEnrolment(clearing),
        MemoryJournal(clock, randomness),
        ScriptedCapture(),
        ScriptedPinPad(),
        ScriptedEnrollee(),
        clock,
        randomness,
    )
    counter = EnrolmentCounter(ports, clearing)
    not_yet = EnrolmentFailed(
        EnrolmentEnd.CLEARING_FAILED, clearing=ClearingErrorReason.NOT_SIGNED_ON
    )
    assert await counter.enrol(_sign_in) == not_yet
    assert await counter.close_face_payment(LOGIN) == not_yet
    assert await counter.sign_on() == SIGNED_ON
    assert await counter.enrol(_sign_in) == ACTIVE
    assert isinstance(await counter.close_face_payment(LOGIN), FacePaymentClosed)
