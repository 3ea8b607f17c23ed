"""Line icons, drawn from vectors so that they are sharp at every scale and colour."""

from enum import Enum

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from pos_app.ui.theme import Colour

_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" '
    'stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">{shape}</svg>'
)


class Icon(Enum):
    """What an icon shows, as SVG shapes on a grid of 24."""

    FACE = (
        '<path d="M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 '
        '0 0 1-1.5 1.5H16M8 20H5.500A1.5 1.5 0 0 1 4 18.500V16"/><path d="M9 9.500v1M15 9.500v1M12 '
        '9.500v3.200h-.8M8.800 15.300c1.800 1.600 4.600 1.600 6.400 0"/>'
    )
    QR = (
        '<rect x="4" y="4" width="6" height="6" rx="1"/><rect x="14" y="4" width="6" height="6" '
        'rx="1"/><rect x="4" y="14" width="6" height="6" rx="1"/><path d="M14 14h2.500v2.500M20 '
        '14v2M14 20h2M19 19.500h1"/>'
    )
    CARD = '<rect x="3" y="5.500" width="18" height="13" rx="2"/><path d="M3 10h18M7 15h3"/>'
    CASH = (
        '<rect x="3" y="6.500" width="18" height="11" rx="1.500"/><circle cx="12" cy="12" r="2.500"/>'
        '<path d="M6.500 10v4M17.500 10v4"/>'
    )
    CHECK = '<path d="M5 12.500l4.500 4.500L19 7.500"/>'
    STOP = '<path d="M7 7l10 10M17 7L7 17"/>'
    WAIT = '<circle cx="12" cy="12" r="8"/><path d="M12 7.500V12l3 2"/>'
    LOOK = '<circle cx="12" cy="12" r="8.500"/><path d="M9 10v1M15 10v1M9 15c1.800 1.300 4.200 1.300 6 0"/>'
    BLINK = (
        '<circle cx="12" cy="12" r="8.500"/><path d="M7.500 10.500c.8.900 2.200.900 3 0M13.500 10.500c.8'
        '.900 2.200.900 3 0M9.500 15.500h5"/>'
    )
    TURN_LEFT = (
        '<path d="M10 6.500L4.500 12l5.500 5.500M4.500 12H14a5.500 5.500 0 0 1 5.500 5.500"/>'
    )
    TURN_RIGHT = (
        '<path d="M14 6.500l5.500 5.500-5.500 5.500M19.500 12H10a5.500 5.500 0 0 0-5.500 5.500"/>'
    )
    TURN_EITHER_SIDE = '<path d="M7.500 8L3.500 12l4 4M16.500 8l4 4-4 4M3.500 12h17"/>'
    OPEN_MOUTH = (
        '<circle cx="12" cy="12" r="8.500"/><path d="M9 9v1M15 9v1"/>'
        '<ellipse cx="12" cy="15" rx="2.200" ry="2.700"/>'
    )
    BASKET = '<path d="M4 9h16l-1.600 10H5.600zM8.500 9l2-5M15.500 9l-2-5M9.500 13v2.500M14.500 13v2.500"/>'
    RECEIPT = '<path d="M6 3.500h12v17l-2-1.300-2 1.300-2-1.300-2 1.300-2-1.300-2 1.300zM9 8.500h6M9 12.500h6"/>'


class IconView(QWidget):
    """Shows one icon in one colour; decoration only, so it has no name of its own."""

    def __init__(self, icon: Icon, colour: Colour, side: int, *, line: float = 1.6) -> None:
        super().__init__()
        self._side = side
        self._line = line
        self._shown: tuple[Icon, Colour] | None = None
        self.setFixedSize(QSize(side, side))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_icon(icon, colour)

    def show_icon(self, icon: Icon, colour: Colour) -> None:
        """Replace what is shown; a repeat does nothing."""
        if self._shown == (icon, colour):
            return
        self._shown = (icon, colour)
        svg = _FRAME.format(colour=colour.value, width=self._line, shape=icon.value)
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the icon to fill the widget."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._renderer.render(painter, QRectF(0, 0, self._side, self._side))
        painter.end()
