"""What a terminal's signed message must hold to before a use case sees it.

In this order: form and sizes, no pictures; the terminal it names is live and has the role; the TLS
peer is that terminal, or the acquirer registered to carry it; the signature of the terminal's
registered key; the purpose, suite, epoch and model. Stored answer, clock and counter come next, in
`operation_gate` and the payment use cases.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearing_service.clock import beijing_day
from clearing_service.errors import ClearingError, RefusalReason, RequestRefusedError
from clearing_service.participants.participant import ParticipantRole
from clearing_service.participants.terminal import Terminal, TerminalRole
from clearing_service.payment.payment_service import RegisterSource
from clearing_service.payment.requests import VerifiedRequest
from clearing_service.transport.roles import PeerIdentity, PeerRole
from facepay.errors import SignatureInvalidError
from facepay.message_header import MessageHeader, Purpose
from facepay.ports import Clock
from facepay.sealed_envelope import SuiteId
from facepay.signed_request import SignedRequest, verify_request
from facepay.v1 import signed_message_pb2
from facepay.wire.signed import signed_request_from_message

ACCEPTED_SUITES = frozenset({SuiteId.X25519_AES256GCM})

_ENROLMENT_PURPOSES = frozenset(
    {
        Purpose.OPEN_ENROLMENT,
        Purpose.SUBMIT_REFERENCE,
        Purpose.CONFIRM_REFERENCE,
        Purpose.CLOSE_FACE_PAYMENT,
    }
)
_TEMPLATE_PURPOSES = frozenset(
    {Purpose.ROUTE_PROBE, Purpose.SUBMIT_REFERENCE, Purpose.CONFIRM_REFERENCE}
)


class TerminalNotAdmittedError(ClearingError):
    """The terminal is unknown, not live, has another role, or the peer may not speak for it."""


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """What a template must have been made with to be compared now."""

    epoch: int
    model_id: str


class MessageChecks:
    """Checks messages against the register's present snapshot."""

    def __init__(self, registers: RegisterSource, model_id: str, clock: Clock) -> None:
        self._registers = registers
        self._model_id = model_id
        self._clock = clock

    def verify(
        self,
        message: signed_message_pb2.SignedMessage,
        purpose: Purpose,
        peer: PeerIdentity,
        epoch: int,
    ) -> VerifiedRequest:
        """Return the message if the terminal it names said exactly this, for this purpose.

        Raises `MalformedFieldError`, `ImageBytesError`, `TerminalNotAdmittedError`,
        `SignatureInvalidError` and `RequestRefusedError`.
        """
        signed = signed_request_from_message(message)
        unverified = MessageHeader.from_bytes(signed.header)
        terminal = self._admitted(unverified, purpose, peer)
        header = _verify_signature(signed, unverified, terminal)
        if header.purpose is not purpose:
            raise RequestRefusedError(RefusalReason.WRONG_PURPOSE)
        if header.suite_id not in ACCEPTED_SUITES:
            raise RequestRefusedError(RefusalReason.SUITE_NOT_ACCEPTED)
        if purpose in _TEMPLATE_PURPOSES:
            self._require_current_template(header, epoch)
        return VerifiedRequest(header, signed)

    def _admitted(
        self, unverified: MessageHeader, purpose: Purpose, peer: PeerIdentity
    ) -> Terminal:
        terminal = self._registers.register.terminal(unverified.terminal_id)
        if (
            terminal is None
            or not terminal.is_live(self._clock.now())
            or not _has_role_for(terminal, purpose)
            or not self._may_carry(peer, terminal)
        ):
            raise TerminalNotAdmittedError("the terminal is not admitted")
        return terminal

    def _may_carry(self, peer: PeerIdentity, terminal: Terminal) -> bool:
        if peer.role.is_terminal:
            return peer.name == terminal.terminal_id.value
        acquirer_id = terminal.binding.acquirer_id
        return (
            peer.role is PeerRole.ACQUIRER
            and peer.name == acquirer_id.value
            and self._registers.register.may_give_back(
                acquirer_id, ParticipantRole.ACQUIRER, beijing_day(self._clock.now())
            )
        )

    def _require_current_template(self, header: MessageHeader, epoch: int) -> None:
        if header.epoch != epoch:
            raise RequestRefusedError(RefusalReason.EPOCH_NOT_CURRENT)
        if header.model_id != self._model_id:
            raise RequestRefusedError(RefusalReason.MODEL_NOT_CURRENT)


def require_envelopes(signed: SignedRequest, *counts: int) -> None:
    """Refuse a message with another number of envelopes than the call has."""
    if len(signed.envelopes) not in counts:
        raise RequestRefusedError(RefusalReason.ENVELOPES_MISMATCH)


def _has_role_for(terminal: Terminal, purpose: Purpose) -> bool:
    if purpose is Purpose.SIGN_ON:
        return True
    needed = (
        TerminalRole.ENROLMENT if purpose in _ENROLMENT_PURPOSES else TerminalRole.POINT_OF_SALE
    )
    return terminal.role is needed


def _verify_signature(
    signed: SignedRequest, unverified: MessageHeader, terminal: Terminal
) -> MessageHeader:
    if unverified.signing_key_id != terminal.keys.signing_key_id:
        raise SignatureInvalidError("the message's signature does not hold")
    key = Ed25519PublicKey.from_public_bytes(terminal.keys.signing_public_key)
    return verify_request(signed, key)
