"""Adapts the checkout to the windows, on the GUI thread.

It holds one `TillView`, changes it when somebody touches something or a payment reports something,
and emits it. It never waits: what takes time runs on the payment's loop.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from facepay.pad_challenge import Presentation
from facepay.phone_digits import PhoneDigits
from facepay.ports import Clock, Randomness
from facepay.vocabulary import CancelReason
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import ClearingErrorReason, SignedOn
from pos_app.checkout.payment import (
    Approved,
    Confirmation,
    DigitsRequest,
    Ended,
    PaymentOutcome,
    PaymentStep,
    RetryOffer,
    StepDetails,
)
from pos_app.checkout.ports import PayerWord
from pos_app.checkout.receipt import Receipt, receipt_for_other_tender
from pos_app.checkout.sale import Sale, new_order_id
from pos_app.checkout.tenders import OtherTender, Tender
from pos_app.ui import sale_presenter as selling
from pos_app.ui.checkout_port import TillParts
from pos_app.ui.connection import Connection
from pos_app.ui.desk import PayerDesk, PinEntry
from pos_app.ui.desk_reports import PinPresses, with_guidance, with_pin, with_prompt
from pos_app.ui.flow_thread import FlowThread
from pos_app.ui.outcome_words import outcome_view
from pos_app.ui.text_outcome import TENDER_PAID
from pos_app.ui.till_model import (
    CaptureView,
    DigitsView,
    LineState,
    OutcomeView,
    Page,
    TillView,
    Verdict,
)

_PAGES: dict[PaymentStep, Page] = {
    PaymentStep.ASKING_DIGITS: Page.DIGITS,
    PaymentStep.OFFERING_RETRY: Page.RETRY,
    PaymentStep.OFFERING_RECAPTURE: Page.RETRY,
    PaymentStep.CAPTURING: Page.CAPTURE,
    PaymentStep.CONFIRMING: Page.CONFIRM,
    PaymentStep.ENTERING_PIN: Page.PIN,
}
_REFUSABLE = frozenset(
    {Page.NOTICE, Page.DIGITS, Page.CAPTURE, Page.RETRY, Page.CONFIRM, Page.PIN, Page.WORKING}
)
"""Pages on which another way means that the payer does not want to pay by face."""


class PaymentPresenter(PinPresses, QObject):
    """Implements `CashierActions` and `CustomerActions` over a checkout.

    Signals:
        changed: TillView, whenever anything shown is different.
        finished: PaymentOutcome of a payment by face.
    """

    changed = Signal(object)
    finished = Signal(object)

    def __init__(
        self,
        view: TillView,
        desk: PayerDesk,
        flow: FlowThread,
        connection: Connection,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        super().__init__()
        self.view = view
        self._desk = desk
        self._flow = flow
        self._connection = connection
        self._clock = clock
        self._randomness = randomness
        self._parts: TillParts | None = None
        self._sale: Sale | None = None
        self._presentation = view.presentation
        self._face_runs = False
        self._face_waits = False
        self._quantity_is_fresh = True
        desk.stepped.connect(self._on_step)
        desk.guided.connect(self._on_guidance)
        desk.prompted.connect(self._on_prompt)
        desk.judgement_made.connect(self._on_judgement)
        desk.pin_changed.connect(self._on_pin)
        connection.line_changed.connect(self._on_line)
        connection.unsent_counted.connect(self._on_unsent)

    def use_parts(self, parts: TillParts) -> None:
        """Take payments by face through `parts` from now on."""
        self._parts = parts
        self._pin_keys = parts.pin_keys

    def close_face(self) -> None:
        """Say that face payment is out of order; everything else goes on."""
        self._show(replace(self.view, line=LineState.OUT_OF_ORDER))

    @property
    def face_runs(self) -> bool:
        """Whether a payment by face has started and its end has not been shown yet."""
        return self._face_runs

    # --- the cashier -------------------------------------------------------------------------

    def add_item(self, sku: str) -> None:
        """Ring up one more of a product."""
        self._quantity_is_fresh = True
        self._show(selling.with_item(self.view, sku))

    def select_line(self, sku: str) -> None:
        """Choose the row that the number pad changes."""
        self._quantity_is_fresh = True
        if not self.view.is_paying:
            self._show(replace(self.view, selected_sku=sku))

    def type_quantity(self, digit: int) -> None:
        """Add a digit to the quantity of the chosen row."""
        is_first = self._quantity_is_fresh
        self._quantity_is_fresh = False
        self._show(selling.with_quantity_digit(self.view, digit, is_first=is_first))

    def delete_quantity_digit(self) -> None:
        """Take back the last digit of the quantity."""
        self._show(selling.without_quantity_digit(self.view))

    def remove_line(self) -> None:
        """Take the chosen row off the cart."""
        self._show(selling.with_quantity(self.view, 0))

    def clear_cart(self) -> None:
        """Take everything off the cart."""
        if not self.view.is_paying:
            self._show(selling.emptied(self.view))

    def confirm_received(self) -> None:
        """Finish a payment by QR code, card or cash."""
        tender = self.view.tender
        if self.view.page is not Page.OTHER_TENDER or tender is None:
            return
        sale = self._current_sale()
        paid = OtherTender(tender, sale.amount, sale.amount)
        shop = self.view.shop
        receipt = receipt_for_other_tender(
            sale, paid, shop.acceptor, shop.terminal_id, self._clock.now()
        )
        self._show_paid(OutcomeView(Verdict.PAID, TENDER_PAID), receipt)

    def cancel_payment(self) -> None:
        """Stop the payment and go back to the cart."""
        if not self.view.money_may_move:
            self._stop_face(CancelReason.CASHIER)
            self._show(selling.back_to_cart(self.view))

    def show_receipt(self) -> None:
        """Go from the outcome to the receipt."""
        if self.view.is_paid:
            self._show(replace(self.view, page=Page.RECEIPT))

    def new_sale(self) -> None:
        """Start again: with an empty cart after a payment, otherwise with the cart as it is."""
        if self.view.is_paid:
            self._sale = None
            self._show(selling.emptied(self.view))
        elif self.view.page is Page.OUTCOME:
            self._show(selling.back_to_cart(self.view))

    # --- cashier and payer -------------------------------------------------------------------

    def choose_tender(self, tender: Tender) -> None:
        """Pay this way. Face leads to the notice; anything else stops a payment by face."""
        if not self.view.offers(tender):
            return
        if tender is Tender.FACE and self.view.page in _REFUSABLE:
            return
        self._stop_face(CancelReason.CASHIER)
        page = Page.NOTICE if tender is Tender.FACE else Page.OTHER_TENDER
        self._show(replace(self.view, page=page, tender=tender, payment_step=None, outcome=None))

    # --- the payer ---------------------------------------------------------------------------

    def agree_to_face(self) -> None:
        """Start the payment by face: the touch is the consent to this one capture."""
        self._agree(self.view.presentation)

    def agree_to_face_calmly(self) -> None:
        """Start it too, without coloured light and without hurry."""
        self._agree(Presentation.ACCESSIBLE)

    def _agree(self, presentation: Presentation) -> None:
        if self.view.page is not Page.NOTICE or self._parts is None:
            return
        self._presentation = presentation
        self._show(replace(self.view, page=Page.WORKING, payment_step=PaymentStep.OPENING))
        self._face_waits = True
        self._start_face()

    def pay_another_way(self) -> None:
        """Refuse or leave payment by face; a refusal stands for the whole sale."""
        if self.view.money_may_move or self.view.is_paid:
            return
        refused = self.view.face_was_refused or self.view.page in _REFUSABLE
        self._stop_face(CancelReason.PAYER)
        self._show(
            replace(
                self.view,
                page=Page.CHOOSING,
                tender=None,
                payment_step=None,
                outcome=None,
                face_was_refused=refused,
            )
        )

    def type_digit(self, digit: int) -> None:
        """Add a phone digit."""
        digits = self.view.digits
        if len(digits.typed) < digits.wanted:
            self._show_digits(digits.typed + str(digit))

    def clear_digits(self) -> None:
        """Take back the phone digits."""
        self._show_digits("")

    def confirm_digits(self) -> None:
        """Send the phone digits, and forget them here."""
        digits = self.view.digits
        if self.view.page is Page.DIGITS and len(digits.typed) == digits.wanted:
            self._desk.answer(PhoneDigits(digits.typed.encode()))
            self._show_digits("")

    def try_again(self) -> None:
        """Let the camera try once more."""
        self._desk.answer(True)  # noqa: FBT003 - the payer's yes

    def confirm_payment(self) -> None:
        """Say yes to payee and amount."""
        self._desk.answer(PayerWord.CONFIRM)

    def not_me(self) -> None:
        """Say that the masked name is somebody else's."""
        self._desk.answer(PayerWord.NOT_ME)

    # --- reports -----------------------------------------------------------------------------

    def _on_step(self, step: PaymentStep, details: StepDetails) -> None:
        if step is PaymentStep.FINISHED:
            return
        if self.view.page not in _REFUSABLE:
            return
        view = replace(self.view, page=_PAGES.get(step, Page.WORKING), payment_step=step)
        match details:
            case DigitsRequest(count):
                view = replace(view, digits=DigitsView(count))
            case RetryOffer(attempts_left):
                view = replace(view, tries_left=attempts_left)
            case Confirmation():
                view = replace(view, confirmation=details)
            case _:
                view = replace(view, capture=CaptureView())
        self._show(view)

    def _on_guidance(self, guidance: Guidance) -> None:
        self._show(with_guidance(self.view, guidance))

    def _on_judgement(self, judgement: Judgement) -> None:
        self._show(replace(self.view, judgement=judgement))

    def _on_prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        self._show(with_prompt(self.view, prompt, step, steps))

    def _on_pin(self, entry: PinEntry | None) -> None:
        self._show(with_pin(self.view, entry))

    def _on_line(self, line: LineState, signed_on: SignedOn | None) -> None:
        view = replace(self.view, line=line)
        if signed_on is not None:
            shop = replace(view.shop, acceptor=signed_on.acceptor)
            view = replace(view, shop=shop, notice=signed_on.notice)
        self._show(view)

    def _on_unsent(self, count: int) -> None:
        self._show(replace(self.view, unsent_count=count))

    # --- one payment by face -----------------------------------------------------------------

    def _start_face(self) -> None:
        if self._face_runs or not self._face_waits or self._parts is None:
            return
        self._face_waits, self._face_runs = False, True
        self._show(replace(self.view, judgement=None))
        self._flow.run(self._pay(self._parts, self._current_sale(), self._presentation))

    async def _pay(self, parts: TillParts, sale: Sale, presentation: Presentation) -> None:
        """Run on the payment's loop; the outcome comes back as a queued signal."""
        outcome = await parts.checkout.pay(sale, presentation=presentation)
        if isinstance(outcome, Ended) and outcome.clearing is ClearingErrorReason.UNREACHABLE:
            self._connection.report_lost()
        await self._connection.count(parts.count_unsent)
        self.finished.emit(outcome)

    def _stop_face(self, reason: CancelReason) -> None:
        self._face_waits = False
        if self._face_runs and self._parts is not None:
            self._flow.call(self._parts.checkout.stop, reason)

    def end_face(self, outcome: PaymentOutcome) -> None:
        """Show how a payment by face ended; connected to `finished` as a queued slot."""
        self._face_runs = False
        left_early = self.view.page not in _REFUSABLE or self._face_waits
        if isinstance(outcome, Approved):
            self._show_paid(outcome_view(outcome), outcome.receipt)
        elif not self.view.is_paid and not (left_early and isinstance(outcome, Ended)):
            shown = outcome_view(outcome)
            self._show(replace(self.view, page=Page.OUTCOME, payment_step=None, outcome=shown))
        self._start_face()

    # --- small steps -------------------------------------------------------------------------

    def _current_sale(self) -> Sale:
        """Return the sale of this cart; it keeps its order number from one attempt to the next."""
        if self._sale is None or self._sale.cart != self.view.cart:
            self._sale = Sale(new_order_id(self._clock, self._randomness), self.view.cart)
        return self._sale

    def _show_paid(self, outcome: OutcomeView, receipt: Receipt) -> None:
        self._show(
            replace(
                self.view,
                page=Page.OUTCOME,
                payment_step=None,
                outcome=outcome,
                receipt=receipt,
                receipts=(*self.view.receipts, receipt),
            )
        )

    def _show_digits(self, typed: str) -> None:
        self._show(replace(self.view, digits=replace(self.view.digits, typed=typed)))

    def _show(self, view: TillView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)
