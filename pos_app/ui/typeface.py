"""Which font the windows use, and whether it can draw every character of every text."""

from collections.abc import Iterable

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QRawFont

from pos_app.errors import PosError

_PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
_INSTALL = "apt-get install fonts-wqy-microhei (1.6 MB) or fonts-noto-cjk (56 MB)"


class TypefaceMissingError(PosError):
    """No installed font covers the texts; the message says what to install."""


def choose_family(characters: Iterable[str]) -> str:
    """Return the family whose own glyphs cover every one of `characters`.

    Needs a `QGuiApplication`. Preferred families come first, then every family that Qt lists for
    simplified Chinese. Fallback from another font does not count: mixed figures and strokes look
    broken. Raises `TypefaceMissingError`.
    """
    needed = set(characters)
    for family in _candidates():
        if not uncovered(family, needed):
            return family
    raise TypefaceMissingError(
        "No installed font can draw the Chinese and English texts of the till. "
        f"Install one, on Debian or Ubuntu: {_INSTALL}"
    )


def uncovered(family: str, characters: Iterable[str]) -> set[str]:
    """Return those of `characters` that `family` itself cannot draw."""
    font = QFont(family)
    wanted = {character for character in characters if not character.isspace()}
    if QFontInfo(font).family() != family:
        return wanted
    raw = QRawFont.fromFont(font)
    return {character for character in wanted if not raw.supportsCharacter(ord(character))}


def _candidates() -> list[str]:
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    installed = set(QFontDatabase.families())
    preferred = [family for family in _PREFERRED if family in installed]
    return preferred + [family for family in chinese if family not in preferred]
