"""Where an enrolment's own threads meet the station's window."""

from PySide6.QtCore import Signal

from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.terminal import Notice
from pos_app.checkout.enrolment_ports import EnrolmentStep, IssuerLogin
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.ui.desk import CaptureDesk


class EnrolleeDesk(CaptureDesk):
    """Answers for the person who is enrolled. Implements `Enrollee`; `sign_in` is a `SignIn`.

    Signals:
        stepped: EnrolmentStep.
        consent_asked: ConsentScope.
        sign_in_asked: EnrolmentRefusal of the login before, or None.
        readiness_asked: EnrolmentStep, and CaptureFailureReason of the try before or None.
    """

    stepped = Signal(object)
    consent_asked = Signal(object)
    sign_in_asked = Signal(object)
    readiness_asked = Signal(object, object)

    def step_changed(self, step: EnrolmentStep) -> None:
        """Report a step, on the enrolment's loop."""
        self.stepped.emit(step)

    async def consents(self, notice: Notice, scope: ConsentScope) -> bool:
        """Wait for the touch that gives, or refuses, this one consent."""
        del notice
        self._open_question()
        self.consent_asked.emit(scope)
        return await self._answer_of(bool) is True

    async def sign_in(self, refusal: EnrolmentRefusal | None) -> IssuerLogin | None:
        """Wait for login and code; None if the person stops."""
        self._open_question()
        self.sign_in_asked.emit(refusal)
        return await self._answer_of(IssuerLogin)

    async def is_ready(
        self, step: EnrolmentStep, failure: CaptureFailureReason | None = None
    ) -> bool:
        """Wait for the touch that lets the camera go on."""
        self._open_question()
        self.readiness_asked.emit(step, failure)
        return await self._answer_of(bool) is True
