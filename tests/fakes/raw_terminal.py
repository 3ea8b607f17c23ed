"""A terminal that says whatever a test wants, over a real channel and with real keys."""

import itertools
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import grpc
import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from clearing_service.enrolment.notice import CURRENT_NOTICE
from clearing_service.transport.credentials import TlsFiles, channel_credentials
from facepay.identifiers import (
    AcceptorId,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    TerminalId,
)
from facepay.message_header import (
    MessageHeader,
    Purpose,
    body_hash,
    truncate_to_milliseconds,
)
from facepay.money import Currency, Money
from facepay.payment_fields import PaymentFields, notice_hash
from facepay.ports import SystemClock, SystemRandomness
from facepay.signed_request import SignedRequest, sign_request, signing_key_id
from facepay.v1 import payment_pb2 as pb
from facepay.wire.payment_bodies import OpenPaymentBody
from facepay.wire.signed import signed_request_to_message

OPEN_PAYMENT = "/facepay.v1.PaymentService/OpenPayment"
ROUTE_PROBE = "/facepay.v1.PaymentService/RouteProbe"
BLINDING = b"\x07" * 32

_COUNTERS = itertools.count(int(SystemClock().now().timestamp() * 1000), 1_000)
"""Blocks of counters, so that two raw terminals of one bundle do not use the same ones."""


@dataclass(frozen=True)
class Refusal:
    """How a call was refused."""

    code: grpc.StatusCode
    reason: str


class RawTerminal:
    """Makes messages of one terminal's bundle and sends them, untouched or not."""

    def __init__(
        self, bundle: Path, terminal_id: str, address: str, tls: Path | None = None
    ) -> None:
        """`tls` is another folder whose certificate is shown at the handshake."""
        self.terminal_id = TerminalId(terminal_id)
        key = load_pem_private_key((bundle / "signing_key.pem").read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        self.signing_key = key
        self.clock, self.randomness = SystemClock(), SystemRandomness()
        self.counter = next(_COUNTERS)
        credentials = channel_credentials(TlsFiles.in_directory(tls or bundle))
        self.channel = grpc.aio.secure_channel(address, credentials)

    def body(self, **changes: object) -> OpenPaymentBody:
        body = OpenPaymentBody(
            salt=self.randomness.bytes(32),
            payment_id=PaymentId.generate(self.clock, self.randomness),
            blinding=BLINDING,
            acceptor_id=AcceptorId("SANDBOXSHOP0001"),
            order_id=OrderId("RAW-1"),
            amount_minor_units=1250,
            currency="156",
            acquirer_id=ParticipantId("51010001"),
            notice_version=CURRENT_NOTICE.version,
            notice_sha256=CURRENT_NOTICE.sha256,
        )
        return replace(body, **changes)  # type: ignore[arg-type]

    def header(self, body: OpenPaymentBody, **changes: object) -> MessageHeader:
        self.counter += 1
        header = MessageHeader(
            suite_id=1,
            purpose=Purpose.OPEN_PAYMENT,
            terminal_id=self.terminal_id,
            signing_key_id=signing_key_id(self.signing_key.public_key()),
            operation_id=OperationId.generate(self.clock, self.randomness),
            counter=self.counter,
            sent_at=self.now(),
            nonce=self.randomness.bytes(16),
            challenge_nonce=b"",
            epoch=0,
            model_id="",
            commitments=(),
            payment_hash=self._payment_hash(body),
            notice_hash=notice_hash(body.notice_version, body.notice_sha256, BLINDING),
            body_hash=body_hash(body.to_bytes()),
        )
        return replace(header, **changes)  # type: ignore[arg-type]

    def request(self, **header_changes: object) -> SignedRequest:
        body = self.body()
        return self.sign(self.header(body, **header_changes), body)

    def sign(self, header: MessageHeader, body: OpenPaymentBody) -> SignedRequest:
        return sign_request(header, body.to_bytes(), (), self.signing_key)

    async def send(
        self, request: SignedRequest, method: str = OPEN_PAYMENT
    ) -> pb.OpenPaymentResponse | Refusal:
        message = pb.OpenPaymentRequest(message=signed_request_to_message(request))
        return await self.send_bytes(message.SerializeToString(), method)

    async def send_message(self, message: Message) -> pb.OpenPaymentResponse | Refusal:
        return await self.send_bytes(message.SerializeToString())

    async def send_bytes(
        self, content: bytes, method: str = OPEN_PAYMENT
    ) -> pb.OpenPaymentResponse | Refusal:
        try:
            reply = await self.channel.unary_unary(method)(content, timeout=10)
        except grpc.aio.AioRpcError as error:
            return Refusal(error.code(), _reason(error))
        answer: pb.OpenPaymentResponse = pb.OpenPaymentResponse.FromString(reply)
        return answer

    def now(self) -> datetime:
        return truncate_to_milliseconds(self.clock.now())

    def _payment_hash(self, body: OpenPaymentBody) -> bytes:
        try:
            amount = Money(body.amount_minor_units, Currency(body.currency))
        except ValueError:
            return bytes(32)
        except Exception:  # noqa: BLE001 - an amount that no hash can be made of
            return bytes(32)
        fields = PaymentFields(
            body.acceptor_id, self.terminal_id, body.order_id, amount, body.acquirer_id
        )
        return fields.hash(BLINDING)


def _reason(error: grpc.aio.AioRpcError) -> str:
    trailing = dict(error.trailing_metadata() or ())
    if "grpc-status-details-bin" not in trailing:
        return ""
    info = ErrorInfo()
    status = Status.FromString(trailing["grpc-status-details-bin"])
    assert status.details[0].Unpack(info)
    assert info.domain == "facepay"
    return str(info.reason)
