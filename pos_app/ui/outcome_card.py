"""How a payment ended, in words and at a glance; the same card on both windows."""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from pos_app.ui import text_customer
from pos_app.ui.icons import Icon, IconView
from pos_app.ui.look import Look
from pos_app.ui.theme import Colour, TextRole
from pos_app.ui.till_model import OutcomeView, Verdict
from pos_app.ui.widgets import TextLabel, column, row, set_style_property

_STYLE = {
    Verdict.PAID: ("good", Icon.CHECK, Colour.JADE),
    Verdict.DONE: ("good", Icon.CHECK, Colour.JADE),
    Verdict.REFUSED: ("bad", Icon.STOP, Colour.BRICK),
    Verdict.STOPPED: ("warn", Icon.STOP, Colour.AMBER_INK),
    Verdict.REVERSING: ("warn", Icon.WAIT, Colour.AMBER_INK),
}


class OutcomeCard(QFrame):
    """A coloured panel: title, what happened, what was not lost, what to do next."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._look = look
        self._mark = IconView(Icon.CHECK, Colour.JADE, 56, line=2.2)
        self._title = TextLabel(TextRole.TITLE)
        self._happened = TextLabel()
        self._kept = TextLabel()
        self._tries = TextLabel(TextRole.STRONG)
        self._next = TextLabel(TextRole.STRONG)
        inside = column(self, margin=6, gap=4)
        head: QHBoxLayout = row(gap=4)
        head.addWidget(self._mark)
        head.addWidget(self._title, 1)
        inside.addLayout(head)
        for label in (self._happened, self._kept, self._tries, self._next):
            inside.addWidget(label)

    def render_outcome(self, outcome: OutcomeView) -> None:
        """Show the outcome in the window's language."""
        surface, icon, colour = _STYLE[outcome.verdict]
        set_style_property(self, "surface", surface)
        self._mark.show_icon(icon, colour)
        title, happened, kept, next_step = self._look.tongue.explain(outcome.explanation)
        self._title.setText(title)
        self._happened.setText(happened)
        self._kept.setText(kept)
        self._next.setText(next_step)
        tries = outcome.tries_left
        self._tries.setText(self._look.tongue.say(text_customer.TRIES_LEFT, count=tries or 0))
        self._tries.setVisible(tries is not None)
        self.setAccessibleName(f"{title} {happened} {kept} {next_step}")
        self._look.dress(self)
