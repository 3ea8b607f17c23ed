"""One capture's sealing context: the parties' keys, and a header made when the probe is ready."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from facepay.pad_challenge import PadChallenge
from facepay.rotation import EpochKey
from facepay.sealed_envelope import RecipientKey
from pos_app.checkout.payment import Operation
from pos_app.clearing_client.request_builder import Body, HeaderFields, RequestBuilder
from pos_app.clearing_client.session import TerminalSession


@dataclass(frozen=True, slots=True)
class CaptureMessage:
    """The message a capture is for. `body_of` makes its body from the PAD evidence.

    `attempt` is the number of the capture within its payment, from 1.
    """

    operation: Operation
    fields: HeaderFields
    challenge: PadChallenge
    body_of: Callable[[bytes], Body]
    attempt: int = 1


class CaptureContext:
    """Implements `SealingContext` for one message."""

    def __init__(
        self, session: TerminalSession, builder: RequestBuilder, message: CaptureMessage
    ) -> None:
        self._session = session
        self._builder = builder
        self._message = message
        self._made: tuple[bytes, bytes] | None = None

    @property
    def recipients(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        """See `SealingContext`."""
        return self._session.parties

    @property
    def epoch_key(self) -> EpochKey:
        """See `SealingContext`."""
        return self._session.epoch_key

    @property
    def epoch(self) -> int:
        """See `SealingContext`."""
        return self._session.epoch

    @property
    def model_id(self) -> str:
        """See `SealingContext`."""
        return self._session.model_id

    @property
    def challenge(self) -> PadChallenge:
        """See `SealingContext`."""
        return self._message.challenge

    @property
    def attempt(self) -> int:
        """See `SealingContext`."""
        return self._message.attempt

    @property
    def operation(self) -> Operation:
        """The call that will carry the probe."""
        return self._message.operation

    def header_for(self, commitments: tuple[bytes, bytes, bytes], pad_evidence: bytes) -> bytes:
        """See `SealingContext`."""
        if self._made is not None:
            raise ValueError("one message has one header")
        message = self._message
        body = message.body_of(pad_evidence).to_bytes()
        fields = replace(
            message.fields,
            challenge_nonce=message.challenge.nonce,
            epoch=self.epoch,
            model_id=self.model_id,
            commitments=commitments,
        )
        header = self._builder.header(message.operation, body, fields)
        self._made = (header, body)
        return header

    def body_for(self, header: bytes) -> bytes:
        """Return the body that belongs to the header a probe was sealed under.

        Raises `ValueError` for a header that this context did not make.
        """
        if self._made is None or self._made[0] != header:
            raise ValueError("the probe was sealed under another header")
        return self._made[1]
