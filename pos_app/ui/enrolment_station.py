"""Opens the enrolment station's window: what the terminal's bootstrap calls."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from facepay.identifiers import TerminalId
from facepay.ports import Clock, SystemClock
from pos_app.config import Issuer
from pos_app.ui.backstage import Backstage
from pos_app.ui.connection import Connection
from pos_app.ui.enrolment_desk import EnrolleeDesk
from pos_app.ui.enrolment_model import StationView, issuer_name
from pos_app.ui.enrolment_port import ConnectStation, StationParts
from pos_app.ui.enrolment_presenter import EnrolmentPresenter
from pos_app.ui.enrolment_window import EnrolmentWindow
from pos_app.ui.look import Look
from pos_app.ui.phrase import Language
from pos_app.ui.theme import Theme
from pos_app.ui.till import application, characters_of
from pos_app.ui.typeface import choose_family


@dataclass(frozen=True, slots=True)
class StationOptions:
    """How the station looks and for whom it enrols. `text_scale` is one of `theme.TEXT_SCALES`."""

    terminal_id: TerminalId
    issuers: tuple[Issuer, ...]
    language: Language = Language.CHINESE
    text_scale: float = 1.0
    clock: Clock = field(default_factory=SystemClock)


class Station:
    """The window, the presenter behind it and the enrolment's thread behind both."""

    def __init__(self, options: StationOptions, connect: ConnectStation) -> None:
        """Build the window; needs a `QApplication`. Raises `TypefaceMissingError`."""
        view = StationView(options.terminal_id, options.issuers)
        names = [issuer_name(issuer) for issuer in options.issuers]
        theme = Theme(choose_family(characters_of(names)), options.text_scale)
        self._is_closed = False
        self.desk = EnrolleeDesk()
        self._backstage = Backstage(lambda: connect(self.desk))
        self._connection = Connection(options.clock)
        self.presenter = EnrolmentPresenter(view, self.desk, self._backstage.flow, self._connection)
        look = Look(theme, options.language)
        self.window = EnrolmentWindow(look, self.presenter, self.desk.frames, view)
        queued = Qt.ConnectionType.QueuedConnection
        self.presenter.changed.connect(self.window.render_view)
        self.presenter.finished.connect(self.presenter.end, queued)
        self._backstage.ready.connect(self._use_parts, queued)
        self._backstage.failed.connect(self.presenter.close_down, queued)

    def open(self) -> None:
        """Show the window and start the enrolment's thread."""
        self.window.setGeometry(QApplication.primaryScreen().availableGeometry())
        self.window.show()
        self._backstage.open()

    def close(self) -> None:
        """Close window, camera and channels, and end the thread. A repeat is harmless."""
        if self._is_closed:
            return
        self._is_closed = True
        self.window.hide()
        try:
            self._backstage.close()
        finally:
            self.desk.frames.wipe()
            self.window.dispose()

    def _use_parts(self, parts: StationParts) -> None:
        self.presenter.use_parts(parts)
        self._backstage.watch(self._connection.keep(parts.counter.sign_on))


def run_station(
    options: StationOptions,
    connect: ConnectStation,
    *,
    drive: Callable[[Station], int] | None = None,
) -> int:
    """Run the station until its window is closed, and return the process's exit code.

    With `drive` the window is opened, handed to it, and closed when it returns; its value is the
    exit code. Raises `DisplayUnavailableError` and `TypefaceMissingError`, each of which says what
    to install.
    """
    app = application(needs_screen=drive is None)
    station = Station(options, connect)
    station.window.on_close(app.quit)
    station.open()
    try:
        return drive(station) if drive is not None else int(app.exec())
    finally:
        station.close()
