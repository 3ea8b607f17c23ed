"""A till of a run: the product's checkout, journal, clearing client and PIN pad, with people.

Journal, PIN keys and bundle are on its disk and outlive a process. A process is one day's opening,
or what is left of it after a power cut.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.routing.evidence_policy import SYNTHETIC_POLICY
from clearing_service.security_module.protocol import ClearingSecurityModule
from facepay.identifiers import OrderId, PaymentId, TerminalId
from facepay.money import Money
from facepay.pad_evidence import PadCue, PadEvidence, ProvenStep
from facepay.phone_digits import PhoneDigits
from facepay.sealed_envelope import KemPrivateKey, SealedEnvelope, open_envelope
from facepay.vocabulary import CancelReason, RefundKind, ReversalReason
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.payment import (
    Approved,
    Confirmation,
    Declined,
    Ended,
    PaymentOutcome,
    PaymentStep,
    Reversing,
    StepDetails,
)
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.pin_entry import EncipheredPin, PinEntryCancelled, PinEntryTimedOut, PinPrompt
from pos_app.checkout.ports import (
    CaptureFailure,
    JournalError,
    JournalErrorReason,
    PayerWord,
    SealedProbe,
    SealingContext,
)
from pos_app.checkout.receipt import FacePaymentRecord
from pos_app.checkout.recovery import RecoveredPayment, Recovery
from pos_app.checkout.refund import RefundIntent
from pos_app.checkout.refund_flow import RefundFlow
from pos_app.checkout.sale import Cart, CatalogueItem, Sale
from pos_app.checkout.upkeep import TillUpkeep
from pos_app.clearing_client.gateway import RemoteClearing
from pos_app.clearing_client.refund_gateway import RemoteRefunds
from pos_app.clearing_client.request_builder import RequestBuilder
from pos_app.clearing_client.terminal_keys import TerminalKeys
from pos_app.journal.database import JournalDatabase, _migrate
from pos_app.journal.sqlite_journal import SqliteJournal
from pos_app.pin_pad.simulated_ped import SimulatedPed
from tests.fakes.ports import SeededRandomness
from tests.proof.journals import JournalRows, read_journal
from tests.simulation.line import ServiceAddress, TerminalLine
from tests.simulation.records import Records
from tests.simulation.shopping import Purchase
from tests.simulation.trace import Trace
from tests.simulation.virtual_time import (
    Disk,
    PlannedStrike,
    Process,
    VirtualClock,
    VirtualLoop,
)

PROVISIONING = b"provisioning of a simulated terminal"


class People:
    """Whoever stands at the till now: payer, camera subject, and the observer of the steps."""

    def __init__(self, till: "Till", randomness: SeededRandomness) -> None:
        self._till = till
        self._clock = till.clock
        self._randomness = randomness
        self._purchase: Purchase
        self._order_id: OrderId

    def serve(self, purchase: Purchase, order_id: OrderId) -> None:
        """Let the next person step up."""
        self._purchase = purchase
        self._order_id = order_id

    async def phone_digits(self, count: int) -> PhoneDigits | None:
        await self._clock.sleep(self._purchase.thinking_seconds)
        return PhoneDigits(f"{self._purchase.person:06d}"[-count:].encode())

    async def another_capture(self, attempts_left: int) -> bool:
        await self._clock.sleep(self._purchase.thinking_seconds)
        return self._purchase.tries_again

    async def confirmation(self, shown: Confirmation) -> PayerWord:
        await self._clock.sleep(self._purchase.thinking_seconds)
        return self._purchase.word

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        if step is PaymentStep.FINISHED and isinstance(
            details, Approved | Declined | Ended | Reversing
        ):
            self._till.records.finished(self._order_id, details)

    async def capture(self, context: SealingContext) -> SealedProbe | CaptureFailure:
        await self._clock.sleep(0.5 + self._purchase.thinking_seconds)
        evidence = PadEvidence(
            policy_id=SYNTHETIC_POLICY,
            model_id=context.model_id,
            challenge_nonce=context.challenge.nonce,
            steps=tuple(ProvenStep(step, 700) for step in context.challenge.steps),
            cues=(PadCue("synthetic", 1000, 1000),),
            attempt=context.attempt,
        )
        draw = self._randomness.bytes
        header = context.header_for((draw(32), draw(32), draw(32)), evidence.to_bytes())
        content = self._purchase.person.to_bytes(4) + bytes(60)
        first, second, third = (
            SealedEnvelope(recipient.key_id, content) for recipient in context.recipients
        )
        return SealedProbe(header, (first, second, third))

    def cancel(self) -> None:
        """A simulated capture is over soon enough."""


class PressedPinPad:
    """The product's PIN pad with fingers on it; notes every key it used."""

    def __init__(self, ped: SimulatedPed, till: "Till", clock: VirtualClock) -> None:
        self._ped = ped
        self._till = till
        self._clock = clock

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        process = self._till.process
        if process is not None:
            process.start(self._press())
        entered = await self._ped.enter_pin(prompt)
        if isinstance(entered, EncipheredPin):
            key = (entered.ksn.initial_key_id, entered.ksn.counter)
            self._till.records.use_once("PIN key", key)
        return entered

    async def _press(self) -> None:
        purchase = self._till.current
        if purchase is None or purchase.passcode is None:
            return
        await self._clock.sleep(purchase.thinking_seconds)
        if not purchase.passcode:
            self._ped.cancel()
        for digit in purchase.passcode:
            self._ped.press(int(digit))
        self._ped.confirm()


@dataclass(frozen=True, slots=True)
class TillKeys:
    """What a terminal was provisioned with."""

    signing: Ed25519PrivateKey
    sealing: KemPrivateKey


class Till:
    """One till and its shop."""

    checkout_class = Checkout

    def __init__(
        self,
        loop: VirtualLoop,
        terminal_id: TerminalId,
        folder: Path,
        address: ServiceAddress,
        purchases: Sequence[Purchase],
        records: Records,
        trace: Trace,
        seed: int,
    ) -> None:
        self._loop = loop
        self._trace = trace
        self._seed = seed
        self._purchases = purchases
        self._next = 0
        self._lives = 0
        self._key_file = folder / f"{terminal_id}.ped"
        self._store = sqlite3.connect(":memory:", isolation_level=None)
        _migrate(self._store)
        self._checkout: Checkout | None = None
        self.records = records
        self.terminal_id = terminal_id
        self.clock = VirtualClock(loop)
        self.line = TerminalLine(loop, terminal_id.value, address, trace)
        self.line.on_send = records.sent
        self.disk = Disk(
            terminal_id.value, {"journal": lambda: JournalError(JournalErrorReason.DISK_FULL)}
        )
        self.process: Process | None = None
        self.current: Purchase | None = None
        self.open_until = 0.0
        self.next_strikes: list[PlannedStrike] = []
        """What happens during the next payment."""
        self.keys: TerminalKeys
        randomness = SeededRandomness(seed)
        self.own_keys = TillKeys(
            Ed25519PrivateKey.from_private_bytes(randomness.bytes(32)),
            KemPrivateKey.generate(randomness),
        )

    def provision(self, module: ClearingSecurityModule) -> None:
        """Load the PIN pad's initial key, as a provisioning officer does."""
        sealing = self.own_keys.sealing
        release = module.certify_terminal(self.terminal_id, sealing.recipient, PROVISIONING)
        with open_envelope(release.initial_key, sealing, PROVISIONING) as initial_key:
            ped = SimulatedPed(self._key_file, self.clock, SeededRandomness(self._seed + 1))
            ped.load_initial_key(initial_key, release.initial_key_id)

    def open(self, until: float) -> None:
        """Open the shop until `until`; a till without power opens when it has power again."""
        self.open_until = until
        if self.process is None:
            self.start()

    def start(self) -> None:
        """Switch the till on, if the shop is open."""
        if self.process is not None or self._loop.time() >= self.open_until:
            return
        self._lives += 1
        self.disk.forget_plans()
        process = self.process = Process(self._loop, self.terminal_id.value, self.disk)
        self._trace.add(self._loop.time(), self.terminal_id.value, f"START life {self._lives}")
        process.start(self._live(process))

    def kill(self, seconds: float) -> None:
        """Cut the power for `seconds`."""
        if self.process is None:
            return
        self._trace.add(self._loop.time(), self.terminal_id.value, f"CRASH for {seconds:g} s")
        self.records.count("terminal crashes")
        self._switch_off()
        self._loop.call_later(seconds, self.start)

    def mend(self) -> None:
        """End every fault of the till."""
        self.disk.mend()
        self.next_strikes.clear()
        self.clock.offset_seconds = 0.0
        self.line.faults.next_ones.clear()
        self.line.faults.down_until = 0.0

    def stop_payment(self) -> None:
        """Let the cashier stop the running payment."""
        if self._checkout is not None and self.process is not None:
            self._checkout.stop(CancelReason.CASHIER)

    def read_journal(self) -> JournalRows:
        """Return what the journal says."""
        return read_journal(self.terminal_id.value, self._store)

    def close(self) -> None:
        self._store.close()

    def _switch_off(self) -> None:
        if self.process is not None:
            self.process.kill()
        self.process = self._checkout = self.current = None

    async def _live(self, process: Process) -> None:
        randomness = SeededRandomness(self._seed * 1000 + self._lives)
        journal = SqliteJournal(self._key_file, self.clock, randomness)
        journal._database = journal.refunds._database = JournalDatabase(self._key_file)
        journal._database._connection = self._store
        builder = RequestBuilder(self.terminal_id, self.keys, self.clock, randomness)
        gateway = RemoteClearing(self.line, self.keys, builder, self.clock)  # type: ignore[arg-type]
        ped = SimulatedPed(self._key_file, self.clock, randomness)
        people = People(self, randomness)
        ports = CheckoutPorts(
            gateway=gateway,
            journal=journal,
            capture=people,
            pin_pad=PressedPinPad(ped, self, self.clock),
            payer=people,
            observer=people,
            clock=self.clock,
            randomness=randomness,
        )
        checkout = self._checkout = self.checkout_class(ports, self.terminal_id)
        refunds = RefundFlow(
            RemoteRefunds(self.line, gateway, self.keys, builder, self.clock),  # type: ignore[arg-type]
            journal,
            journal.refunds,
            self.clock,
        )
        process.start(TillUpkeep(checkout, refunds, self.clock, self._note_settled).run())
        await self._trade(checkout, refunds, people)
        await self.clock.sleep(max(self.open_until - self._loop.time(), 0.0))
        self._trace.add(self._loop.time(), self.terminal_id.value, "CLOSE")
        self._switch_off()

    def _note_settled(self, settled: RecoveredPayment) -> None:
        if settled.recovery is Recovery.FOUND_APPROVED:
            self.records.found_approved.add(settled.payment.binding.payment_id)

    async def _trade(self, checkout: Checkout, refunds: RefundFlow, people: People) -> None:
        while self._next < len(self._purchases):
            purchase = self._purchases[self._next]
            if purchase.at >= self.open_until:
                return
            await self.clock.sleep(max(purchase.at - self._loop.time(), 0.0))
            self._next += 1
            if self._loop.time() > purchase.at + 120:
                continue  # the shopper has gone to another till
            self.current = purchase
            for strike in self.next_strikes:
                self.disk.plan(strike)
            self.next_strikes.clear()
            number = f"{self._next:06d}"
            item = CatalogueItem("SIM", "", "货", "Goods", Money(purchase.amount))
            sale = Sale(OrderId(f"{self.terminal_id}-{number}"), Cart().with_item(item))
            people.serve(purchase, sale.order_id)
            self.records.count("payments")
            outcome = await checkout.pay(sale)
            self._trace.add(self._loop.time(), self.terminal_id.value, f"OUTCOME {_short(outcome)}")
            if isinstance(outcome, Approved) and outcome.receipt.face is not None:
                await self._undo(checkout, purchase, outcome.receipt.face.payment_id)
                await self._take_back(refunds, purchase, outcome.receipt.face)
            self.current = None

    async def _undo(self, checkout: Checkout, purchase: Purchase, payment_id: PaymentId) -> None:
        if purchase.undone_after is None:
            return
        await self.clock.sleep(purchase.undone_after)
        self.records.voided.add(payment_id)
        self._trace.add(self._loop.time(), self.terminal_id.value, f"UNDO {payment_id}")
        with suppress(JournalError):
            await checkout.reverse(payment_id, ReversalReason.CASHIER)

    async def _take_back(
        self, refunds: RefundFlow, purchase: Purchase, face: FacePaymentRecord
    ) -> None:
        for item in purchase.returns:
            await self.clock.sleep(item.after_seconds)
            is_void = item.kind is RefundKind.VOID
            if is_void:
                self.records.voided.add(face.payment_id)
            percent = 100 if is_void else item.percent
            intent = RefundIntent(item.kind, Money(max(purchase.amount * percent // 100, 1)))
            result = await refunds.refund(face.rrn, intent)
            self.records.refund_ended(result)
            about = f"{item.kind.name} {face.payment_id} {type(result).__name__}"
            self._trace.add(self._loop.time(), self.terminal_id.value, about)


def _short(outcome: PaymentOutcome) -> str:
    match outcome:
        case Approved(receipt):
            face = receipt.face
            return f"APPROVED {face.payment_id if face else ''}"
        case Declined(code):
            return f"DECLINED {code.value}"
        case Ended(reason, _, clearing):
            return f"ENDED {reason.value} {clearing.value if clearing else ''}".rstrip()
        case Reversing(reason, is_acknowledged):
            return f"REVERSING {reason.name} acknowledged={is_acknowledged}"
