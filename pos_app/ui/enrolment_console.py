"""The enrolment station as a dialogue in a terminal window: notice, two consents, two captures.

The passcode is typed without echo and goes key by key to the PIN pad, as with the pad's own keys.
"""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from typing import Protocol

from facepay.vocabulary import ConsentScope
from facepay.wire.terminal import Notice, NoticeText
from pos_app.capture.guidance import Guidance
from pos_app.capture.observer import PreviewImage
from pos_app.capture.stage import Prompt
from pos_app.checkout.enrolment import EnrolmentStep
from pos_app.ui.checkout_port import PinKeys
from pos_app.ui.phrase import Language

_CONSENT_QUESTIONS = {
    Language.CHINESE: {
        ConsentScope.FACE_PROCESSING: "您是否单独同意处理您的人脸信息? (yes/no) ",
        ConsentScope.NETWORK_TRANSMISSION: "您是否单独同意通过网络传输加密后的人脸特征? (yes/no) ",
    },
    Language.ENGLISH: {
        ConsentScope.FACE_PROCESSING: "Do you consent to the processing of your face? (yes/no) ",
        ConsentScope.NETWORK_TRANSMISSION: (
            "Do you consent, separately, to sending your sealed face data over the network? (yes/no) "
        ),
    },
}
_START = {
    Language.CHINESE: "按回车键开始拍摄, 输入 no 停止: ",
    Language.ENGLISH: "Press Enter to start the camera, or type no to stop: ",
}
_PIN = {
    Language.CHINESE: {
        "choose": "设置六位刷脸密码: ",
        "repeat": "再输入一次: ",
        "choose_again": "两次不一致, 请重新设置: ",
    },
    Language.ENGLISH: {
        "choose": "Choose a face passcode of six digits: ",
        "repeat": "Once more: ",
        "choose_again": "The two differ; choose again: ",
    },
}

Ask = Callable[[str], str]
Say = Callable[[str], None]


class PinStage(Protocol):
    """What a PIN pad asks for now, by its stable name."""

    @property
    def value(self) -> str:
        """The stage's name."""


class StagedEntry(Protocol):
    """The part of a PIN entry's view that this dialogue needs."""

    @property
    def stage(self) -> PinStage:
        """What is asked for."""


class ObservedPinPad(PinKeys, Protocol):
    """A PIN pad whose keys can be pressed, and who tells how far an entry is."""

    def cancel(self) -> None:
        """Stop the entry."""

    def observe(self, observer: "EnrolmentConsole") -> None:
        """Tell `observer` about entries."""


class EnrolmentConsole:
    """Implements `Enrollee`, `CaptureObserver` and the PIN pad's observer on a text terminal.

    `ask` reads a line, `ask_secret` one without echo, `say` writes one; all may block, and are
    called on a thread.
    """

    def __init__(
        self, pin_pad: ObservedPinPad, language: Language, *, ask: Ask, ask_secret: Ask, say: Say
    ) -> None:
        self._pin_pad = pin_pad
        self._language = language
        self._ask = ask
        self._ask_secret = ask_secret
        self._say = say
        self._stage: str | None = None
        self._typing: asyncio.Task[None] | None = None
        pin_pad.observe(self)

    async def consents(self, notice: Notice, scope: ConsentScope) -> bool:
        """Show the notice and ask for this one consent; only "yes" is a yes."""
        if scope is ConsentScope.FACE_PROCESSING:
            self._show(notice)
        answer = await asyncio.to_thread(self._ask, _CONSENT_QUESTIONS[self._language][scope])
        return answer.strip().lower() == "yes"

    async def is_ready(self, step: EnrolmentStep) -> bool:
        """Ask before the camera goes on; each capture is started by the person."""
        del step
        answer = await asyncio.to_thread(self._ask, _START[self._language])
        return answer.strip().lower() != "no"

    def step_changed(self, step: EnrolmentStep) -> None:
        """Write which step it is."""
        self._say(f"· {step.value}")

    def frame_ready(self, preview: PreviewImage) -> None:
        """Show nothing: a text terminal has no preview."""

    def guidance(self, guidance: Guidance) -> None:
        """Write what would help."""
        self._say(f"  {guidance.value}")

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Write what is asked."""
        if prompt is not None:
            self._say(f"  [{step}/{steps}] {prompt.value}")

    def pin_entry_changed(self, view: StagedEntry | None) -> None:
        """Ask for the passcode once for every stage of an entry."""
        stage = view.stage.value if view else None
        if stage != self._stage and stage is not None:
            self._typing = asyncio.get_running_loop().create_task(self._type(stage))
        self._stage = stage

    async def _type(self, stage: str) -> None:
        question = _PIN[self._language].get(stage, "")
        typed = await asyncio.to_thread(self._ask_secret, question)
        self._pin_pad.clear()
        for character in typed:
            if character.isascii() and character.isdigit():
                self._pin_pad.press(int(character))
        if typed:
            self._pin_pad.confirm()
        else:
            self._pin_pad.cancel()

    def _show(self, notice: Notice) -> None:
        is_chinese = self._language is Language.CHINESE
        text: NoticeText = notice.zh if is_chinese else notice.en
        for field in fields(text):
            self._say(f"  {field.name}: {getattr(text, field.name)}")
