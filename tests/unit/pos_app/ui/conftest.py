"""One application for all tests of the windows, and the font that the till would choose."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from pos_app.ui.actions import CashierActions, CustomerActions
from pos_app.ui.cashier_window import CashierWindow
from pos_app.ui.checkout_port import Connect
from pos_app.ui.customer_window import CustomerWindow
from pos_app.ui.look import Look
from pos_app.ui.phrase import Language
from pos_app.ui.preview import LatestFrame
from pos_app.ui.refund_actions import RefundActions
from pos_app.ui.theme import Theme
from pos_app.ui.till import Till, TillOptions, application, characters_needed
from pos_app.ui.till_model import TillView
from pos_app.ui.typeface import choose_family
from tests.fakes.checkout import Script, ScriptedCheckout, connect_to
from tests.fakes.ports import ManualClock, SeededRandomness
from tests.fakes.till import CATALOGUE, SHOP


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return application(needs_screen=False)


@pytest.fixture(scope="session")
def family(qapp: QApplication) -> str:
    return choose_family(characters_needed(TillView(SHOP, CATALOGUE)))


class RecordedActions:
    """Writes down what the windows ask for."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, *arguments))


@pytest.fixture
def actions() -> RecordedActions:
    return RecordedActions()


class Windows:
    """Both windows with the same view."""

    def __init__(
        self, cashier: CashierWindow, customer: CustomerWindow, frames: LatestFrame
    ) -> None:
        self.cashier = cashier
        self.customer = customer
        self.frames = frames

    def show(self, view: TillView) -> None:
        self.cashier.render_view(view)
        self.customer.render_view(view)
        for _ in range(5):
            QApplication.processEvents()


@pytest.fixture
def windows(family: str, actions: RecordedActions) -> Iterator[Callable[..., Windows]]:
    opened: list[CashierWindow | CustomerWindow] = []

    def make(
        language: Language = Language.CHINESE,
        scale: float = 1.0,
        cashier_size: tuple[int, int] = (1200, 800),
        customer_size: tuple[int, int] = (720, 1000),
    ) -> Windows:
        theme, view = Theme(family, scale), TillView(SHOP, CATALOGUE)
        cashier_actions: CashierActions = actions
        customer_actions: CustomerActions = actions
        refund_actions: RefundActions = actions
        cashier = CashierWindow(Look(theme, language), cashier_actions, refund_actions, view)
        look = Look(theme, language)
        frames = LatestFrame()
        customer = CustomerWindow(look, customer_actions, frames, view)
        opened.extend((cashier, customer))
        cashier.resize(*cashier_size)
        customer.resize(*customer_size)
        cashier.show()
        customer.show()
        return Windows(cashier, customer, frames)

    yield make
    for window in opened:
        window.dispose()


class StoppedClock(ManualClock):
    """A clock on which no waiting ever ends, so that a till that is offline stays so, quietly."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class OpenTill:
    """A till over a scripted checkout."""

    def __init__(self, till: Till, made: list[ScriptedCheckout]) -> None:
        self.till = till
        self._made = made

    @property
    def checkout(self) -> ScriptedCheckout:
        return self._made[0]

    @property
    def view(self) -> TillView:
        return self.till.presenter.view


@pytest.fixture
def open_till(qapp: QApplication) -> Iterator[Callable[..., OpenTill]]:
    opened: list[Till] = []

    def make(
        script: Script | None = None,
        language: Language = Language.ENGLISH,
        connect: Connect | None = None,
    ) -> OpenTill:
        made: list[ScriptedCheckout] = []
        options = TillOptions(
            SHOP, CATALOGUE, language, clock=StoppedClock(), randomness=SeededRandomness()
        )
        till = Till(options, connect or connect_to(script or Script(), made))
        opened.append(till)
        till.open()
        return OpenTill(till, made)

    yield make
    for till in opened:
        till.close()
