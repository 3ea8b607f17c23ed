"""One visual language for both windows: colours, type, distances, corners, and the QSS made of them.

Fonts are set from code and never from QSS, so that a change of text size is one walk over the
widgets, and so that figures can be tabular. Sizes are logical pixels at 100 % text.
"""

from dataclasses import dataclass
from enum import Enum
from string import Template

from PySide6.QtGui import QFont

TOUCH_TARGET_MIN = 48
"""Smallest side of anything a finger must hit."""
PIN_KEY_MIN = 64
"""Smallest side of a key of the PIN pad."""
_LARGE_FROM = 1.5
TEXT_SCALES = (1.0, 1.25, 1.5, 1.75)


class Colour(Enum):
    """Warm paper, dark green ink and one green for the one thing to do next."""

    PAPER = "#F5F2EB"
    SURFACE = "#FFFFFF"
    WELL = "#ECE8DE"
    WELL_PRESSED = "#DDD7C8"
    HAIRLINE = "#D9D3C5"
    INK = "#1C2B28"
    INK_SOFT = "#51605C"
    JADE = "#0F6152"
    JADE_PRESSED = "#0A473C"
    JADE_SOFT = "#DCECE5"
    AMBER_INK = "#704700"
    AMBER_SOFT = "#F8E8C8"
    BRICK = "#9C2F26"
    BRICK_SOFT = "#F7E1DC"
    NIGHT = "#16322D"
    NIGHT_SOFT = "#BFD6CE"


class TextRole(Enum):
    """What a text is for; its size and weight follow from that."""

    HERO = "hero"
    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    LABEL = "label"
    KEY = "key"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class _TypeStyle:
    pixels: int
    weight: QFont.Weight
    growth: float
    """Share of the text scale this style follows: large type grows less than small type."""


_TYPE_SCALE = {
    TextRole.HERO: _TypeStyle(52, QFont.Weight.Bold, 0.25),
    TextRole.TITLE: _TypeStyle(30, QFont.Weight.Bold, 0.5),
    TextRole.HEADING: _TypeStyle(21, QFont.Weight.Bold, 0.75),
    TextRole.BODY: _TypeStyle(17, QFont.Weight.Normal, 1.0),
    TextRole.STRONG: _TypeStyle(17, QFont.Weight.Bold, 1.0),
    TextRole.LABEL: _TypeStyle(15, QFont.Weight.Normal, 1.0),
    TextRole.KEY: _TypeStyle(28, QFont.Weight.Normal, 0.4),
    TextRole.AMOUNT: _TypeStyle(28, QFont.Weight.Bold, 0.5),
}

RADIUS_SMALL = 8
RADIUS = 14


def space(steps: int) -> int:
    """Return `steps` of the four-pixel grid."""
    return 4 * steps


@dataclass(frozen=True, slots=True)
class Theme:
    """The look at one text size. `text_scale` is 1.0 to 1.75."""

    family: str
    text_scale: float = 1.0

    def pixels(self, role: TextRole) -> int:
        """Return the font size of a role in logical pixels."""
        style = _TYPE_SCALE[role]
        return round(style.pixels * (1 + (self.text_scale - 1) * style.growth))

    def font(self, role: TextRole) -> QFont:
        """Return the font of a role, with figures of equal width."""
        font = QFont(self.family)
        font.setPixelSize(self.pixels(role))
        font.setWeight(_TYPE_SCALE[role].weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    @property
    def is_large(self) -> bool:
        """Whether text needs so much room that pairs stand one above the other."""
        return self.text_scale >= _LARGE_FROM

    def larger(self) -> "Theme":
        """Return the theme at the next text size, the smallest after the largest."""
        following = (TEXT_SCALES.index(self.text_scale) + 1) % len(TEXT_SCALES)
        return Theme(self.family, TEXT_SCALES[following])

    def stylesheet(self) -> str:
        """Return the QSS of a window."""
        values = {colour.name: colour.value for colour in Colour}
        sizes = {"R": RADIUS, "RS": RADIUS_SMALL, "TOUCH": TOUCH_TARGET_MIN}
        return _QSS.substitute(values | {name: str(value) for name, value in sizes.items()})


_QSS = Template(
    """
QWidget#window { background: $PAPER; }
QWidget[surface="card"] { background: $SURFACE; border: 1px solid $HAIRLINE; border-radius: ${R}px; }
QWidget[surface="well"] { background: $WELL; border-radius: ${R}px; }
QWidget[surface="night"] { background: $NIGHT; }
QWidget[surface="nightCard"] { background: $NIGHT; border-radius: ${R}px; }
QWidget[surface="good"] { background: $JADE_SOFT; border-radius: ${R}px; }
QWidget[surface="warn"] { background: $AMBER_SOFT; border-radius: ${R}px; }
QWidget[surface="bad"] { background: $BRICK_SOFT; border-radius: ${R}px; }
QFrame[surface="rule"] { background: $HAIRLINE; max-height: 1px; min-height: 1px; }
QLabel { color: $INK; background: transparent; }
QLabel[tone="soft"] { color: $INK_SOFT; }
QLabel[tone="jade"] { color: $JADE; }
QLabel[tone="bad"] { color: $BRICK; }
QLabel[tone="warn"] { color: $AMBER_INK; }
QLabel[tone="onNight"] { color: $SURFACE; }
QLabel[tone="softOnNight"] { color: $NIGHT_SOFT; }
QLabel[pill="good"] { background: $JADE_SOFT; color: $JADE_PRESSED; border-radius: ${RS}px; padding: 5px 12px; }
QLabel[pill="warn"] { background: $AMBER_SOFT; color: $AMBER_INK; border-radius: ${RS}px; padding: 5px 12px; }
QLabel[pill="bad"] { background: $BRICK_SOFT; color: $BRICK; border-radius: ${RS}px; padding: 5px 12px; }
QLabel[pill="plain"] { background: $WELL; color: $INK_SOFT; border-radius: ${RS}px; padding: 5px 12px; }
QPushButton { border-radius: ${R}px; border: 2px solid transparent; padding: 0; }
QPushButton[kind="primary"] { background: $JADE; border-color: $JADE; }
QPushButton[kind="primary"]:pressed { background: $JADE_PRESSED; }
QPushButton[kind="choice"] { background: $SURFACE; border-color: $JADE; }
QPushButton[kind="choice"]:pressed { background: $JADE_SOFT; }
QPushButton[kind="plain"] { background: $WELL; }
QPushButton[kind="plain"]:pressed { background: $WELL_PRESSED; }
QPushButton[kind="plain"]:checked { background: $JADE_SOFT; border-color: $JADE; }
QPushButton[kind="quiet"] { background: transparent; border-color: $HAIRLINE; }
QPushButton[kind="quiet"]:pressed { background: $WELL; }
QPushButton[kind="nightQuiet"] { background: transparent; border-color: #3F6059; }
QPushButton[kind="nightQuiet"]:pressed { background: #24463F; }
QPushButton[kind="tile"] { background: $SURFACE; border: 1px solid $HAIRLINE; }
QPushButton[kind="tile"]:pressed { background: $JADE_SOFT; border-color: $JADE; }
QPushButton[kind="row"] { background: transparent; border: 1px solid transparent; border-radius: ${RS}px; }
QPushButton[kind="row"]:checked { background: $JADE_SOFT; border-color: $JADE; }
QPushButton[kind="row"]:pressed { background: $WELL; }
QPushButton:focus { border: 2px solid $INK; }
QPushButton[kind="primary"]:focus { border: 2px solid $INK; }
QPushButton[kind="nightQuiet"]:focus { border: 2px solid $SURFACE; }
QPushButton:disabled { background: transparent; border-color: $HAIRLINE; }
QPushButton[kind="nightQuiet"]:disabled { border-color: #3F6059; }
QPushButton[kind="plain"]:disabled { background: #F0EDE5; border-color: transparent; }
QPushButton[kind="row"]:disabled { border-color: transparent; }
QLineEdit { background: $SURFACE; color: $INK; border: 2px solid $HAIRLINE; border-radius: ${R}px;
  padding: 0 14px; selection-background-color: $JADE; selection-color: $SURFACE; }
QLineEdit:focus { border: 2px solid $INK; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#scrolled { background: transparent; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar::handle:vertical { background: #B9B2A1; border-radius: 5px; min-height: ${TOUCH}px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
)
