"""Opens the two windows and keeps them together: what the terminal's bootstrap calls."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication

from facepay.pad_challenge import Presentation
from facepay.ports import Clock, Randomness, SystemClock, SystemRandomness
from pos_app.checkout.sale import CatalogueItem
from pos_app.ui.backstage import Backstage
from pos_app.ui.cashier_window import CashierWindow
from pos_app.ui.checkout_port import Connect, TillParts
from pos_app.ui.connection import Connection
from pos_app.ui.customer_window import CustomerWindow
from pos_app.ui.desk import PayerDesk
from pos_app.ui.look import Look
from pos_app.ui.next_turn import NextTurn
from pos_app.ui.payment_presenter import PaymentPresenter
from pos_app.ui.phrase import Language, LocalName
from pos_app.ui.refund_presenter import RefundPresenter
from pos_app.ui.screen_platform import prepare_platform
from pos_app.ui.theme import Theme
from pos_app.ui.till_model import Shop, TillView, item_name
from pos_app.ui.tongue import TRANSLATIONS
from pos_app.ui.typeface import choose_family

_SIDE_BY_SIDE_WIDTH = 1700
"""A single screen of this logical width has room for both windows."""


@dataclass(frozen=True, slots=True)
class TillOptions:
    """How the till looks and what it sells. `text_scale` is one of `theme.TEXT_SCALES`."""

    shop: Shop
    catalogue: tuple[CatalogueItem, ...]
    language: Language = Language.CHINESE
    text_scale: float = 1.0
    presentation: Presentation = Presentation.WITH_LIGHT
    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)


class Till:
    """The two windows, the presenter between them and the payment's thread behind them."""

    def __init__(self, options: TillOptions, connect: Connect) -> None:
        """Build the windows; needs a `QApplication`. Raises `TypefaceMissingError`."""
        view = TillView(
            shop=options.shop,
            catalogue=options.catalogue,
            presentation=options.presentation,
        )
        theme = Theme(choose_family(characters_needed(view)), options.text_scale)
        self._is_closed = False
        self.desk = PayerDesk()
        self._backstage = Backstage(lambda: connect(self.desk))
        self.flow = self._backstage.flow
        self._connection = Connection(options.clock)
        self.presenter = PaymentPresenter(
            view, self.desk, self.flow, self._connection, options.clock, options.randomness
        )
        self.refunds = RefundPresenter(self.flow)
        self.cashier = CashierWindow(
            Look(theme, options.language), self.presenter, self.refunds, view
        )
        look = Look(theme, options.language)
        self.customer = CustomerWindow(look, self.presenter, self.desk.frames, view)
        self._cashier_turn = NextTurn(self._draw_cashier)
        self._wire()

    def _wire(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        # The payer's window is the one that answers to a PIN key: it is drawn first.
        self.presenter.changed.connect(self.customer.render_view)
        self.presenter.changed.connect(self._cashier_turn.ask)
        self.refunds.changed.connect(self.cashier.render_refund)
        self._connection.line_changed.connect(self.refunds.take_line)
        self.presenter.finished.connect(self.presenter.end_face, queued)
        self._backstage.ready.connect(self._use_parts, queued)
        self._backstage.failed.connect(self.presenter.close_face, queued)

    def _draw_cashier(self) -> None:
        self.cashier.render_view(self.presenter.view)

    def open(self) -> None:
        """Show both windows and start the payment's thread."""
        arrange(self.cashier, self.customer, QApplication.screens())
        self.cashier.show()
        self.customer.show()
        self._backstage.open()

    def close(self) -> None:
        """Close windows, camera and channels, and end the payment's thread. A repeat is harmless."""
        if self._is_closed:
            return
        self._is_closed = True
        self._cashier_turn.stop()
        self.cashier.hide()
        self.customer.hide()
        try:
            self._backstage.close()
        finally:
            self.desk.frames.wipe()
            self.cashier.dispose()
            self.customer.dispose()

    def _use_parts(self, parts: TillParts) -> None:
        self.presenter.use_parts(parts)
        self.refunds.use_refunds(parts.refunds)
        keeping = self._connection.keep(parts.checkout.sign_on, parts.count_unsent)
        self._backstage.watch(keeping)


def run_till(
    options: TillOptions, connect: Connect, *, drive: Callable[[Till], int] | None = None
) -> int:
    """Run the till until a window is closed, and return the process's exit code.

    With `drive` the windows are opened, handed to it, and closed when it returns; its value is the
    exit code. Raises `DisplayUnavailableError` and `TypefaceMissingError`, each of which says what
    to install.
    """
    app = application(needs_screen=drive is None)
    till = Till(options, connect)
    till.cashier.on_close(app.quit)
    till.customer.on_close(app.quit)
    till.open()
    try:
        return drive(till) if drive is not None else int(app.exec())
    finally:
        till.close()


def application(*, needs_screen: bool) -> QApplication:
    """Return the one `QApplication`, made ready for this machine; raises as `run_till` does."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    prepare_platform(needs_screen=needs_screen)
    app = QApplication([Path(sys.argv[0]).name])
    app.setStyle("Fusion")
    app.setApplicationName("facepay-pos")
    return app


def characters_needed(view: TillView) -> str:
    """Return every character of every text, name and figure that the windows can show at start."""
    return characters_of([*(item_name(item) for item in view.catalogue), view.shop.name])


def characters_of(names: Iterable[LocalName]) -> str:
    """Return every character of `names`, of all texts, and of all figures."""
    shown = [name.in_language(language) for name in names for language in Language]
    translated = TRANSLATIONS / f"till_{Language.CHINESE.value}.ts"
    shown += [translated.read_text(encoding="utf-8"), "¥,.0123456789×*←·"]  # noqa: RUF001
    return "".join(set("".join(shown)))


def arrange(cashier: CashierWindow, customer: CustomerWindow, screens: list[QScreen]) -> None:
    """Give each window a screen; on a single one put them side by side, or else stacked."""
    first = screens[0].availableGeometry()
    if len(screens) > 1:
        cashier.setGeometry(first)
        customer.setGeometry(screens[1].availableGeometry())
        return
    if first.width() >= _SIDE_BY_SIDE_WIDTH:
        split = first.width() * 5 // 8
        cashier.setGeometry(first.x(), first.y(), split, first.height())
        customer.setGeometry(first.x() + split, first.y(), first.width() - split, first.height())
        return
    cashier.setGeometry(first)
    customer.setGeometry(first)
    cashier.share_screen(customer)
    customer.share_screen(cashier)
