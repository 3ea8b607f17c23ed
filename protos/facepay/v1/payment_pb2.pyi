from facepay.v1 import pad_challenge_pb2 as _pad_challenge_pb2
from facepay.v1 import signed_message_pb2 as _signed_message_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CancelReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANCEL_REASON_UNSPECIFIED: _ClassVar[CancelReason]
    CANCEL_REASON_PAYER: _ClassVar[CancelReason]
    CANCEL_REASON_CASHIER: _ClassVar[CancelReason]
    CANCEL_REASON_NOT_ME: _ClassVar[CancelReason]
    CANCEL_REASON_TIMED_OUT: _ClassVar[CancelReason]
    CANCEL_REASON_CAPTURE_FAILED: _ClassVar[CancelReason]

class ReversalReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVERSAL_REASON_UNSPECIFIED: _ClassVar[ReversalReason]
    REVERSAL_REASON_NO_REPLY: _ClassVar[ReversalReason]
    REVERSAL_REASON_CASHIER: _ClassVar[ReversalReason]
    REVERSAL_REASON_RECEIPT_FAILED: _ClassVar[ReversalReason]

class RefundKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUND_KIND_UNSPECIFIED: _ClassVar[RefundKind]
    REFUND_KIND_REFUND: _ClassVar[RefundKind]
    REFUND_KIND_VOID: _ClassVar[RefundKind]
CANCEL_REASON_UNSPECIFIED: CancelReason
CANCEL_REASON_PAYER: CancelReason
CANCEL_REASON_CASHIER: CancelReason
CANCEL_REASON_NOT_ME: CancelReason
CANCEL_REASON_TIMED_OUT: CancelReason
CANCEL_REASON_CAPTURE_FAILED: CancelReason
REVERSAL_REASON_UNSPECIFIED: ReversalReason
REVERSAL_REASON_NO_REPLY: ReversalReason
REVERSAL_REASON_CASHIER: ReversalReason
REVERSAL_REASON_RECEIPT_FAILED: ReversalReason
REFUND_KIND_UNSPECIFIED: RefundKind
REFUND_KIND_REFUND: RefundKind
REFUND_KIND_VOID: RefundKind

class OpenPaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class OpenPaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id", "blinding", "acceptor_id", "order_id", "amount_minor_units", "currency", "acquirer_id", "notice_version", "notice_sha256", "presentation")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    BLINDING_FIELD_NUMBER: _ClassVar[int]
    ACCEPTOR_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    ACQUIRER_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_VERSION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PRESENTATION_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    blinding: bytes
    acceptor_id: str
    order_id: str
    amount_minor_units: int
    currency: str
    acquirer_id: str
    notice_version: str
    notice_sha256: bytes
    presentation: _pad_challenge_pb2.Presentation
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., blinding: _Optional[bytes] = ..., acceptor_id: _Optional[str] = ..., order_id: _Optional[str] = ..., amount_minor_units: _Optional[int] = ..., currency: _Optional[str] = ..., acquirer_id: _Optional[str] = ..., notice_version: _Optional[str] = ..., notice_sha256: _Optional[bytes] = ..., presentation: _Optional[_Union[_pad_challenge_pb2.Presentation, str]] = ...) -> None: ...

class OpenPaymentResponse(_message.Message):
    __slots__ = ("opened", "declined")
    OPENED_FIELD_NUMBER: _ClassVar[int]
    DECLINED_FIELD_NUMBER: _ClassVar[int]
    opened: OpenedPayment
    declined: _signed_message_pb2.SignedDecision
    def __init__(self, opened: _Optional[_Union[OpenedPayment, _Mapping]] = ..., declined: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ...) -> None: ...

class OpenedPayment(_message.Message):
    __slots__ = ("payment_id", "challenge", "phone_digits", "expires_at_ms")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    PHONE_DIGITS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    payment_id: bytes
    challenge: _pad_challenge_pb2.PadChallenge
    phone_digits: int
    expires_at_ms: int
    def __init__(self, payment_id: _Optional[bytes] = ..., challenge: _Optional[_Union[_pad_challenge_pb2.PadChallenge, _Mapping]] = ..., phone_digits: _Optional[int] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class RouteProbeRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class RouteProbeBody(_message.Message):
    __slots__ = ("salt", "payment_id", "pad_evidence")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAD_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    pad_evidence: bytes
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., pad_evidence: _Optional[bytes] = ...) -> None: ...

class RouteProbeResponse(_message.Message):
    __slots__ = ("routed", "not_routed", "declined", "phone_digits_needed", "padding")
    ROUTED_FIELD_NUMBER: _ClassVar[int]
    NOT_ROUTED_FIELD_NUMBER: _ClassVar[int]
    DECLINED_FIELD_NUMBER: _ClassVar[int]
    PHONE_DIGITS_NEEDED_FIELD_NUMBER: _ClassVar[int]
    PADDING_FIELD_NUMBER: _ClassVar[int]
    routed: Routed
    not_routed: NotRouted
    declined: _signed_message_pb2.SignedDecision
    phone_digits_needed: PhoneDigitsNeeded
    padding: bytes
    def __init__(self, routed: _Optional[_Union[Routed, _Mapping]] = ..., not_routed: _Optional[_Union[NotRouted, _Mapping]] = ..., declined: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ..., phone_digits_needed: _Optional[_Union[PhoneDigitsNeeded, _Mapping]] = ..., padding: _Optional[bytes] = ...) -> None: ...

class Routed(_message.Message):
    __slots__ = ("routing_token", "masked_name", "expires_at_ms")
    ROUTING_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MASKED_NAME_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    routing_token: str
    masked_name: str
    expires_at_ms: int
    def __init__(self, routing_token: _Optional[str] = ..., masked_name: _Optional[str] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class NotRouted(_message.Message):
    __slots__ = ("attempts_left",)
    ATTEMPTS_LEFT_FIELD_NUMBER: _ClassVar[int]
    attempts_left: int
    def __init__(self, attempts_left: _Optional[int] = ...) -> None: ...

class PhoneDigitsNeeded(_message.Message):
    __slots__ = ("phone_digits", "attempts_left")
    PHONE_DIGITS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_LEFT_FIELD_NUMBER: _ClassVar[int]
    phone_digits: int
    attempts_left: int
    def __init__(self, phone_digits: _Optional[int] = ..., attempts_left: _Optional[int] = ...) -> None: ...

class AuthorizePaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class AuthorizePaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id", "routing_token")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ROUTING_TOKEN_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    routing_token: str
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., routing_token: _Optional[str] = ...) -> None: ...

class AuthorizePaymentResponse(_message.Message):
    __slots__ = ("decision", "masked_name", "pin_tries_left")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    MASKED_NAME_FIELD_NUMBER: _ClassVar[int]
    PIN_TRIES_LEFT_FIELD_NUMBER: _ClassVar[int]
    decision: _signed_message_pb2.SignedDecision
    masked_name: str
    pin_tries_left: int
    def __init__(self, decision: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ..., masked_name: _Optional[str] = ..., pin_tries_left: _Optional[int] = ...) -> None: ...

class GetPaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class GetPaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ...) -> None: ...

class GetPaymentResponse(_message.Message):
    __slots__ = ("decision", "masked_name")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    MASKED_NAME_FIELD_NUMBER: _ClassVar[int]
    decision: _signed_message_pb2.SignedDecision
    masked_name: str
    def __init__(self, decision: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ..., masked_name: _Optional[str] = ...) -> None: ...

class CancelPaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class CancelPaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id", "reason")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    reason: CancelReason
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., reason: _Optional[_Union[CancelReason, str]] = ...) -> None: ...

class CancelPaymentResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _signed_message_pb2.SignedDecision
    def __init__(self, decision: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ...) -> None: ...

class ReversePaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class ReversePaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id", "reason", "payment_hash")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_HASH_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    reason: ReversalReason
    payment_hash: bytes
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., reason: _Optional[_Union[ReversalReason, str]] = ..., payment_hash: _Optional[bytes] = ...) -> None: ...

class ReversePaymentResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _signed_message_pb2.SignedDecision
    def __init__(self, decision: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ...) -> None: ...

class RefundPaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class RefundPaymentBody(_message.Message):
    __slots__ = ("salt", "payment_id", "original_rrn", "kind", "amount_minor_units", "currency")
    SALT_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_RRN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    payment_id: bytes
    original_rrn: str
    kind: RefundKind
    amount_minor_units: int
    currency: str
    def __init__(self, salt: _Optional[bytes] = ..., payment_id: _Optional[bytes] = ..., original_rrn: _Optional[str] = ..., kind: _Optional[_Union[RefundKind, str]] = ..., amount_minor_units: _Optional[int] = ..., currency: _Optional[str] = ...) -> None: ...

class RefundPaymentResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _signed_message_pb2.SignedDecision
    def __init__(self, decision: _Optional[_Union[_signed_message_pb2.SignedDecision, _Mapping]] = ...) -> None: ...
