"""The steps of something that takes several, with marks for those done and the one that runs."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from pos_app.ui.icons import Icon, IconView
from pos_app.ui.theme import Colour
from pos_app.ui.widgets import TextLabel, column, row


class StepList(QWidget):
    """A fixed number of steps, one under the other, on light or on dark ground."""

    def __init__(self, count: int, *, on_night: bool = False) -> None:
        super().__init__()
        self._tones = ("onNight", "softOnNight") if on_night else ("", "soft")
        colours = (Colour.SURFACE, Colour.INK_SOFT) if on_night else (Colour.JADE, Colour.HAIRLINE)
        self._colours = colours
        self._lines: list[tuple[IconView, TextLabel]] = []
        inside = column(self, gap=4)
        for _ in range(count):
            mark, label = IconView(Icon.WAIT, colours[1], 26, line=2), TextLabel()
            line = row()
            line.addWidget(mark)
            line.addWidget(label, 1)
            inside.addLayout(line)
            self._lines.append((mark, label))

    def show_steps(self, texts: Sequence[str], reached: int) -> None:
        """Name the steps; those before index `reached` are done, that one runs."""
        for index, ((mark, label), said) in enumerate(zip(self._lines, texts, strict=True)):
            is_ahead = index > reached
            label.setText(said)
            label.set_tone(self._tones[is_ahead])
            icon = Icon.CHECK if index < reached else Icon.WAIT
            mark.show_icon(icon, self._colours[is_ahead])
