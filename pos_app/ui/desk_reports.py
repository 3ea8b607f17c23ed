"""What till and enrolment station make of the same reports and keys: camera, prompts, PIN pad."""

from dataclasses import replace
from typing import TypeVar

from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.ui.checkout_port import PinKeys
from pos_app.ui.desk import PinEntry
from pos_app.ui.enrolment_model import StationView
from pos_app.ui.till_model import PinView, TillView

_View = TypeVar("_View", TillView, StationView)


def with_guidance(view: _View, guidance: Guidance) -> _View:
    """Return the view with what to tell the person before the camera."""
    return replace(view, capture=replace(view.capture, guidance=guidance))


def with_prompt(view: _View, prompt: Prompt | None, step: int, steps: int) -> _View:
    """Return the view with what is asked of the person before the camera."""
    return replace(view, capture=replace(view.capture, prompt=prompt, step=step, steps=steps))


def with_pin(view: _View, entry: PinEntry | None) -> _View:
    """Return the view with how far a PIN entry is; None means that none runs."""
    if entry is None:
        return replace(view, pin=PinView())
    pin = PinView(entry.digit_count, entry.extensions_left, entry.was_extended)
    return replace(view, pin=pin)


class PinPresses:
    """The keys of the PIN pad, for whoever has one in `_pin_keys`. A digit goes nowhere else."""

    _pin_keys: PinKeys | None = None

    def press(self, digit: int) -> None:
        """Press a digit key."""
        if self._pin_keys is not None:
            self._pin_keys.press(digit)

    def clear_pin(self) -> None:
        """Press the clear key."""
        if self._pin_keys is not None:
            self._pin_keys.clear()

    def confirm_pin(self) -> None:
        """Press the confirm key."""
        if self._pin_keys is not None:
            self._pin_keys.confirm()

    def more_time(self) -> None:
        """Ask for another minute."""
        if self._pin_keys is not None:
            self._pin_keys.extend()
