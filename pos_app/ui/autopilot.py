"""Pays by itself: finds real widgets by name, clicks them, waits for what must follow, takes pictures.

Used where there is nobody at the till. Nothing sleeps; every wait has a deadline and says what it
was waiting for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from facepay.identifiers import RetrievalReferenceNumber
from pos_app.checkout.receipt import Receipt
from pos_app.errors import PosError
from pos_app.ui.refund_model import CHECK_LENGTH, RefundStage, RefundView
from pos_app.ui.screen_check import check_window
from pos_app.ui.screen_platform import bring_to_front
from pos_app.ui.till import Till
from pos_app.ui.till_model import OutcomeView, Page, TillView

_STEP_SECONDS = 30.0
"""Longer than any answer that is not late; a capture has its own minute."""
_CAPTURE_SECONDS = 70.0
_LOOK_MILLISECONDS = 20
_SETTLE_ROUNDS = 5
"""Nested layouts need some rounds of events until no widget moves any more."""


class AutopilotError(PosError):
    """The till did not do what was expected within the deadline."""


@dataclass(frozen=True, slots=True)
class AutopilotPlan:
    """What to buy and what the payer types. The PIN is a test value of a simulated account."""

    skus: tuple[str, ...]
    phone_digits: str = field(repr=False)
    pin: str = field(repr=False)
    pictures: Path | None
    """Where pictures of both windows go; None takes none, and checks no screen."""
    retries: int = 2
    """How often to try again when no account was found; the till offers it twice at most."""
    check_screens: bool = True
    is_calm: bool = False
    """Whether the payer wants no coloured light and no hurry."""


@dataclass(frozen=True, slots=True)
class AutopilotResult:
    """How it went. `receipt` is None when the payment was not approved."""

    outcome: OutcomeView | None
    receipt: Receipt | None
    findings: dict[str, list[str]]
    """What was wrong on a screen, by stage; empty when every screen was good."""


class Autopilot:
    """Drives one payment by face through both windows."""

    def __init__(self, till: Till, plan: AutopilotPlan) -> None:
        self._till = till
        self._plan = plan
        self._count = 0
        self._findings: dict[str, list[str]] = {}

    def pay_by_face(self) -> AutopilotResult:
        """Ring up, pay, and return how it ended. Raises `AutopilotError`."""
        self._wait("the service to be reachable", lambda: self._view.notice is not None)
        self._picture("welcome")
        for sku in self._plan.skus:
            self._click(self._till.cashier, f"product_{sku}")
        self._picture("cart")
        self._click(self._till.cashier, "tender_face")
        self._wait_page(Page.NOTICE)
        self._picture("notice")
        agree = "agreeToFaceCalmly" if self._plan.is_calm else "agreeToFace"
        self._click(self._till.customer, agree)
        self._follow_payer()
        self._wait("the payment's end", lambda: not self._till.presenter.face_runs)
        self._picture("outcome")
        if self._view.is_paid:
            self._click(self._till.customer, "customerReceipt")
            self._wait_page(Page.RECEIPT)
            self._picture("receipt")
        return AutopilotResult(self._view.outcome, self._view.receipt, self._findings)

    def void(self, rrn: RetrievalReferenceNumber) -> RefundView:
        """Void the payment with this number and return how it ended. Raises `AutopilotError`."""
        cashier = self._till.cashier
        self._click(cashier, "refunds")
        self._wait_refund(RefundStage.LIST)
        self._picture("refund_list")
        self._click(cashier, f"refund_{rrn.value}")
        self._picture("refund_kind")
        self._click(cashier, "refund_VOID")
        for digit in rrn.value[-CHECK_LENGTH:]:
            self._click(cashier, f"checkKey_{digit}")
        self._picture("refund_check")
        self._click(cashier, "confirmRefund")
        self._wait_refund(RefundStage.ENDED)
        self._picture("refund_end")
        ended = self._till.refunds.view
        self._click(cashier, "refundDone")
        return ended

    def _wait_refund(self, stage: RefundStage) -> None:
        refunds = self._till.refunds
        self._wait(f"the refund to be at {stage.value}", lambda: refunds.view.stage is stage)

    @property
    def findings(self) -> dict[str, list[str]]:
        """What was wrong on a screen so far, by stage."""
        return dict(self._findings)

    @property
    def _view(self) -> TillView:
        return self._till.presenter.view

    def _follow_payer(self) -> None:
        """Do what the customer display asks for, until the payment has ended."""
        retries = self._plan.retries
        while True:
            page, tries_left = self._view.page, self._view.tries_left
            if page in {Page.OUTCOME, Page.CHOOSING}:
                return
            if page is Page.RETRY and retries > 0:
                retries -= 1
                self._click(self._till.customer, "tryAgain")
            else:
                self._act_on(page)
            gone = partial(self._has_gone_on, page, tries_left)
            self._wait(f"the page after {page.value}", gone)

    def _act_on(self, page: Page) -> None:
        actions: dict[Page, Callable[[], None]] = {
            Page.DIGITS: self._type_digits,
            Page.CAPTURE: self._stand_before_camera,
            Page.RETRY: lambda: self._click(self._till.customer, "otherWays"),
            Page.CONFIRM: lambda: self._click(self._till.customer, "confirmPayment"),
            Page.PIN: self._enter_pin,
        }
        if page is not Page.CAPTURE:
            self._picture(page.value)
        actions.get(page, _nothing)()

    def _type_digits(self) -> None:
        wanted = self._view.digits.wanted
        if len(self._plan.phone_digits) < wanted:
            raise AutopilotError(f"the till asks for {wanted} phone digits, the plan has fewer")
        for digit in self._plan.phone_digits[-wanted:]:
            self._click(self._till.customer, f"digit_{digit}")
        self._picture("digits_typed")
        self._click(self._till.customer, "digit_confirm")

    def _stand_before_camera(self) -> None:
        """Take one picture of each step; the person before the camera does the rest."""
        pictured: set[int] = set()
        while self._view.page is Page.CAPTURE:
            step = self._view.capture.step
            if step not in pictured:
                pictured.add(step)
                self._picture(f"capture_{step}", only_on=Page.CAPTURE)
            self._wait("the capture", partial(self._has_moved, step), _CAPTURE_SECONDS)

    def _enter_pin(self) -> None:
        for count, digit in enumerate(self._plan.pin, start=1):
            self._click(self._till.customer, f"pin_{digit}")
            self._wait("a PIN dot", partial(self._has_entered, count))
        self._picture("pin_entered")
        self._click(self._till.customer, "pin_confirm")

    def _has_gone_on(self, page: Page, tries_left: int | None) -> bool:
        """Whether the page was left, be it that a quick capture has come back to it since."""
        return self._has_left(page) or self._view.tries_left != tries_left

    def _has_left(self, page: Page) -> bool:
        return self._view.page is not page

    def _has_moved(self, step: int) -> bool:
        return self._has_left(Page.CAPTURE) or self._view.capture.step != step

    def _has_entered(self, count: int) -> bool:
        return self._view.pin.entered == count

    # --- hands and eyes ----------------------------------------------------------------------

    def _click(self, window: QWidget, name: str) -> None:
        """Click the visible, enabled button of that name with the mouse."""
        self._wait(f"the button {name}", lambda: _find(window, name) is not None)
        button = _find(window, name)
        if button is None:
            raise AutopilotError(f"the button {name} went away")
        bring_to_front(window)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _wait_page(self, page: Page) -> None:
        self._wait(f"the page {page.value}", lambda: self._view.page is page)

    def _wait(
        self, what: str, condition: Callable[[], bool], seconds: float = _STEP_SECONDS
    ) -> None:
        """Let the windows work until `condition` holds; raises `AutopilotError` at the deadline."""
        deadline = QDeadlineTimer(round(seconds * 1000))
        wake = QTimer()
        wake.start(_LOOK_MILLISECONDS)
        flags = QEventLoop.ProcessEventsFlag
        while not condition():
            if deadline.hasExpired():
                raise AutopilotError(f"waited {seconds:.0f} s for {what}")
            QApplication.processEvents(flags.AllEvents | flags.WaitForMoreEvents)
        wake.stop()

    def _picture(self, stage: str, only_on: Page | None = None) -> None:
        """Save both windows as they are; a face is never written to a file."""
        for _ in range(_SETTLE_ROUNDS):
            QApplication.processEvents()
        folder = self._plan.pictures
        if folder is None or only_on not in {None, self._view.page}:
            return
        self._count += 1
        folder.mkdir(parents=True, exist_ok=True)
        with self._till.customer.concealed_preview():
            for name, window in (
                ("cashier", self._till.cashier),
                ("customer", self._till.customer),
            ):
                file = folder / f"{self._count:02d}_{stage}_{name}.png"
                if not window.grab().save(str(file)):
                    raise AutopilotError(f"cannot write {file}")
                if self._plan.check_screens and (found := check_window(window)):
                    self._findings[f"{stage}_{name}"] = found


def _find(window: QWidget, name: str) -> QPushButton | None:
    found = window.findChildren(QPushButton, name)
    return next((b for b in found if b.isVisible() and b.isEnabled()), None)


def _nothing() -> None:
    """Wait for the till."""
