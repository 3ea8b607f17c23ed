"""What must be right about the machine before a window can open.

`import cv2` points Qt at OpenCV's own plug-ins and fonts, which do not fit; and the xcb plug-in
dies with a message nobody understands when one of its libraries is not installed.
"""

import ctypes
import os

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pos_app.errors import PosError

_OVERRIDES_SET_BY_OPENCV = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_PLATFORMS_WITHOUT_STACK = frozenset({"offscreen", "minimal"})
_XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_COMMON_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}


class DisplayUnavailableError(PosError):
    """A window cannot open on this machine; the message says what to install."""


def prepare_platform(*, needs_screen: bool) -> None:
    """Make the environment fit for `QApplication`; call it just before creating one.

    Where there is no screen, windows that nobody needs to see are drawn in memory. Raises
    `DisplayUnavailableError` that says what is missing. Repeating it is harmless.
    """
    for name in _OVERRIDES_SET_BY_OPENCV:
        os.environ.pop(name, None)
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        if needs_screen:
            raise DisplayUnavailableError(
                "There is no screen to open the windows on: neither DISPLAY nor WAYLAND_DISPLAY is "
                "set. Start this program from a desktop session."
            )
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = missing_packages(needs_xcb=_will_use_xcb())
    if missing:
        raise DisplayUnavailableError(
            "The windows need system libraries that are not installed. On Debian or Ubuntu run: "
            f"apt-get install {' '.join(missing)}"
        )


def bring_to_front(window: QWidget) -> None:
    """Put `window` above the others, where there is a screen on which one can be above another."""
    if QGuiApplication.platformName() not in _PLATFORMS_WITHOUT_STACK:
        window.raise_()


def has_display() -> bool:
    """Say whether this session has a screen to open windows on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_packages(*, needs_xcb: bool) -> list[str]:
    """Return the Debian packages whose libraries cannot be loaded, sorted."""
    wanted = _COMMON_LIBRARIES | (_XCB_LIBRARIES if needs_xcb else {})
    return sorted({package for library, package in wanted.items() if not _loads(library)})


def _will_use_xcb() -> bool:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return chosen.startswith("xcb") or (not chosen and bool(os.environ.get("DISPLAY")))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
