from facepay.v1 import signed_message_pb2 as _signed_message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TotalsEntryKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOTALS_ENTRY_KIND_UNSPECIFIED: _ClassVar[TotalsEntryKind]
    TOTALS_ENTRY_KIND_PAYMENT: _ClassVar[TotalsEntryKind]
    TOTALS_ENTRY_KIND_REFUND: _ClassVar[TotalsEntryKind]

class KemKeyOwner(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KEM_KEY_OWNER_UNSPECIFIED: _ClassVar[KemKeyOwner]
    KEM_KEY_OWNER_PARTY_1: _ClassVar[KemKeyOwner]
    KEM_KEY_OWNER_PARTY_2: _ClassVar[KemKeyOwner]
    KEM_KEY_OWNER_PARTY_3: _ClassVar[KemKeyOwner]
    KEM_KEY_OWNER_CLEARING: _ClassVar[KemKeyOwner]
    KEM_KEY_OWNER_SECURITY_MODULE: _ClassVar[KemKeyOwner]
TOTALS_ENTRY_KIND_UNSPECIFIED: TotalsEntryKind
TOTALS_ENTRY_KIND_PAYMENT: TotalsEntryKind
TOTALS_ENTRY_KIND_REFUND: TotalsEntryKind
KEM_KEY_OWNER_UNSPECIFIED: KemKeyOwner
KEM_KEY_OWNER_PARTY_1: KemKeyOwner
KEM_KEY_OWNER_PARTY_2: KemKeyOwner
KEM_KEY_OWNER_PARTY_3: KemKeyOwner
KEM_KEY_OWNER_CLEARING: KemKeyOwner
KEM_KEY_OWNER_SECURITY_MODULE: KemKeyOwner

class ReconcileTotalsRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class ReconcileTotalsBody(_message.Message):
    __slots__ = ("salt", "business_date", "totals")
    SALT_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    business_date: str
    totals: TerminalTotals
    def __init__(self, salt: _Optional[bytes] = ..., business_date: _Optional[str] = ..., totals: _Optional[_Union[TerminalTotals, _Mapping]] = ...) -> None: ...

class TerminalTotals(_message.Message):
    __slots__ = ("payment_count", "payments_minor_units", "refund_count", "refunds_minor_units")
    PAYMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    PAYMENTS_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    REFUND_COUNT_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    payment_count: int
    payments_minor_units: int
    refund_count: int
    refunds_minor_units: int
    def __init__(self, payment_count: _Optional[int] = ..., payments_minor_units: _Optional[int] = ..., refund_count: _Optional[int] = ..., refunds_minor_units: _Optional[int] = ...) -> None: ...

class ReconcileTotalsResponse(_message.Message):
    __slots__ = ("totals", "entries")
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    totals: TerminalTotals
    entries: _containers.RepeatedCompositeFieldContainer[TotalsEntry]
    def __init__(self, totals: _Optional[_Union[TerminalTotals, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[TotalsEntry, _Mapping]]] = ...) -> None: ...

class TotalsEntry(_message.Message):
    __slots__ = ("kind", "payment_id", "rrn", "amount_minor_units")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    RRN_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    kind: TotalsEntryKind
    payment_id: bytes
    rrn: str
    amount_minor_units: int
    def __init__(self, kind: _Optional[_Union[TotalsEntryKind, str]] = ..., payment_id: _Optional[bytes] = ..., rrn: _Optional[str] = ..., amount_minor_units: _Optional[int] = ...) -> None: ...

class SignOnRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class SignOnBody(_message.Message):
    __slots__ = ("salt", "terminal_kem_public_key", "software_version")
    SALT_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_KEM_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    terminal_kem_public_key: bytes
    software_version: str
    def __init__(self, salt: _Optional[bytes] = ..., terminal_kem_public_key: _Optional[bytes] = ..., software_version: _Optional[str] = ...) -> None: ...

class SignOnResponse(_message.Message):
    __slots__ = ("clearing_time_ms", "kem_keys", "epoch", "epoch_key", "model_id", "notice", "acceptor", "timers")
    CLEARING_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    KEM_KEYS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    EPOCH_KEY_FIELD_NUMBER: _ClassVar[int]
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTOR_FIELD_NUMBER: _ClassVar[int]
    TIMERS_FIELD_NUMBER: _ClassVar[int]
    clearing_time_ms: int
    kem_keys: _containers.RepeatedCompositeFieldContainer[SignedKemKey]
    epoch: int
    epoch_key: _signed_message_pb2.SealedEnvelope
    model_id: str
    notice: Notice
    acceptor: Acceptor
    timers: Timers
    def __init__(self, clearing_time_ms: _Optional[int] = ..., kem_keys: _Optional[_Iterable[_Union[SignedKemKey, _Mapping]]] = ..., epoch: _Optional[int] = ..., epoch_key: _Optional[_Union[_signed_message_pb2.SealedEnvelope, _Mapping]] = ..., model_id: _Optional[str] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ..., acceptor: _Optional[_Union[Acceptor, _Mapping]] = ..., timers: _Optional[_Union[Timers, _Mapping]] = ...) -> None: ...

class SignedKemKey(_message.Message):
    __slots__ = ("owner", "public_key", "signature")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    owner: KemKeyOwner
    public_key: bytes
    signature: bytes
    def __init__(self, owner: _Optional[_Union[KemKeyOwner, str]] = ..., public_key: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("version", "sha256", "zh", "en")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    ZH_FIELD_NUMBER: _ClassVar[int]
    EN_FIELD_NUMBER: _ClassVar[int]
    version: str
    sha256: bytes
    zh: NoticeText
    en: NoticeText
    def __init__(self, version: _Optional[str] = ..., sha256: _Optional[bytes] = ..., zh: _Optional[_Union[NoticeText, _Mapping]] = ..., en: _Optional[_Union[NoticeText, _Mapping]] = ...) -> None: ...

class NoticeText(_message.Message):
    __slots__ = ("processor", "contact", "purpose", "method", "scope", "storage_period", "necessity", "effect_on_rights", "how_to_use_rights", "recipients")
    PROCESSOR_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    STORAGE_PERIOD_FIELD_NUMBER: _ClassVar[int]
    NECESSITY_FIELD_NUMBER: _ClassVar[int]
    EFFECT_ON_RIGHTS_FIELD_NUMBER: _ClassVar[int]
    HOW_TO_USE_RIGHTS_FIELD_NUMBER: _ClassVar[int]
    RECIPIENTS_FIELD_NUMBER: _ClassVar[int]
    processor: str
    contact: str
    purpose: str
    method: str
    scope: str
    storage_period: str
    necessity: str
    effect_on_rights: str
    how_to_use_rights: str
    recipients: str
    def __init__(self, processor: _Optional[str] = ..., contact: _Optional[str] = ..., purpose: _Optional[str] = ..., method: _Optional[str] = ..., scope: _Optional[str] = ..., storage_period: _Optional[str] = ..., necessity: _Optional[str] = ..., effect_on_rights: _Optional[str] = ..., how_to_use_rights: _Optional[str] = ..., recipients: _Optional[str] = ...) -> None: ...

class Acceptor(_message.Message):
    __slots__ = ("acceptor_id", "name_zh", "name_en", "acquirer_id", "complaint_phone", "complaint_url")
    ACCEPTOR_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_ZH_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    ACQUIRER_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLAINT_PHONE_FIELD_NUMBER: _ClassVar[int]
    COMPLAINT_URL_FIELD_NUMBER: _ClassVar[int]
    acceptor_id: str
    name_zh: str
    name_en: str
    acquirer_id: str
    complaint_phone: str
    complaint_url: str
    def __init__(self, acceptor_id: _Optional[str] = ..., name_zh: _Optional[str] = ..., name_en: _Optional[str] = ..., acquirer_id: _Optional[str] = ..., complaint_phone: _Optional[str] = ..., complaint_url: _Optional[str] = ...) -> None: ...

class Timers(_message.Message):
    __slots__ = ("camera_seconds", "opening_seconds", "routing_token_seconds", "pin_entry_seconds", "pin_entry_extensions", "route_probe_deadline_seconds", "authorize_deadline_seconds", "polling_seconds", "clock_window_seconds")
    CAMERA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    OPENING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ROUTING_TOKEN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PIN_ENTRY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PIN_ENTRY_EXTENSIONS_FIELD_NUMBER: _ClassVar[int]
    ROUTE_PROBE_DEADLINE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZE_DEADLINE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    POLLING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_WINDOW_SECONDS_FIELD_NUMBER: _ClassVar[int]
    camera_seconds: int
    opening_seconds: int
    routing_token_seconds: int
    pin_entry_seconds: int
    pin_entry_extensions: int
    route_probe_deadline_seconds: int
    authorize_deadline_seconds: int
    polling_seconds: int
    clock_window_seconds: int
    def __init__(self, camera_seconds: _Optional[int] = ..., opening_seconds: _Optional[int] = ..., routing_token_seconds: _Optional[int] = ..., pin_entry_seconds: _Optional[int] = ..., pin_entry_extensions: _Optional[int] = ..., route_probe_deadline_seconds: _Optional[int] = ..., authorize_deadline_seconds: _Optional[int] = ..., polling_seconds: _Optional[int] = ..., clock_window_seconds: _Optional[int] = ...) -> None: ...
