"""Pages of the enrolment station before a face is involved: start, notice, consents, sign-in."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from facepay.identifiers import ParticipantId
from pos_app.config import Issuer
from pos_app.ui import text_enrolment as text
from pos_app.ui.enrolment_actions import StationActions
from pos_app.ui.enrolment_model import Errand, StationPage, StationView, issuer_name
from pos_app.ui.icons import Icon, IconView
from pos_app.ui.look import Look
from pos_app.ui.notice_paper import NoticePaper
from pos_app.ui.page_frame import FoldingHalves, TitledPage
from pos_app.ui.text_field import ChoiceField, TextField
from pos_app.ui.theme import Colour, TextRole
from pos_app.ui.widgets import (
    DeliberateButton,
    LayoutButton,
    TextLabel,
    TouchButton,
    card,
    column,
    inert,
)

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LOGIN_LENGTH_MAX = 64
_CODE_LENGTH_MAX = 16


class StationPageView(TitledPage):
    """A page of the station's window."""

    def render_view(self, view: StationView) -> None:
        """Draw the page; pages extend this and end by dressing themselves."""
        del view
        self.look.dress(self)


class ErrandButton(LayoutButton):
    """One errand: what it is, and how long it takes."""

    def __init__(self, name: str, icon: Icon, actions: StationActions, errand: Errand) -> None:
        super().__init__(name, "choice", partial(actions.begin, errand))
        self.set_least(200, 280)
        self._title = inert(TextLabel(TextRole.HEADING, tone="jade", align=_CENTRE))
        self._hint = inert(TextLabel(tone="soft", align=_CENTRE))
        inside = column(self, margin=5, gap=3)
        inside.addStretch(1)
        inside.addWidget(IconView(icon, Colour.JADE, 64, line=1.3), 0, _CENTRE)
        inside.addWidget(self._title)
        inside.addWidget(self._hint)
        inside.addStretch(1)

    def show_words(self, title: str, hint: str) -> None:
        """Say both; screen readers say both, too."""
        self._title.setText(title)
        self._hint.setText(hint)
        self.setAccessibleName(f"{title}. {hint}")


class StartPage(StationPageView):
    """Open or close: two buttons of one size, and neither is urged on anybody."""

    def __init__(self, look: Look, actions: StationActions) -> None:
        super().__init__(look, "startPage")
        self._open = ErrandButton("begin_open", Icon.FACE, actions, Errand.OPEN)
        self._close = ErrandButton("begin_close", Icon.STOP, actions, Errand.CLOSE)
        self._offline = TextLabel(TextRole.STRONG, tone="warn")
        self.body.addWidget(self._offline)
        self.body.addWidget(FoldingHalves(self._open, self._close))
        self.body.addStretch(1)

    def render_view(self, view: StationView) -> None:
        """Offer both while the station is connected."""
        say = self.look.tongue.say
        self.set_head(say(text.START_TITLE), say(text.START_HINT))
        self._open.show_words(say(text.OPEN), say(text.OPEN_HINT))
        self._close.show_words(say(text.CLOSE), say(text.CLOSE_HINT))
        self._offline.setText(say(text.START_OFFLINE))
        self._offline.setVisible(not view.is_open_for_business)
        for button in (self._open, self._close):
            button.setEnabled(view.is_open_for_business)
        super().render_view(view)


class StationNoticePage(StationPageView):
    """Everything a person must be told before any question is asked."""

    def __init__(self, look: Look, actions: StationActions) -> None:
        super().__init__(look, "stationNoticePage")
        self._paper = NoticePaper(look)
        self.body.addWidget(self._paper)
        self.body.addStretch(1)
        self._stop = self.add_button(TouchButton("stop", "choice", actions.stop))
        self._on = self.add_button(TouchButton("goOn", "choice", actions.go_on_to_consent))

    def render_view(self, view: StationView) -> None:
        """Show the notice in the window's language, every item of it."""
        if view.notice is None:
            return
        say = self.look.tongue.say
        self.set_head(say(text.NOTICE_TITLE), say(text.NOTICE_LEAD))
        self._paper.render_notice(view.notice)
        self._stop.set_text(say(text.STOP))
        self._on.set_text(say(text.GO_ON))
        super().render_view(view)


class ConsentPage(StationPageView):
    """One question, what it is about, and two buttons of one size."""

    def __init__(self, look: Look, actions: StationActions, page: StationPage) -> None:
        super().__init__(look, f"{page.value}Page")
        self._is_first = page is StationPage.CONSENT_FACE
        self._question = TextLabel(TextRole.HEADING)
        self._question.setObjectName("consentQuestion")
        asked = card()
        column(asked, margin=6).addWidget(self._question)
        names = ("scope", "storage_period", "how_to_use_rights")
        self._paper = NoticePaper(look, names if self._is_first else ("recipients", "method"))
        self.body.addWidget(asked)
        self.body.addWidget(self._paper)
        self.body.addStretch(1)
        self._refuse = self.add_button(DeliberateButton("refuse", "choice", actions.refuse))
        self._agree = self.add_button(DeliberateButton("agree", "choice", actions.agree))

    def render_view(self, view: StationView) -> None:
        """Ask."""
        if view.notice is None:
            return
        say = self.look.tongue.say
        first = (text.CONSENT_FACE_TITLE, text.CONSENT_FACE_QUESTION)
        second = (text.CONSENT_SENDING_TITLE, text.CONSENT_SENDING_QUESTION)
        title, question = first if self._is_first else second
        self.set_head(say(title), say(text.CONSENT_ALONE))
        self._question.setText(say(question))
        self._paper.render_notice(view.notice)
        self._refuse.set_text(say(text.REFUSE))
        self._agree.set_text(say(text.AGREE))
        super().render_view(view)


class SignInPage(StationPageView):
    """Bank, login and one-time code; for closing, the only page before it is done."""

    def __init__(self, look: Look, actions: StationActions, issuers: tuple[Issuer, ...]) -> None:
        super().__init__(look, "signInPage")
        self._actions = actions
        self._issuers = issuers
        self._is_issuer_chosen = False
        self._simulated = TextLabel(TextRole.LABEL, tone="warn")
        self._refused = TextLabel(TextRole.STRONG, tone="bad")
        self._refused.setObjectName("loginRefused")
        self._refusal = card("bad")
        column(self._refusal, margin=4).addWidget(self._refused)
        keys = [issuer.issuer_id.value for issuer in issuers]
        self._issuer = ChoiceField("issuer", keys, self._choose)
        self._login = TextField("login", _LOGIN_LENGTH_MAX, self._typed, self._submit)
        self._code = TextField("oneTimeCode", _CODE_LENGTH_MAX, self._typed, self._submit)
        self._code_hint = TextLabel(TextRole.LABEL, tone="soft")
        fields = QWidget()
        inside = column(fields, gap=3)
        for widget in (self._login, self._code, self._code_hint):
            inside.addWidget(widget)
        inside.addStretch(1)
        banks = QWidget()
        beside = column(banks)
        beside.addWidget(self._issuer)
        beside.addStretch(1)
        for part in (self._refusal, FoldingHalves(banks, fields), self._simulated):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._stop = self.add_button(TouchButton("stop", "choice", actions.stop))
        self._sign_in = self.add_button(TouchButton("signIn", "choice", self._submit))

    def render_view(self, view: StationView) -> None:
        """Ask; after a refusal say what it was, and keep the login for another code."""
        tongue = self.look.tongue
        say = tongue.say
        is_closing = view.errand is Errand.CLOSE
        self.set_head(say(text.SIGN_IN_TITLE), say(text.CLOSE_LEAD) if is_closing else "")
        names = {item.issuer_id.value: tongue.name(issuer_name(item)) for item in self._issuers}
        chosen = view.issuer_id.value if view.issuer_id else None
        self._is_issuer_chosen = chosen is not None
        self._issuer.render_choice(say(text.ISSUER), names, chosen)
        self._login.set_label(say(text.LOGIN))
        self._code.set_label(say(text.CODE))
        self._code_hint.setText(say(text.CODE_HINT))
        self._simulated.setText(say(text.SIGN_IN_SIMULATED))
        self._refused.setText(say(text.LOGIN_REFUSED))
        self._refusal.setVisible(view.login_was_refused)
        self._stop.set_text(say(text.STOP))
        self._sign_in.set_text(say(text.SIGN_IN_AND_CLOSE if is_closing else text.SIGN_IN))
        self._typed()
        super().render_view(view)

    def forget(self) -> None:
        """Forget the person."""
        self._login.forget()
        self._code.forget()

    def _choose(self, number: str) -> None:
        self._actions.choose_issuer(ParticipantId(number))
        (self._code if self._login.typed else self._login).focus()

    def _typed(self) -> None:
        is_complete = bool(self._is_issuer_chosen and self._login.typed and self._code.typed)
        self._sign_in.setEnabled(is_complete)

    def _submit(self) -> None:
        """Hand login and code on; the code is forgotten, being good once only."""
        if self._sign_in.isEnabled():
            code = self._code.typed
            self._code.forget()
            self._actions.sign_in(self._login.typed, code)
