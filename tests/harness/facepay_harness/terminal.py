"""A terminal of a scenario: all of the terminal's own code but the camera and the windows."""

from collections.abc import Sequence
from pathlib import Path

import grpc.aio

from facepay.identifiers import OrderId
from facepay.money import Money
from facepay.ports import Clock
from facepay.vocabulary import EnrolmentRefusal
from facepay.wire.enrolment import EnrolmentRefused
from facepay_harness.accounts import CODES_AT_ONCE, SandboxPerson
from facepay_harness.people import PinFingers, WillingPerson
from facepay_harness.synthetic_capture import SyntheticCapture
from facepay_harness.synthetic_person import SyntheticPerson
from pos_app.bootstrap import Terminal, open_terminal
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.enrolment import EnrolmentFlow
from pos_app.checkout.enrolment_ports import ClosingOutcome, EnrolmentOutcome
from pos_app.checkout.payment import PaymentOutcome
from pos_app.checkout.sale import Cart, CatalogueItem, Sale, new_order_id
from pos_app.config import load_config

_CODE_WAS_USED = EnrolmentRefused(EnrolmentRefusal.NOT_AUTHENTICATED)


class ScenarioTerminal:
    """One terminal, its person and its PIN. Made and used on one event loop."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.capture = SyntheticCapture(terminal.randomness)
        self.person = WillingPerson()
        self.fingers = PinFingers(terminal.pin_pad)
        self.checkout: Checkout = terminal.checkout(self.capture, self.person, self.person)

    @classmethod
    def open(
        cls,
        bundle: Path,
        *,
        clock: Clock | None = None,
        interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
    ) -> "ScenarioTerminal":
        """Open the terminal of a bundle directory. Raises `PosError`."""
        return cls(open_terminal(load_config(bundle), clock=clock, interceptors=interceptors))

    def stand(self, account: SandboxPerson | None, *, face: str | None = None) -> None:
        """Put a person before the terminal: an account's owner, or a stranger's face, or both."""
        name = face or (account.login if account else None)
        self.capture.person = SyntheticPerson(name) if name else None
        self.person.phone_tail = account.phone_tail if account else ""
        self.fingers.passcode = account.passcode if account else ""

    async def pay(self, amount_minor_units: int) -> PaymentOutcome:
        """Sell one thing for this amount and let the person pay by face."""
        return await self.checkout.pay(self.sale(amount_minor_units))

    async def enrol(self, account: SandboxPerson) -> EnrolmentOutcome:
        """Enrol the owner of an account; this must be an enrolment station."""
        self.stand(account)
        flow = await self._enrolment()
        outcome = await flow.enrol(account.issuer_login)
        for _ in range(CODES_AT_ONCE - 1):
            if outcome != _CODE_WAS_USED:
                break
            outcome = await flow.enrol(account.issuer_login)
        return outcome

    async def close_face_payment(self, account: SandboxPerson) -> ClosingOutcome:
        """Close face payment for an account; this must be an enrolment station."""
        flow = await self._enrolment()
        outcome = await flow.close(account.issuer_login)
        for _ in range(CODES_AT_ONCE - 1):
            if outcome != _CODE_WAS_USED:
                break
            outcome = await flow.close(account.issuer_login)
        return outcome

    def sale(self, amount_minor_units: int) -> Sale:
        """Return a sale of one thing at this price, under a fresh order number."""
        item = CatalogueItem("SIM", "", "模拟商品", "Simulated goods", Money(amount_minor_units))
        order_id: OrderId = new_order_id(self.terminal.clock, self.terminal.randomness)
        return Sale(order_id, Cart().with_item(item))

    async def close(self) -> None:
        """Close the line and the journal."""
        await self.terminal.close()

    async def _enrolment(self) -> EnrolmentFlow:
        signed_on = self.checkout.signed_on or await self.checkout.sign_on()
        return self.terminal.enrolment_flow(self.capture, self.person, signed_on)
