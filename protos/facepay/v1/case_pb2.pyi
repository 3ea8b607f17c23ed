from facepay.v1 import act_pb2 as _act_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CaseKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CASE_KIND_UNSPECIFIED: _ClassVar[CaseKind]
    CASE_KIND_COMPLAINT: _ClassVar[CaseKind]
    CASE_KIND_LOSS: _ClassVar[CaseKind]
    CASE_KIND_ONE_SIDED: _ClassVar[CaseKind]

class CaseState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CASE_STATE_UNSPECIFIED: _ClassVar[CaseState]
    CASE_STATE_OPEN: _ClassVar[CaseState]
    CASE_STATE_DUE: _ClassVar[CaseState]
    CASE_STATE_COMPENSATED: _ClassVar[CaseState]
    CASE_STATE_RECOVERED: _ClassVar[CaseState]
    CASE_STATE_DISMISSED: _ClassVar[CaseState]
    CASE_STATE_CLOSED: _ClassVar[CaseState]

class CaseRefusal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CASE_REFUSAL_UNSPECIFIED: _ClassVar[CaseRefusal]
    CASE_REFUSAL_PAYMENT_NOT_FOUND: _ClassVar[CaseRefusal]
    CASE_REFUSAL_NOTHING_TO_CLAIM: _ClassVar[CaseRefusal]
    CASE_REFUSAL_MORE_THAN_PAID: _ClassVar[CaseRefusal]
    CASE_REFUSAL_CLAIMED_BEFORE: _ClassVar[CaseRefusal]
    CASE_REFUSAL_NO_SUCH_CASE: _ClassVar[CaseRefusal]
    CASE_REFUSAL_CASE_ENDED: _ClassVar[CaseRefusal]
CASE_KIND_UNSPECIFIED: CaseKind
CASE_KIND_COMPLAINT: CaseKind
CASE_KIND_LOSS: CaseKind
CASE_KIND_ONE_SIDED: CaseKind
CASE_STATE_UNSPECIFIED: CaseState
CASE_STATE_OPEN: CaseState
CASE_STATE_DUE: CaseState
CASE_STATE_COMPENSATED: CaseState
CASE_STATE_RECOVERED: CaseState
CASE_STATE_DISMISSED: CaseState
CASE_STATE_CLOSED: CaseState
CASE_REFUSAL_UNSPECIFIED: CaseRefusal
CASE_REFUSAL_PAYMENT_NOT_FOUND: CaseRefusal
CASE_REFUSAL_NOTHING_TO_CLAIM: CaseRefusal
CASE_REFUSAL_MORE_THAN_PAID: CaseRefusal
CASE_REFUSAL_CLAIMED_BEFORE: CaseRefusal
CASE_REFUSAL_NO_SUCH_CASE: CaseRefusal
CASE_REFUSAL_CASE_ENDED: CaseRefusal

class Case(_message.Message):
    __slots__ = ("number", "source", "kind", "participant_id", "payment_id", "rrn", "amount_minor_units", "note", "owner", "opened_by", "opened_at_ms", "due_at_ms", "state", "evidence", "decided_at_ms", "paid_minor_units", "recovered_minor_units", "recovery_count")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    RRN_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    OPENED_BY_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    PAID_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    RECOVERED_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    RECOVERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    number: int
    source: str
    kind: CaseKind
    participant_id: str
    payment_id: bytes
    rrn: str
    amount_minor_units: int
    note: str
    owner: str
    opened_by: str
    opened_at_ms: int
    due_at_ms: int
    state: CaseState
    evidence: _act_pb2.Evidence
    decided_at_ms: int
    paid_minor_units: int
    recovered_minor_units: int
    recovery_count: int
    def __init__(self, number: _Optional[int] = ..., source: _Optional[str] = ..., kind: _Optional[_Union[CaseKind, str]] = ..., participant_id: _Optional[str] = ..., payment_id: _Optional[bytes] = ..., rrn: _Optional[str] = ..., amount_minor_units: _Optional[int] = ..., note: _Optional[str] = ..., owner: _Optional[str] = ..., opened_by: _Optional[str] = ..., opened_at_ms: _Optional[int] = ..., due_at_ms: _Optional[int] = ..., state: _Optional[_Union[CaseState, str]] = ..., evidence: _Optional[_Union[_act_pb2.Evidence, str]] = ..., decided_at_ms: _Optional[int] = ..., paid_minor_units: _Optional[int] = ..., recovered_minor_units: _Optional[int] = ..., recovery_count: _Optional[int] = ...) -> None: ...

class CaseAnswer(_message.Message):
    __slots__ = ("case", "refusal")
    CASE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    case: Case
    refusal: CaseRefusal
    def __init__(self, case: _Optional[_Union[Case, _Mapping]] = ..., refusal: _Optional[_Union[CaseRefusal, str]] = ...) -> None: ...

class OpenCaseRequest(_message.Message):
    __slots__ = ("request_id", "kind", "rrn", "amount_minor_units", "note", "owner")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RRN_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    kind: CaseKind
    rrn: str
    amount_minor_units: int
    note: str
    owner: str
    def __init__(self, request_id: _Optional[bytes] = ..., kind: _Optional[_Union[CaseKind, str]] = ..., rrn: _Optional[str] = ..., amount_minor_units: _Optional[int] = ..., note: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class OpenCaseResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: CaseAnswer
    def __init__(self, answer: _Optional[_Union[CaseAnswer, _Mapping]] = ...) -> None: ...

class AssignCaseRequest(_message.Message):
    __slots__ = ("number", "owner")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    number: int
    owner: str
    def __init__(self, number: _Optional[int] = ..., owner: _Optional[str] = ...) -> None: ...

class AssignCaseResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: CaseAnswer
    def __init__(self, answer: _Optional[_Union[CaseAnswer, _Mapping]] = ...) -> None: ...

class ListCasesRequest(_message.Message):
    __slots__ = ("states", "after")
    STATES_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[CaseState]
    after: int
    def __init__(self, states: _Optional[_Iterable[_Union[CaseState, str]]] = ..., after: _Optional[int] = ...) -> None: ...

class ListCasesResponse(_message.Message):
    __slots__ = ("cases",)
    CASES_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[Case]
    def __init__(self, cases: _Optional[_Iterable[_Union[Case, _Mapping]]] = ...) -> None: ...
