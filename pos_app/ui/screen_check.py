"""Checks what is really on the screen: text cut off, contrast, touch targets, missing glyphs.

Each check looks at a window as it is shown now and returns findings in words; none means good.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget

from pos_app.ui.theme import TOUCH_TARGET_MIN
from pos_app.ui.typeface import uncovered

CONTRAST_MIN = 4.5
_SLACK_PIXELS = 2
"""Rounding between font metrics and layouts at fractional scales."""


def check_window(window: QWidget) -> list[str]:
    """Return everything that is wrong with the visible content of `window`."""
    checks: tuple[Callable[[QWidget], Iterator[str]], ...] = (
        cut_texts,
        poor_contrasts,
        small_targets,
        missing_glyphs,
        nameless_widgets,
    )
    return [finding for check in checks for finding in check(window)]


def cut_texts(window: QWidget) -> Iterator[str]:
    """Find labels that are smaller than their text, or partly outside what shows them."""
    for label in _labels(window):
        needed = _needed(label)
        room = label.contentsRect().size()
        if needed.width() > room.width() + _SLACK_PIXELS:
            yield f"{_name(label)}: {needed.width()} px of text in {room.width()} px"
        if needed.height() > room.height() + _SLACK_PIXELS:
            yield f"{_name(label)}: {needed.height()} px of lines in {room.height()} px"
        if _is_covered(label):
            yield f"{_name(label)}: partly outside its window"


def poor_contrasts(window: QWidget) -> Iterator[str]:
    """Find labels whose painted text does not stand out enough from what is painted behind it."""
    image = window.grab().toImage()
    picture, scale = _pixels(image), image.devicePixelRatio()
    for label in _labels(window):
        visible = _visible_part(label)
        if visible.isEmpty():
            continue
        origin = label.mapTo(window, visible.topLeft())
        ratio = _contrast_in(picture, QRect(origin, visible.size()), scale)
        if ratio < CONTRAST_MIN:
            yield f"{_name(label)}: contrast {ratio:.1f}"


def small_targets(window: QWidget) -> Iterator[str]:
    """Find buttons and fields that are smaller than a finger, or than they promise to be."""
    for target in window.findChildren(QWidget):
        least = target.property("touchMin") or TOUCH_TARGET_MIN
        is_touched = isinstance(target, QAbstractButton | QLineEdit) and target.isVisible()
        if is_touched and min(target.width(), target.height()) < least:
            yield f"{_name(target)}: {target.width()} x {target.height()} px, not {least}"


def missing_glyphs(window: QWidget) -> Iterator[str]:
    """Find texts with characters that the label's own font cannot draw."""
    for label in _labels(window):
        missing = uncovered(label.font().family(), label.text())
        if missing:
            yield f"{_name(label)}: no glyphs for {''.join(sorted(missing))}"


def nameless_widgets(window: QWidget) -> Iterator[str]:
    """Find what a screen reader could not name."""
    if not window.accessibleName():
        yield f"{_name(window)}: no accessible name"
    for widget in window.findChildren(QWidget):
        needs_name = isinstance(widget, QAbstractButton | QLineEdit | QScrollArea)
        if needs_name and widget.isVisible() and not widget.accessibleName():
            yield f"{_name(widget)}: no accessible name"


def _labels(window: QWidget) -> Iterator[QLabel]:
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text().strip():
            yield label


def _needed(label: QLabel) -> QSize:
    """Return the size of the text, wrapped as the label wraps it."""
    metrics = QFontMetrics(label.font())
    flags = int(Qt.TextFlag.TextWordWrap) if label.wordWrap() else 0
    room = label.contentsRect()
    tall = QRect(0, 0, room.width(), 100_000)
    return metrics.boundingRect(tall, flags, label.text()).size()


def _is_covered(label: QLabel) -> bool:
    """Say whether part of the label cannot be seen and cannot be scrolled to either."""
    if _scroll_area_of(label) is not None:
        return _is_cut_sideways(label)
    return _visible_part(label).size() != label.size()


def _is_cut_sideways(label: QLabel) -> bool:
    area = _scroll_area_of(label)
    if area is None:
        return False
    left = label.mapTo(area.viewport(), QPoint(0, 0)).x()
    return left < 0 or left + label.width() > area.viewport().width() + _SLACK_PIXELS


def _scroll_area_of(widget: QWidget) -> QScrollArea | None:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _visible_part(label: QLabel) -> QRect:
    return label.visibleRegion().boundingRect()


def _contrast_in(picture: NDArray[np.uint32], area: QRect, scale: float) -> float:
    """Return the contrast between the commonest colour and the one furthest from it."""
    top, left = round(area.y() * scale), round(area.x() * scale)
    bottom, right = round(area.bottom() * scale) + 1, round(area.right() * scale) + 1
    pixels = picture[max(0, top) : bottom, max(0, left) : right]
    colours, counts = np.unique(pixels, return_counts=True)
    if len(colours) < 2:
        return CONTRAST_MIN
    luminances = _luminances(colours)
    background = luminances[counts.argmax()]
    brighter, darker = np.maximum(luminances, background), np.minimum(luminances, background)
    return float(((brighter + 0.05) / (darker + 0.05)).max())


def _luminances(colours: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the relative luminance of WCAG 2, 0 to 1, of colours as 0xffRRGGBB."""
    luminances = np.zeros(len(colours), np.float64)
    for shift, weight in ((16, 0.2126), (8, 0.7152), (0, 0.0722)):
        part = ((colours >> shift) & 0xFF) / 255
        luminances += weight * np.where(
            part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4
        )
    return luminances


def _pixels(picture: QImage) -> NDArray[np.uint32]:
    """Return a copy as uint32[height, width], 0xffRRGGBB."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(plain.constBits(), np.uint32)
    return words.reshape(plain.height(), plain.bytesPerLine() // 4).copy()


def _name(widget: QWidget) -> str:
    if isinstance(widget, QLabel):
        return f'"{widget.text()[:40]}"'
    return widget.objectName() or type(widget).__name__
