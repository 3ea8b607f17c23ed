"""A till with invented customers, who come one after another as fast as it serves them."""

import asyncio
import hashlib
import logging
import signal
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import grpc.aio
import structlog
from google.protobuf.message import Message

from facepay.identifiers import RetrievalReferenceNumber
from facepay.message_header import MessageHeader
from facepay.money import Money
from facepay.vocabulary import RefundKind, ReversalReason
from facepay_harness.accounts import SandboxPerson, load_accounts
from facepay_harness.line import Call
from facepay_harness.people import PinFingers, WillingPerson
from facepay_harness.synthetic_capture import SyntheticCapture
from facepay_harness.synthetic_person import SyntheticPerson
from pos_app.bootstrap import Terminal, open_terminal
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.payment import Approved, PaymentOutcome
from pos_app.checkout.pin_entry import EncipheredPin, PinEntryCancelled, PinEntryTimedOut, PinPrompt
from pos_app.checkout.ports import JournalError
from pos_app.checkout.receipt import FacePaymentRecord
from pos_app.checkout.recovery import RecoveredPayment
from pos_app.checkout.refund import Refunded, RefundIntent
from pos_app.checkout.sale import Cart, CatalogueItem, Sale, new_order_id
from pos_app.checkout.upkeep import TillUpkeep
from pos_app.config import load_config
from pos_app.pin_pad.simulated_ped import SimulatedPed
from tests.crash.notes import NoteBook

CUSTOMERS = ("li.na", "wang.wei", "chen.jie", "liu.yang")
FORGETFUL = "sun.li"
"""Types a wrong passcode now and then, and is locked out in the end."""

AMOUNT_MAX = 90
"""In fen: thousands of payments a day must fit under a payer's daily limit."""
PAUSE_SECONDS_MAX = 0.1
LINE_PAUSE_SECONDS = 0.3
"""Before the next customer when the last one could not be served."""
LOOK_SECONDS = 0.2


class NotingLine(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    """Notes counter and operation of every message before it leaves."""

    def __init__(self, notes: NoteBook) -> None:
        self._notes = notes

    async def intercept_unary_unary(
        self, continuation: Call, details: grpc.aio.ClientCallDetails, request: Message
    ) -> Any:
        header_bytes = bytes(request.message.header)  # type: ignore[attr-defined]
        header = MessageHeader.from_bytes(header_bytes)
        digest = hashlib.sha256(header_bytes).hexdigest()
        operation = header.operation_id.value.hex()
        self._notes.add("sent", counter=header.counter, operation=operation, header=digest)
        return await continuation(details, request)


class NotingPinPad:
    """Implements the checkout's PIN pad; notes the key of every PIN before it leaves."""

    def __init__(self, pin_pad: SimulatedPed, notes: NoteBook) -> None:
        self._pin_pad = pin_pad
        self._notes = notes

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        entered = await self._pin_pad.enter_pin(prompt)
        if isinstance(entered, EncipheredPin):
            self._notes.add("pin key", ksn=entered.ksn.to_bytes().hex())
        return entered


class BusyTill:
    """One life of one till."""

    def __init__(
        self, terminal: Terminal, people: dict[str, SandboxPerson], notes: NoteBook, stream: Random
    ) -> None:
        self._terminal = terminal
        self._people = people
        self._notes = notes
        self._stream = stream
        self._capture = SyntheticCapture(terminal.randomness)
        self._payer = WillingPerson()
        self._fingers = PinFingers(terminal.pin_pad)
        noting = replace(terminal, pin_pad=NotingPinPad(terminal.pin_pad, notes))  # type: ignore[arg-type]
        self._checkout: Checkout = noting.checkout(self._capture, self._payer, self._payer)
        self._refunds = terminal.refund_flow()
        self._is_asked_to_end = False

    def end(self) -> None:
        """Serve nobody after the present customer."""
        self._is_asked_to_end = True

    async def run(self) -> None:
        """Trade, and end when nothing is left in doubt."""
        upkeep = asyncio.create_task(
            TillUpkeep(
                self._checkout, self._refunds, self._terminal.clock, self._note_settled
            ).run()
        )
        while not self._is_asked_to_end:
            await self._serve()
        while not await self._is_at_rest():
            if upkeep.done():
                break
            await asyncio.sleep(LOOK_SECONDS)
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)

    async def _serve(self) -> None:
        await asyncio.sleep(self._stream.uniform(0, PAUSE_SECONDS_MAX))
        self._let_step_up()
        amount = self._stream.randint(1, AMOUNT_MAX)
        order_id = new_order_id(self._terminal.clock, self._terminal.randomness)
        item = CatalogueItem("SIM", "", "货", "Goods", Money(amount))
        self._notes.add("sale", order=order_id.value, amount=amount)
        outcome = await self._checkout.pay(Sale(order_id, Cart().with_item(item)))
        self._note_outcome(order_id.value, outcome)
        if isinstance(outcome, Approved) and outcome.receipt.face is not None:
            await self._take_back(outcome.receipt.face, amount)
        elif not isinstance(outcome, Approved):
            await asyncio.sleep(LINE_PAUSE_SECONDS)

    def _let_step_up(self) -> None:
        name = self._stream.choice([*CUSTOMERS * 6, FORGETFUL, "nobody known"])
        person = self._people.get(name)
        self._capture.person = SyntheticPerson(name)
        self._payer.phone_tail = person.phone_tail if person else ""
        passcode = person.passcode if person else ""
        is_wrong = name == FORGETFUL and self._stream.random() < 0.5
        self._fingers.passcode = passcode[::-1] if is_wrong else passcode

    def _note_outcome(self, order: str, outcome: PaymentOutcome) -> None:
        name = type(outcome).__name__.lower()
        if not isinstance(outcome, Approved) or outcome.receipt.face is None:
            self._notes.add(name, order=order, detail=str(outcome)[:200])
            return
        face = outcome.receipt.face
        self._notes.add(
            name,
            order=order,
            payment=str(face.payment_id),
            rrn=face.rrn.value,
            approval=face.approval_code.value,
            amount=outcome.receipt.amount.amount_minor_units,
        )

    async def _take_back(self, face: FacePaymentRecord, amount: int) -> None:
        what = self._stream.choice(["nothing"] * 6 + ["part", "whole", "void", "undo"])
        if what == "nothing":
            return
        self._notes.add("asked back", payment=str(face.payment_id), what=what)
        if what == "undo":
            try:
                await self._checkout.reverse(face.payment_id, ReversalReason.CASHIER)
            except JournalError:
                return
        elif what == "void":
            await self._refund(face.rrn, RefundIntent(RefundKind.VOID, Money(amount)))
        else:
            part = amount if what == "whole" else max(amount // 2, 1)
            await self._refund(face.rrn, RefundIntent(RefundKind.REFUND, Money(part)))

    async def _refund(self, rrn: RetrievalReferenceNumber, intent: RefundIntent) -> None:
        result = await self._refunds.refund(rrn, intent)
        if not isinstance(result, Refunded):
            self._notes.add(type(result).__name__.lower(), detail=str(result)[:200])
            return
        decision = result.receipt.decision
        self._notes.add(
            "refunded",
            operation=decision.operation_id.value.hex(),
            payment=str(decision.payment_id),
            rrn=decision.rrn.value if decision.rrn else "",
            amount=decision.amount.amount_minor_units,
            what=intent.kind.name,
        )

    def _note_settled(self, settled: RecoveredPayment) -> None:
        payment_id = str(settled.payment.binding.payment_id)
        self._notes.add("settled", payment=payment_id, found=settled.recovery.value)

    async def _is_at_rest(self) -> bool:
        journal = self._terminal.journal
        return not (
            await self._checkout.left_over()
            or await journal.reversals()
            or await journal.refunds.unsettled_refunds()
        )


async def trade(bundle: Path, accounts: Path, notes_path: Path, seed: str) -> None:
    """Open the till of a bundle and trade until this process is asked to end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    notes = NoteBook(notes_path)
    terminal = open_terminal(load_config(bundle), interceptors=[NotingLine(notes)])
    till = BusyTill(terminal, load_accounts(accounts), notes, Random(seed))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, till.end)
    notes.add("open")
    try:
        await till.run()
    finally:
        await terminal.close()
    notes.add("closed")
    notes.close()
