"""The customer display as a lamp: everything around preview and words shines in one colour.

The colours and their soft changes come from the capture, frame by frame; nothing here chooses or
times them. What must stay legible keeps its own ground. The darker a colour, the more the page shows
through: light comes up from the page and goes back to it, with no dark moment at either end.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.capture.stage import ColourRgb
from pos_app.ui.preview import PreviewView
from pos_app.ui.theme import space

_CORNER = 16.0


class LightSurround(QWidget):
    """Covers a page but for preview and words; touches go through it."""

    def __init__(self, page: QWidget, preview: PreviewView, spared: Sequence[QWidget]) -> None:
        """`spared`, as `preview`, are parts of `page` that stay as they are."""
        super().__init__(page)
        self.setObjectName("lightSurround")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._page, self._preview, self._spared = page, preview, tuple(spared)
        self._colour: ColourRgb | None = None
        page.installEventFilter(self)
        self.hide()

    def shine(self, colour: ColourRgb | None) -> None:
        """Show `colour`, red-green-blue, from now on; None leaves the page as it is."""
        self._colour = colour
        self.setVisible(colour is not None)
        if colour is not None:
            self.setGeometry(self._page.rect())
            self.raise_()
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay as large as the page."""
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._page.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Fill everything but what is spared."""
        del event
        if self._colour is None:
            return
        path = QPainterPath()
        path.addRect(QRectF(self.rect()))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path.subtracted(self._holes()), _over_page(self._colour))
        painter.end()

    def _holes(self) -> QPainterPath:
        holes = QPainterPath()
        for widget in self._spared:
            if widget.isVisibleTo(self._page) and widget.size().isValid():
                margin = space(2)
                place = _on(self._page, widget).adjusted(-margin, -margin, margin, margin)
                hole = QPainterPath()
                hole.addRoundedRect(place, _CORNER, _CORNER)
                holes = holes.united(hole)
        face = QPainterPath()
        corner = _on(self._page, self._preview).topLeft()
        face.addEllipse(self._preview.circle.translated(corner))
        return holes.united(face)


def _over_page(colour: ColourRgb) -> QColor:
    """Return the same hue at full strength, as opaque as the colour is bright."""
    brightest = max(colour)
    if brightest == 0:
        return QColor(0, 0, 0, 0)
    red, green, blue = (round(255 * channel / brightest) for channel in colour)
    return QColor(red, green, blue, brightest)


def _on(page: QWidget, widget: QWidget) -> QRectF:
    """Return where `widget` is on `page`."""
    corner = widget.mapTo(page, widget.rect().topLeft())
    return QRectF(corner.x(), corner.y(), widget.width(), widget.height())
