from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SealedEnvelope(_message.Message):
    __slots__ = ("recipient_key_id", "sealed")
    RECIPIENT_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    recipient_key_id: bytes
    sealed: bytes
    def __init__(self, recipient_key_id: _Optional[bytes] = ..., sealed: _Optional[bytes] = ...) -> None: ...

class SignedMessage(_message.Message):
    __slots__ = ("header", "body", "envelopes", "signature")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    ENVELOPES_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    header: bytes
    body: bytes
    envelopes: _containers.RepeatedCompositeFieldContainer[SealedEnvelope]
    signature: bytes
    def __init__(self, header: _Optional[bytes] = ..., body: _Optional[bytes] = ..., envelopes: _Optional[_Iterable[_Union[SealedEnvelope, _Mapping]]] = ..., signature: _Optional[bytes] = ...) -> None: ...

class SignedDecision(_message.Message):
    __slots__ = ("decision", "signing_key_id", "signature")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SIGNING_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    decision: bytes
    signing_key_id: bytes
    signature: bytes
    def __init__(self, decision: _Optional[bytes] = ..., signing_key_id: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...
