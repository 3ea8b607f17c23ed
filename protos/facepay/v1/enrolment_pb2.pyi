from facepay.v1 import pad_challenge_pb2 as _pad_challenge_pb2
from facepay.v1 import signed_message_pb2 as _signed_message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_SCOPE_UNSPECIFIED: _ClassVar[ConsentScope]
    CONSENT_SCOPE_FACE_PROCESSING: _ClassVar[ConsentScope]
    CONSENT_SCOPE_NETWORK_TRANSMISSION: _ClassVar[ConsentScope]

class EnrolmentRefusal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENROLMENT_REFUSAL_UNSPECIFIED: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_NOT_AUTHENTICATED: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_CONSENT_MISSING: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_UNDER_AGE: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_ALREADY_ENROLLED: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_FACE_ENROLLED_ELSEWHERE: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_WEAK_PASSCODE: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_CAPTURES_DIFFER: _ClassVar[EnrolmentRefusal]
    ENROLMENT_REFUSAL_EXPIRED: _ClassVar[EnrolmentRefusal]
CONSENT_SCOPE_UNSPECIFIED: ConsentScope
CONSENT_SCOPE_FACE_PROCESSING: ConsentScope
CONSENT_SCOPE_NETWORK_TRANSMISSION: ConsentScope
ENROLMENT_REFUSAL_UNSPECIFIED: EnrolmentRefusal
ENROLMENT_REFUSAL_NOT_AUTHENTICATED: EnrolmentRefusal
ENROLMENT_REFUSAL_CONSENT_MISSING: EnrolmentRefusal
ENROLMENT_REFUSAL_UNDER_AGE: EnrolmentRefusal
ENROLMENT_REFUSAL_ALREADY_ENROLLED: EnrolmentRefusal
ENROLMENT_REFUSAL_FACE_ENROLLED_ELSEWHERE: EnrolmentRefusal
ENROLMENT_REFUSAL_WEAK_PASSCODE: EnrolmentRefusal
ENROLMENT_REFUSAL_CAPTURES_DIFFER: EnrolmentRefusal
ENROLMENT_REFUSAL_EXPIRED: EnrolmentRefusal

class OpenEnrolmentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class OpenEnrolmentBody(_message.Message):
    __slots__ = ("salt", "enrolment_id", "issuer_id", "issuer_login", "issuer_one_time_code", "consents", "blinding", "presentation")
    SALT_FIELD_NUMBER: _ClassVar[int]
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_LOGIN_FIELD_NUMBER: _ClassVar[int]
    ISSUER_ONE_TIME_CODE_FIELD_NUMBER: _ClassVar[int]
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    BLINDING_FIELD_NUMBER: _ClassVar[int]
    PRESENTATION_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    enrolment_id: bytes
    issuer_id: str
    issuer_login: str
    issuer_one_time_code: str
    consents: _containers.RepeatedCompositeFieldContainer[Consent]
    blinding: bytes
    presentation: _pad_challenge_pb2.Presentation
    def __init__(self, salt: _Optional[bytes] = ..., enrolment_id: _Optional[bytes] = ..., issuer_id: _Optional[str] = ..., issuer_login: _Optional[str] = ..., issuer_one_time_code: _Optional[str] = ..., consents: _Optional[_Iterable[_Union[Consent, _Mapping]]] = ..., blinding: _Optional[bytes] = ..., presentation: _Optional[_Union[_pad_challenge_pb2.Presentation, str]] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("scope", "notice_version", "notice_sha256", "given_at_ms")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    NOTICE_VERSION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_SHA256_FIELD_NUMBER: _ClassVar[int]
    GIVEN_AT_MS_FIELD_NUMBER: _ClassVar[int]
    scope: ConsentScope
    notice_version: str
    notice_sha256: bytes
    given_at_ms: int
    def __init__(self, scope: _Optional[_Union[ConsentScope, str]] = ..., notice_version: _Optional[str] = ..., notice_sha256: _Optional[bytes] = ..., given_at_ms: _Optional[int] = ...) -> None: ...

class OpenEnrolmentResponse(_message.Message):
    __slots__ = ("opened", "refused")
    OPENED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    opened: OpenedEnrolment
    refused: EnrolmentRefused
    def __init__(self, opened: _Optional[_Union[OpenedEnrolment, _Mapping]] = ..., refused: _Optional[_Union[EnrolmentRefused, _Mapping]] = ...) -> None: ...

class OpenedEnrolment(_message.Message):
    __slots__ = ("enrolment_id", "challenge", "passcode_token", "masked_name", "expires_at_ms")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    PASSCODE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MASKED_NAME_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: bytes
    challenge: _pad_challenge_pb2.PadChallenge
    passcode_token: str
    masked_name: str
    expires_at_ms: int
    def __init__(self, enrolment_id: _Optional[bytes] = ..., challenge: _Optional[_Union[_pad_challenge_pb2.PadChallenge, _Mapping]] = ..., passcode_token: _Optional[str] = ..., masked_name: _Optional[str] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class EnrolmentRefused(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: EnrolmentRefusal
    def __init__(self, reason: _Optional[_Union[EnrolmentRefusal, str]] = ...) -> None: ...

class SubmitReferenceRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class SubmitReferenceBody(_message.Message):
    __slots__ = ("salt", "enrolment_id", "pad_evidence")
    SALT_FIELD_NUMBER: _ClassVar[int]
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAD_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    enrolment_id: bytes
    pad_evidence: bytes
    def __init__(self, salt: _Optional[bytes] = ..., enrolment_id: _Optional[bytes] = ..., pad_evidence: _Optional[bytes] = ...) -> None: ...

class SubmitReferenceResponse(_message.Message):
    __slots__ = ("accepted", "refused")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    accepted: OpenedEnrolment
    refused: EnrolmentRefused
    def __init__(self, accepted: _Optional[_Union[OpenedEnrolment, _Mapping]] = ..., refused: _Optional[_Union[EnrolmentRefused, _Mapping]] = ...) -> None: ...

class ConfirmReferenceRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class ConfirmReferenceBody(_message.Message):
    __slots__ = ("salt", "enrolment_id", "pad_evidence")
    SALT_FIELD_NUMBER: _ClassVar[int]
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAD_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    enrolment_id: bytes
    pad_evidence: bytes
    def __init__(self, salt: _Optional[bytes] = ..., enrolment_id: _Optional[bytes] = ..., pad_evidence: _Optional[bytes] = ...) -> None: ...

class ConfirmReferenceResponse(_message.Message):
    __slots__ = ("active", "refused")
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    active: EnrolmentActive
    refused: EnrolmentRefused
    def __init__(self, active: _Optional[_Union[EnrolmentActive, _Mapping]] = ..., refused: _Optional[_Union[EnrolmentRefused, _Mapping]] = ...) -> None: ...

class EnrolmentActive(_message.Message):
    __slots__ = ("activated_at_ms", "consent_ends_at_ms")
    ACTIVATED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ENDS_AT_MS_FIELD_NUMBER: _ClassVar[int]
    activated_at_ms: int
    consent_ends_at_ms: int
    def __init__(self, activated_at_ms: _Optional[int] = ..., consent_ends_at_ms: _Optional[int] = ...) -> None: ...

class CloseFacePaymentRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: _signed_message_pb2.SignedMessage
    def __init__(self, message: _Optional[_Union[_signed_message_pb2.SignedMessage, _Mapping]] = ...) -> None: ...

class CloseFacePaymentBody(_message.Message):
    __slots__ = ("salt", "issuer_id", "issuer_login", "issuer_one_time_code")
    SALT_FIELD_NUMBER: _ClassVar[int]
    ISSUER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_LOGIN_FIELD_NUMBER: _ClassVar[int]
    ISSUER_ONE_TIME_CODE_FIELD_NUMBER: _ClassVar[int]
    salt: bytes
    issuer_id: str
    issuer_login: str
    issuer_one_time_code: str
    def __init__(self, salt: _Optional[bytes] = ..., issuer_id: _Optional[str] = ..., issuer_login: _Optional[str] = ..., issuer_one_time_code: _Optional[str] = ...) -> None: ...

class CloseFacePaymentResponse(_message.Message):
    __slots__ = ("closed", "refused")
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    closed: FacePaymentClosed
    refused: EnrolmentRefused
    def __init__(self, closed: _Optional[_Union[FacePaymentClosed, _Mapping]] = ..., refused: _Optional[_Union[EnrolmentRefused, _Mapping]] = ...) -> None: ...

class FacePaymentClosed(_message.Message):
    __slots__ = ("receipts",)
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    receipts: _containers.RepeatedCompositeFieldContainer[ErasureReceipt]
    def __init__(self, receipts: _Optional[_Iterable[_Union[ErasureReceipt, _Mapping]]] = ...) -> None: ...

class ErasureReceipt(_message.Message):
    __slots__ = ("party", "receipt", "signature")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    party: int
    receipt: bytes
    signature: bytes
    def __init__(self, party: _Optional[int] = ..., receipt: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...
