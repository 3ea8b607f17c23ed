"""The live preview: softened, mirrored, round, and wiped when the camera goes off.

Frames arrive on the capture thread. Only the newest is kept, as a small copy of its own; the frames
used for matching are never touched.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.capture.softened import softened
from pos_app.ui.theme import Colour

_RING = 8


class LatestFrame(QObject):
    """Holds the newest preview image between the capture thread and the GUI thread.

    Signals:
        arrived: there is a new image; emitted at most once until it is taken.
        lit: the colour (red, green, blue, 0-255) to light the face with from now on, or None.
    """

    arrived = Signal()
    lit = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._image: NDArray[np.uint8] | None = None

    def put(self, image_bgr: NDArray[np.uint8]) -> None:
        """Keep a softened copy of uint8[height, width, 3] (blue, green, red); any thread."""
        small = softened(image_bgr)
        with self._lock:
            replaced, self._image = self._image, small
        if replaced is None:
            self.arrived.emit()
        else:
            replaced.fill(0)

    def take(self) -> NDArray[np.uint8] | None:
        """Give the image away; the taker wipes it."""
        with self._lock:
            image, self._image = self._image, None
        return image

    def wipe(self) -> None:
        """Overwrite and drop the image. A repeat does nothing."""
        image = self.take()
        if image is not None:
            image.fill(0)


class PreviewView(QWidget):
    """A round window onto the preview, with a ring that fills as the challenge goes on."""

    def __init__(self, frames: LatestFrame) -> None:
        super().__init__()
        self.setObjectName("preview")
        self._frames = frames
        self._image: NDArray[np.uint8] | None = None
        self._progress = 0.0
        self._is_concealed = False
        self.setMinimumSize(150, 150)  # words come first where room is short
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        frames.arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def show_progress(self, progress: float) -> None:
        """Fill the ring; 0 to 1."""
        self._progress = progress
        self.update()

    @contextmanager
    def concealed(self) -> Iterator[None]:
        """Leave the image out of what is painted meanwhile, for a picture of the window."""
        self._is_concealed = True
        try:
            yield
        finally:
            self._is_concealed = False

    def wipe(self) -> None:
        """Forget the last image, here and on its way."""
        self._frames.wipe()
        if self._image is not None:
            self._image.fill(0)
            self._image = None
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable size."""
        return QSize(340, 340)

    @property
    def circle(self) -> QRectF:
        """Where the image is, inside its ring."""
        side = min(self.width(), self.height()) - 2 * _RING
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _take(self) -> None:
        image = self._frames.take()
        if image is None:
            return
        if not self.isVisible():  # the page was left, and the camera had not heard of it yet
            image.fill(0)
            return
        if self._image is not None:
            self._image.fill(0)
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the image inside the ring."""
        del event
        circle = self.circle
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addEllipse(circle)
        painter.fillPath(path, QColor(Colour.WELL.value))
        if self._image is not None and not self._is_concealed:
            painter.setClipPath(path)
            _draw_mirrored(painter, circle, self._image)
            painter.setClipping(False)
        self._draw_ring(painter, circle)
        painter.end()

    def _draw_ring(self, painter: QPainter, circle: QRectF) -> None:
        painter.setPen(QPen(QColor(Colour.HAIRLINE.value), _RING))
        painter.drawEllipse(circle)
        pen = QPen(QColor(Colour.JADE.value), _RING)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(circle, 90 * 16, -round(360 * 16 * self._progress))


def _draw_mirrored(painter: QPainter, circle: QRectF, image: NDArray[np.uint8]) -> None:
    """Draw the middle square of the image, mirrored as a person expects of a mirror."""
    height, width = image.shape[:2]
    view = QImage(image.data, width, height, 3 * width, QImage.Format.Format_BGR888)
    side = min(width, height)
    middle = QRectF((width - side) / 2, (height - side) / 2, side, side)
    painter.save()
    painter.translate(circle.center())
    painter.scale(-1, 1)
    painter.drawImage(
        QRectF(-circle.width() / 2, -circle.height() / 2, circle.width(), circle.height()),
        view,
        middle,
    )
    painter.restore()
