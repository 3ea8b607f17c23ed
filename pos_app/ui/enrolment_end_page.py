"""How an errand at the station ended: in words, with dates, or with three signed receipts."""

from hashlib import sha256

from PySide6.QtWidgets import QWidget

from facepay.erasure import ErasureStatement
from facepay.wire.enrolment import SignedErasureReceipt
from pos_app.ui import text_enrolment as text
from pos_app.ui.enrolment_actions import StationActions
from pos_app.ui.enrolment_model import StationView
from pos_app.ui.enrolment_pages import StationPageView
from pos_app.ui.look import Look
from pos_app.ui.money_text import time_text
from pos_app.ui.notice_paper import notice_text
from pos_app.ui.outcome_card import OutcomeCard
from pos_app.ui.receipt_view import fact_pair
from pos_app.ui.theme import TextRole
from pos_app.ui.till_model import Verdict
from pos_app.ui.widgets import TextLabel, TouchButton, card, column, empty_layout, rule

_FINGERPRINT_DIGITS = 12


class EndPage(StationPageView):
    """The last page of every errand."""

    def __init__(self, look: Look, actions: StationActions) -> None:
        super().__init__(look, "endPage")
        self._card = OutcomeCard(look, "stationOutcome")
        self._paper = card()
        self._facts = column(self._paper, margin=6, gap=3)
        self.body.addWidget(self._card)
        self.body.addWidget(self._paper)
        self.body.addStretch(1)
        self.title.hide()
        self.hint.hide()
        self._again = self.add_button(TouchButton("startAgain", "choice", actions.start_again))
        self._done = self.add_button(TouchButton("done", "choice", actions.finish))

    def render_view(self, view: StationView) -> None:
        """Show the outcome and what belongs to it."""
        if view.outcome is None:
            return
        say = self.look.tongue.say
        self._card.render_outcome(view.outcome)
        self.setAccessibleName(self._card.accessibleName())
        self.scroller.setAccessibleName(say(view.outcome.explanation.title))
        empty_layout(self._facts)
        for widget in (*self._dates(view), *self._receipts(view)):
            self._facts.addWidget(widget)
        self._paper.setVisible(self._facts.count() > 0)
        self._again.set_text(say(text.AGAIN))
        self._again.setVisible(view.outcome.verdict is not Verdict.DONE)
        self._done.set_text(say(text.DONE))
        super().render_view(view)

    def _dates(self, view: StationView) -> list[QWidget]:
        if view.active is None or view.notice is None:
            return []
        say = self.look.tongue.say
        facts = (
            (text.ACTIVE_SINCE, time_text(view.active.activated_at)),
            (text.ACTIVE_UNTIL, time_text(view.active.consent_ends_at)),
            (text.ACTIVE_CLOSE, say(text.ACTIVE_CLOSE_HOW)),
            (text.ACTIVE_CONTACT, notice_text(view.notice, self.look).contact),
        )
        is_stacked = self.look.theme.is_large
        return [fact_pair(say(name), value, is_stacked=is_stacked) for name, value in facts]

    def _receipts(self, view: StationView) -> list[QWidget]:
        if not view.receipts:
            return []
        heading = TextLabel(TextRole.HEADING)
        heading.setText(self.look.tongue.say(text.RECEIPTS_TITLE))
        shown: list[QWidget] = [heading]
        for receipt in sorted(view.receipts, key=lambda item: item.party):
            shown += [rule(), self._receipt(receipt)]
        return shown

    def _receipt(self, receipt: SignedErasureReceipt) -> QWidget:
        say = self.look.tongue.say
        erased_at = ErasureStatement.from_bytes(receipt.receipt).erased_at
        lines = (
            (TextRole.STRONG, "", say(text.RECEIPT_PARTIES[receipt.party])),
            (TextRole.BODY, "", say(text.RECEIPT_SAYS, time=time_text(erased_at))),
            (
                TextRole.LABEL,
                "jade",
                say(text.RECEIPT_SIGNED, fingerprint=receipt_fingerprint(receipt)),
            ),
        )
        cell = QWidget()
        inside = column(cell, gap=1)
        for role, tone, sentence in lines:
            label = TextLabel(role, tone=tone)
            label.setText(sentence)
            inside.addWidget(label)
        return cell


def receipt_fingerprint(receipt: SignedErasureReceipt) -> str:
    """Return what tells one receipt from another when two people compare them aloud."""
    digits = sha256(receipt.receipt + receipt.signature).hexdigest()[:_FINGERPRINT_DIGITS].upper()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
