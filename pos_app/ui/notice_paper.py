"""The notice on a sheet: every item of it under its heading, in the window's language."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from facepay.wire.terminal import Notice, NoticeText
from pos_app.ui.look import Look
from pos_app.ui.page_frame import FOLD_WIDTH
from pos_app.ui.phrase import Language, Phrase
from pos_app.ui.text_notice import NOTICE_HEADINGS, notice_items
from pos_app.ui.theme import TextRole, space
from pos_app.ui.widgets import TextLabel, card, column, empty_layout

_TWO_COLUMNS_WIDTH = FOLD_WIDTH - 150


def notice_text(notice: Notice, look: Look) -> NoticeText:
    """Return the notice in the window's language."""
    return notice.zh if look.tongue.language is Language.CHINESE else notice.en


class NoticePaper(QWidget):
    """Draws one notice, or some items of it, in two columns where there is room."""

    def __init__(self, look: Look, names: tuple[str, ...] = ()) -> None:
        """Show the items of these field names; all of them if none is named."""
        super().__init__()
        self._names = names
        self._look = look
        self._notice: Notice | None = None
        self._drawn: object = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(space(6))
        self._grid.setVerticalSpacing(space(3))
        paper = card()
        column(self).addWidget(paper)
        column(paper, margin=5).addLayout(self._grid)

    def render_notice(self, notice: Notice) -> None:
        """Show every item of `notice`; draws only what is not drawn yet."""
        self._notice = notice
        columns = self._fitting_columns()
        drawn = (notice, self._look.tongue, self._look.theme, columns)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        items = notice_items(notice_text(notice, self._look))
        wanted = {NOTICE_HEADINGS[name] for name in self._names} or set(NOTICE_HEADINGS.values())
        self._draw([item for item in items if item[0] in wanted], columns)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw again when there is room for another number of columns."""
        super().resizeEvent(event)
        if self._notice is not None:
            self.render_notice(self._notice)

    def _fitting_columns(self) -> int:
        return 2 if self.width() >= _TWO_COLUMNS_WIDTH else 1

    def _draw(self, items: list[tuple[Phrase, str]], columns: int) -> None:
        empty_layout(self._grid)
        for index, (heading, sentence) in enumerate(items):
            cell = QWidget()
            inside = column(cell, gap=0)
            name = TextLabel(TextRole.LABEL, tone="jade")
            name.setText(self._look.tongue.say(heading))
            said = TextLabel(TextRole.LABEL)
            said.setText(sentence)
            inside.addWidget(name)
            inside.addWidget(said)
            inside.addStretch(1)
            self._grid.addWidget(cell, index // columns, index % columns)
        for index in range(2):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
        self._look.dress(self)
