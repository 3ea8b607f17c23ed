"""A whole checkout on fakes: what unit tests of the payment path start from."""

from dataclasses import dataclass, field

from facepay.identifiers import OrderId, PaymentId, TerminalId
from facepay.money import Money
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.payment import PaymentOutcome
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.sale import Cart, CatalogueItem, Sale
from tests.fakes.clearing import FakeClearing
from tests.fakes.idle_clock import IdleClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.people import ScriptedCapture, ScriptedPayer, ScriptedPinPad, StepRecorder
from tests.fakes.ports import SeededRandomness

TERMINAL = TerminalId("TERM0001")
TEA = CatalogueItem("TEA", "6900000000017", "绿茶", "Green tea", Money(650))
SALE = Sale(OrderId("20260302-100000-00AA"), Cart().with_item(TEA, 2))


@dataclass
class FakeShop:
    """Everything around a `Checkout`, scripted; the checkout itself is the real one."""

    clock: IdleClock = field(default_factory=IdleClock)
    randomness: SeededRandomness = field(default_factory=SeededRandomness)
    capture: ScriptedCapture = field(default_factory=ScriptedCapture)
    pin_pad: ScriptedPinPad = field(default_factory=ScriptedPinPad)
    payer: ScriptedPayer = field(default_factory=ScriptedPayer)
    observer: StepRecorder = field(default_factory=StepRecorder)

    def __post_init__(self) -> None:
        self.clearing = FakeClearing(self.clock, self.randomness)
        self.journal = MemoryJournal(self.clock, self.randomness)
        self.checkout = self.restarted()

    def restarted(self) -> Checkout:
        """Return a new process's checkout over the same journal and the same world."""
        ports = CheckoutPorts(
            gateway=self.clearing,
            journal=self.journal,
            capture=self.capture,
            pin_pad=self.pin_pad,
            payer=self.payer,
            observer=self.observer,
            clock=self.clock,
            randomness=self.randomness,
        )
        return Checkout(ports, TERMINAL)

    async def pay(self) -> PaymentOutcome:
        return await self.checkout.pay(SALE)

    @property
    def payment_id(self) -> PaymentId:
        (payment_id,) = self.journal.payment_ids
        return payment_id

    @property
    def debit_count(self) -> int:
        return sum(self.clearing.debits.values())
