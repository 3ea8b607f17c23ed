"""What the two windows show, as plain values. Nothing here knows Qt, a network or a camera.

The presenter replaces these values; the views draw them. A view keeps no state of its own that a
value here could hold.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

from facepay.identifiers import TerminalId
from facepay.pad_challenge import Presentation
from facepay.wire.terminal import Acceptor, Notice
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.stage import Prompt
from pos_app.checkout.payment import Confirmation, PaymentStep
from pos_app.checkout.receipt import Receipt
from pos_app.checkout.sale import Cart, CatalogueItem
from pos_app.checkout.tenders import Tender
from pos_app.ui.phrase import Explanation, LocalName

PIN_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Shop:
    """Where this till stands."""

    acceptor: Acceptor
    terminal_id: TerminalId

    @property
    def name(self) -> LocalName:
        """The payee as people know it."""
        return acceptor_name(self.acceptor)


def acceptor_name(acceptor: Acceptor) -> LocalName:
    """Return the name of an acceptor in both languages."""
    return LocalName(acceptor.name_zh, acceptor.name_en)


def item_name(item: CatalogueItem) -> LocalName:
    """Return the name of an item in both languages."""
    return LocalName(item.name_zh, item.name_en)


class LineState(Enum):
    """Whether the clearing service can be reached."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    OUT_OF_ORDER = "out_of_order"
    """A part of this terminal could not be started; only people can help."""


class Verdict(Enum):
    """How an outcome is to be read at a glance."""

    PAID = "paid"
    DONE = "done"
    """Done as asked, where nothing is paid."""
    REFUSED = "refused"
    STOPPED = "stopped"
    REVERSING = "reversing"


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """How a payment ended, in words. `code` is the ISO 8583 response code if there was one."""

    verdict: Verdict
    explanation: Explanation
    code: str | None = None
    tries_left: int | None = None


class Page(Enum):
    """What the customer display is about; the cashier's window follows it."""

    SELLING = "selling"
    CHOOSING = "choosing"
    OTHER_TENDER = "other_tender"
    NOTICE = "notice"
    DIGITS = "digits"
    CAPTURE = "capture"
    WORKING = "working"
    RETRY = "retry"
    CONFIRM = "confirm"
    PIN = "pin"
    OUTCOME = "outcome"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class DigitsView:
    """Phone digits asked for and typed so far. They are shown, because the payer checks them."""

    wanted: int = 4
    typed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CaptureView:
    """What the person before the camera is told."""

    guidance: Guidance | None = None
    prompt: Prompt | None = None
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class PinView:
    """How many PIN digits were entered, never which; and how often more time can be had."""

    entered: int = 0
    extensions_left: int = 2
    was_extended: bool = False


@dataclass(frozen=True, slots=True)
class TillView:
    """Everything both windows show."""

    shop: Shop
    catalogue: tuple[CatalogueItem, ...] = ()
    cart: Cart = field(default_factory=Cart)
    selected_sku: str | None = None
    line: LineState = LineState.STARTING
    unsent_count: int = 0
    notice: Notice | None = None
    presentation: Presentation = Presentation.WITH_LIGHT
    """What the liveness check may do to everybody here."""
    page: Page = Page.SELLING
    payment_step: PaymentStep | None = None
    tender: Tender | None = None
    face_was_refused: bool = False
    digits: DigitsView = field(default_factory=DigitsView)
    capture: CaptureView = field(default_factory=CaptureView)
    tries_left: int | None = None
    confirmation: Confirmation | None = None
    pin: PinView = field(default_factory=PinView)
    judgement: Judgement | None = None
    """What the liveness check of this payment rested on; for the cashier."""
    outcome: OutcomeView | None = None
    receipt: Receipt | None = None
    receipts: tuple[Receipt, ...] = ()

    @property
    def for_cashier(self) -> "TillView":
        """This without what only the customer display shows, which changes with every key."""
        return replace(
            self,
            digits=DigitsView(),
            capture=CaptureView(),
            tries_left=None,
            confirmation=None,
            pin=PinView(),
        )

    @property
    def is_paying(self) -> bool:
        """Whether the cart is fixed because a payment is under way or done."""
        return self.page is not Page.SELLING

    @property
    def is_paid(self) -> bool:
        """Whether this sale has been paid."""
        return self.receipt is not None

    @property
    def money_may_move(self) -> bool:
        """Whether the bank is deciding, so that leaving now would not undo anything."""
        return self.payment_step in _DECIDING

    def offers(self, tender: Tender) -> bool:
        """Say whether the sale can be paid this way now.

        Face needs the line and the notice, and is not offered again after the payer refused.
        """
        if not self.cart.lines or self.is_paid or self.money_may_move:
            return False
        if tender is not Tender.FACE:
            return True
        return (
            self.line is LineState.ONLINE and self.notice is not None and not self.face_was_refused
        )


_DECIDING = frozenset({PaymentStep.AUTHORIZING, PaymentStep.QUERYING, PaymentStep.REVERSING})
