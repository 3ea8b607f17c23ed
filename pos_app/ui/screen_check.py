"""Checks what is really on the screen: text cut off, contrast, touch targets, missing glyphs.

Each check looks at a window as it is shown now and returns findings in words; none means good.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

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
    picture = window.grab().toImage()
    for label in _labels(window):
        visible = _visible_part(label)
        if visible.isEmpty():
            continue
        origin = label.mapTo(window, visible.topLeft())
        ratio = _contrast_in(picture, QRect(origin, visible.size()))
        if ratio < CONTRAST_MIN:
            yield f"{_name(label)}: contrast {ratio:.1f}"


def small_targets(window: QWidget) -> Iterator[str]:
    """Find buttons that are smaller than a finger, or than they promise to be."""
    for button in window.findChildren(QAbstractButton):
        least = button.property("touchMin") or TOUCH_TARGET_MIN
        if button.isVisible() and min(button.width(), button.height()) < least:
            yield f"{_name(button)}: {button.width()} x {button.height()} px, not {least}"


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
        needs_name = isinstance(widget, QAbstractButton | QScrollArea)
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


def _contrast_in(picture: QImage, area: QRect) -> float:
    """Return the contrast between the commonest colour and the one furthest from it."""
    scale = picture.devicePixelRatio()
    left, top = round(area.x() * scale), round(area.y() * scale)
    right = min(picture.width(), round((area.x() + area.width()) * scale))
    bottom = min(picture.height(), round((area.y() + area.height()) * scale))
    colours = Counter(picture.pixel(x, y) for y in range(top, bottom) for x in range(left, right))
    if len(colours) < 2:
        return CONTRAST_MIN
    background = _luminance(colours.most_common(1)[0][0])
    return max(_ratio(background, _luminance(colour)) for colour in colours)


def _ratio(first: float, second: float) -> float:
    brighter, darker = max(first, second), min(first, second)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(rgb: int) -> float:
    """Return the relative luminance of WCAG 2, 0 to 1."""
    colour = QColor.fromRgb(rgb)
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _name(widget: QWidget) -> str:
    if isinstance(widget, QLabel):
        return f'"{widget.text()[:40]}"'
    return widget.objectName() or type(widget).__name__
