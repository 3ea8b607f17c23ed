"""What must be right about the machine before a window opens, and what is said when it is not."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal

from pos_app.ui import screen_platform
from pos_app.ui.screen_platform import DisplayUnavailableError, missing_packages, prepare_platform
from pos_app.ui.typeface import TypefaceMissingError, choose_family


def test_what_opencv_sets_for_its_own_qt_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/elsewhere")
    monkeypatch.setenv("QT_QPA_FONTDIR", "/elsewhere")
    prepare_platform(needs_screen=True)
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in screen_platform.os.environ
    assert "QT_QPA_FONTDIR" not in screen_platform.os.environ


def test_missing_libraries_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_platform, "_loads", lambda library: "xcb" not in library)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(
        DisplayUnavailableError, match="apt-get install libxcb-cursor0 libxcb-icccm4"
    ):
        prepare_platform(needs_screen=True)
    assert missing_packages(needs_xcb=False) == []


def test_without_a_screen_a_window_for_a_person_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DisplayUnavailableError, match="no screen"):
        prepare_platform(needs_screen=True)


def test_without_a_screen_windows_for_nobody_are_drawn_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "to be restored")
        monkeypatch.delenv(name)
    prepare_platform(needs_screen=False)
    assert screen_platform.os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_no_font_for_the_texts_says_what_to_install(qapp: object) -> None:
    with pytest.raises(TypefaceMissingError, match="fonts-wqy-microhei"):
        choose_family("付\U0010fffd")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die from Python 3.12 on")
def test_qt_takes_no_references_it_was_not_given() -> None:
    """PySide6 6.12.0 gave back None and True too often: Python 3.11 aborts after some minutes."""

    class Bell(QObject):
        rung = Signal(object)

    bell = Bell()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(500):
        bell.rung.emit(None)
        bell.property("nothing")
    assert sys.getrefcount(None) > before[0] - 100
    assert sys.getrefcount(True) > before[1] - 100
