"""Which system packages each command needs, and a check that says what is missing.

Runs before anything is installed, so it uses the standard library alone and is called by its path.
"""

import argparse
import ctypes.util
import importlib.util
import os
import platform
import sys
from pathlib import Path

PYTHON_MIN = (3, 11)
PYTHON_BELOW = (3, 15)

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Shared libraries that OpenCV and Qt load, and the Debian package of each."""

WINDOW_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What Qt needs beyond that to open a window on an X11 screen."""

CHINESE_FONT_PACKAGE = "fonts-wqy-microhei"
CHINESE_FONT_FILES = (
    "usr/share/fonts/**/wqy-*.tt[cf]",
    "usr/share/fonts/**/NotoSansCJK*",
    "usr/share/fonts/**/SourceHanSans*",
    "usr/local/share/fonts/**/*CJK*",
)


def missing_libraries(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those libraries that cannot be loaded."""
    missing = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def missing_font() -> list[str]:
    """Return the font package if no Chinese font is installed."""
    if platform.system() != "Linux":
        return []
    found = any(any(Path("/").glob(pattern)) for pattern in CHINESE_FONT_FILES)
    return [] if found else [CHINESE_FONT_PACKAGE]


def python_complaints() -> list[str]:
    """Return why this Python cannot be used, if it cannot."""
    if not PYTHON_MIN <= sys.version_info[:2] < PYTHON_BELOW:
        return [f"Python 3.11 to 3.14 is needed; this is {platform.python_version()}"]
    if importlib.util.find_spec("ensurepip") is None:
        return ["Python cannot make virtual environments: install python3-venv"]
    return []


def needed_packages(command: str) -> list[str]:
    """Return every Debian package that `command` needs beyond python3 and make."""
    packages = [*LIBRARIES.values(), CHINESE_FONT_PACKAGE]
    if command == "test":
        packages += [*WINDOW_LIBRARIES.values(), "xvfb", "python3-venv"]
    return packages


def check(command: str, *, has_screen: bool) -> list[str]:
    """Return one complaint a line; nothing when all is there."""
    complaints = python_complaints()
    if command == "python" or platform.system() != "Linux":
        return complaints
    missing = missing_libraries(LIBRARIES) + missing_font()
    if has_screen:
        missing += missing_libraries(WINDOW_LIBRARIES)
    if missing:
        complaints.append(
            "These system packages are missing: " + " ".join(missing) + "\n"
            "Install them with: sudo apt-get install " + " ".join(missing)
        )
    return complaints


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", choices=["python", "demo", "test"])
    parser.add_argument("--list", choices=["demo", "test"])
    arguments = parser.parse_args()
    if arguments.list:
        print(" ".join(needed_packages(arguments.list)))
    elif complaints := check(arguments.check, has_screen=bool(os.environ.get("DISPLAY"))):
        sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main()
