"""Adapts the enrolment counter to the station's window, on the GUI thread.

It holds one `StationView`, changes it when somebody touches something or an enrolment reports
something, and emits it. It never waits.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from facepay.identifiers import ParticipantId
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import EnrolmentActive, EnrolmentRefused, FacePaymentClosed
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import ClearingErrorReason, SignedOn
from pos_app.checkout.enrolment_ports import (
    ClosingOutcome,
    EnrolmentFailed,
    EnrolmentOutcome,
    EnrolmentStep,
    IssuerLogin,
)
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.ui.connection import Connection
from pos_app.ui.desk import PinEntry
from pos_app.ui.desk_reports import PinPresses, with_guidance, with_pin, with_prompt
from pos_app.ui.enrolment_desk import EnrolleeDesk
from pos_app.ui.enrolment_model import Errand, StationPage, StationView
from pos_app.ui.enrolment_port import StationParts
from pos_app.ui.enrolment_words import ending_view
from pos_app.ui.flow_thread import FlowThread
from pos_app.ui.till_model import CaptureView, LineState

_PAGES = {
    EnrolmentStep.OPENING: StationPage.WORKING,
    EnrolmentStep.CHOOSING_PASSCODE: StationPage.PASSCODE,
    EnrolmentStep.SUBMITTING: StationPage.WORKING,
    EnrolmentStep.CONFIRMING: StationPage.WORKING,
}
"""Pages of the steps in which the person is asked nothing, or by the PIN pad."""
_CONSENT_PAGES = frozenset({StationPage.CONSENT_FACE, StationPage.CONSENT_SENDING})
_SIGN_ON_AGAIN = frozenset(
    {
        ClearingErrorReason.UNREACHABLE,
        ClearingErrorReason.NOT_SIGNED_ON,
        ClearingErrorReason.EPOCH_STALE,
    }
)


class EnrolmentPresenter(PinPresses, QObject):
    """Implements `StationActions` over an enrolment counter.

    Signals:
        changed: StationView, whenever anything shown is different.
        finished: EnrolmentOutcome or ClosingOutcome; emitted on the enrolment's loop.
    """

    changed = Signal(object)
    finished = Signal(object)

    def __init__(
        self, view: StationView, desk: EnrolleeDesk, flow: FlowThread, connection: Connection
    ) -> None:
        super().__init__()
        self.view = view
        self._desk = desk
        self._flow = flow
        self._connection = connection
        self._parts: StationParts | None = None
        desk.stepped.connect(self._on_step)
        desk.consent_asked.connect(self._on_consent_asked)
        desk.sign_in_asked.connect(self._on_sign_in_asked)
        desk.readiness_asked.connect(self._on_readiness_asked)
        desk.guided.connect(self._on_guidance)
        desk.prompted.connect(self._on_prompt)
        desk.pin_changed.connect(self._on_pin)
        connection.line_changed.connect(self._on_line)

    def use_parts(self, parts: StationParts) -> None:
        """Take people through `parts` from now on."""
        self._parts = parts
        self._pin_keys = parts.pin_keys

    def close_down(self) -> None:
        """Say that the station is out of order."""
        self._show(replace(self.view, line=LineState.OUT_OF_ORDER))

    # --- clerk and person --------------------------------------------------------------------

    def begin(self, errand: Errand) -> None:
        """Open or close face payment for the person who is here now."""
        parts = self._parts
        if self.view.page is not StationPage.START or parts is None:
            return
        if not self.view.is_open_for_business:
            return
        if errand is Errand.CLOSE:
            self._show(replace(self.view, page=StationPage.SIGN_IN, errand=errand))
            return
        self._show(replace(self.view, page=StationPage.WORKING, errand=errand))
        self._flow.run(self._enrol(parts))

    def go_on_to_consent(self) -> None:
        """Leave the notice for the first consent."""
        if self.view.page is StationPage.NOTICE:
            self._show(replace(self.view, page=StationPage.CONSENT_FACE))

    def agree(self) -> None:
        """Give the one consent that is shown. The next is a page, and a touch, of its own."""
        if self.view.page in _CONSENT_PAGES:
            self._show(replace(self.view, page=StationPage.WORKING))
            self._desk.answer(True)  # noqa: FBT003 - the person's yes

    def refuse(self) -> None:
        """Refuse the one consent that is shown; nothing has been sent."""
        if self.view.page in _CONSENT_PAGES:
            self.stop()

    def choose_issuer(self, issuer_id: ParticipantId) -> None:
        """Say whose customer the person is."""
        self._show(replace(self.view, issuer_id=issuer_id))

    def sign_in(self, login: str, one_time_code: str) -> None:
        """Give login and code to whoever asked, and keep neither."""
        parts, issuer_id = self._parts, self.view.issuer_id
        if self.view.page is not StationPage.SIGN_IN or issuer_id is None or parts is None:
            return
        if not login or not one_time_code:
            return
        shown = IssuerLogin(issuer_id, login, one_time_code)
        self._show(replace(self.view, page=StationPage.WORKING, login_was_refused=False))
        if self.view.errand is Errand.CLOSE:
            self._flow.run(self._close(parts, shown))
        else:
            self._desk.answer(shown)

    def start_capture(self) -> None:
        """Let the camera go on, for this one capture."""
        if self.view.page is StationPage.READY:
            self._show(replace(self.view, page=StationPage.CAPTURE, capture=CaptureView()))
            self._desk.answer(True)  # noqa: FBT003 - the person's yes

    def stop(self) -> None:
        """Leave; how it ended is shown once the enrolment has ended."""
        parts = self._parts
        if parts is None:
            return
        is_closing = self.view.errand is Errand.CLOSE
        ways: dict[StationPage, Callable[[], object]] = {
            StationPage.NOTICE: self._answer_no,
            StationPage.CONSENT_FACE: self._answer_no,
            StationPage.CONSENT_SENDING: self._answer_no,
            StationPage.SIGN_IN: self._leave if is_closing else self._answer_no,
            StationPage.PASSCODE: parts.pin_keys.cancel,
            StationPage.READY: self._answer_no,
            StationPage.CAPTURE: parts.stop_capture,
        }
        way = ways.get(self.view.page)
        if way is not None:
            way()

    def start_again(self) -> None:
        """Try the same errand once more after it ended."""
        errand = self.view.errand
        if self.view.page is StationPage.ENDED and errand is not None:
            self._leave()
            self.begin(errand)

    def finish(self) -> None:
        """Go back to the start for the next person."""
        if self.view.page is StationPage.ENDED:
            self._leave()

    # --- reports -----------------------------------------------------------------------------

    def _on_step(self, step: EnrolmentStep) -> None:
        if step is EnrolmentStep.FINISHED:
            return
        page = _PAGES.get(step, self.view.page)
        self._show(replace(self.view, step=step, page=page))

    def _on_consent_asked(self, scope: ConsentScope) -> None:
        is_first = scope is ConsentScope.FACE_PROCESSING
        page = StationPage.NOTICE if is_first else StationPage.CONSENT_SENDING
        self._show(replace(self.view, page=page))

    def _on_sign_in_asked(self, refusal: EnrolmentRefusal | None) -> None:
        was_refused = refusal is not None
        page = StationPage.SIGN_IN
        self._show(replace(self.view, page=page, login_was_refused=was_refused))

    def _on_readiness_asked(
        self, step: EnrolmentStep, failure: CaptureFailureReason | None
    ) -> None:
        view = replace(self.view, page=StationPage.READY, step=step)
        self._show(replace(view, capture_failure=failure, capture=CaptureView()))

    def _on_guidance(self, guidance: Guidance) -> None:
        self._show(with_guidance(self.view, guidance))

    def _on_prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        self._show(with_prompt(self.view, prompt, step, steps))

    def _on_pin(self, entry: PinEntry | None) -> None:
        view = with_pin(self.view, entry)
        self._show(replace(view, pin_stage=entry.stage) if entry is not None else view)

    def _on_line(self, line: LineState, signed_on: SignedOn | None) -> None:
        notice = self.view.notice if signed_on is None else signed_on.notice
        self._show(replace(self.view, line=line, notice=notice))

    # --- one errand --------------------------------------------------------------------------

    async def _enrol(self, parts: StationParts) -> None:
        """Run on the enrolment's loop; the outcome comes back as a queued signal."""
        self._report(await parts.counter.enrol(self._desk.sign_in))

    async def _close(self, parts: StationParts, login: IssuerLogin) -> None:
        self._report(await parts.counter.close_face_payment(login))

    def _report(self, outcome: EnrolmentOutcome | ClosingOutcome) -> None:
        if isinstance(outcome, EnrolmentFailed) and outcome.clearing in _SIGN_ON_AGAIN:
            self._connection.report_lost()
        self.finished.emit(outcome)

    def end(self, outcome: EnrolmentOutcome | ClosingOutcome) -> None:
        """Show how it ended; connected to `finished` as a queued slot."""
        is_closing = self.view.errand is Errand.CLOSE
        if is_closing and outcome == EnrolmentRefused(EnrolmentRefusal.NOT_AUTHENTICATED):
            self._show(replace(self.view, page=StationPage.SIGN_IN, login_was_refused=True))
            return
        shown = ending_view(outcome, self.view)
        view = replace(self.view, page=StationPage.ENDED, outcome=shown)
        if isinstance(outcome, EnrolmentActive):
            view = replace(view, active=outcome)
        elif isinstance(outcome, FacePaymentClosed):
            view = replace(view, receipts=outcome.receipts)
        self._show(view)

    # --- small steps -------------------------------------------------------------------------

    def _answer_no(self) -> None:
        self._desk.answer(False)  # noqa: FBT003 - the person's no; also no login

    def _leave(self) -> None:
        """Forget the person."""
        view = self.view
        self._show(StationView(view.terminal_id, view.issuers, view.line, view.notice))

    def _show(self, view: StationView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)
