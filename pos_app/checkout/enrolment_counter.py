"""An enrolment station: signs on, and takes one person after the other."""

from facepay.message_header import Purpose
from pos_app.checkout.clearing_answers import ClearingErrorReason, SignedOn
from pos_app.checkout.enrolment import EnrolmentFlow
from pos_app.checkout.enrolment_ports import (
    ClosingOutcome,
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentOutcome,
    EnrolmentPorts,
    IssuerLogin,
    SignIn,
)
from pos_app.checkout.ports import ClearingGateway

_NOT_SIGNED_ON = EnrolmentFailed(
    EnrolmentEnd.CLEARING_FAILED, clearing=ClearingErrorReason.NOT_SIGNED_ON
)


class EnrolmentCounter:
    """Opens and closes face payment, one person at a time, under the newest sign-on."""

    def __init__(self, ports: EnrolmentPorts, clearing: ClearingGateway) -> None:
        self._ports = ports
        self._clearing = clearing
        self._flow: EnrolmentFlow | None = None

    async def sign_on(self) -> SignedOn:
        """Sign on to the clearing service; raises `ClearingError` and `JournalError`.

        What runs meanwhile ends under the sign-on that it began with.
        """
        operation = await self._ports.journal.begin_operation(None, Purpose.SIGN_ON)
        signed_on = await self._clearing.sign_on(operation)
        self._flow = EnrolmentFlow(self._ports, signed_on)
        return signed_on

    async def enrol(self, sign_in: SignIn) -> EnrolmentOutcome:
        """See `EnrolmentFlow.enrol_asking`."""
        return await self._flow.enrol_asking(sign_in) if self._flow else _NOT_SIGNED_ON

    async def close_face_payment(self, login: IssuerLogin) -> ClosingOutcome:
        """See `EnrolmentFlow.close`."""
        return await self._flow.close(login) if self._flow else _NOT_SIGNED_ON
