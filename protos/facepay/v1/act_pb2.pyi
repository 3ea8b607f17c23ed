from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ActKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_KIND_UNSPECIFIED: _ClassVar[ActKind]
    ACT_KIND_SUSPEND_PARTICIPANT: _ClassVar[ActKind]
    ACT_KIND_RESTORE_PARTICIPANT: _ClassVar[ActKind]
    ACT_KIND_REMOVE_PARTICIPANT: _ClassVar[ActKind]
    ACT_KIND_CHANGE_NET_DEBIT_CAP: _ClassVar[ActKind]
    ACT_KIND_LIFT_LOSS_REPORT: _ClassVar[ActKind]
    ACT_KIND_FUNDS_IN: _ClassVar[ActKind]
    ACT_KIND_FUNDS_OUT: _ClassVar[ActKind]
    ACT_KIND_RESERVE_IN: _ClassVar[ActKind]
    ACT_KIND_RESERVE_OUT: _ClassVar[ActKind]
    ACT_KIND_FEES_OUT: _ClassVar[ActKind]
    ACT_KIND_CLOSE_WINDOW: _ClassVar[ActKind]
    ACT_KIND_SETTLE_WINDOW: _ClassVar[ActKind]
    ACT_KIND_ABORT_WINDOW: _ClassVar[ActKind]
    ACT_KIND_REJOIN_WINDOW: _ClassVar[ActKind]
    ACT_KIND_DISMISS_CASE: _ClassVar[ActKind]
    ACT_KIND_COMPENSATE_CASE: _ClassVar[ActKind]
    ACT_KIND_RECOVER_CASE: _ClassVar[ActKind]
    ACT_KIND_CLOSE_CASE: _ClassVar[ActKind]

class ActState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_STATE_UNSPECIFIED: _ClassVar[ActState]
    ACT_STATE_PROPOSED: _ClassVar[ActState]
    ACT_STATE_EXECUTED: _ClassVar[ActState]
    ACT_STATE_REFUSED: _ClassVar[ActState]
    ACT_STATE_REJECTED: _ClassVar[ActState]
    ACT_STATE_EXPIRED: _ClassVar[ActState]

class ActOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_OUTCOME_UNSPECIFIED: _ClassVar[ActOutcome]
    ACT_OUTCOME_DONE: _ClassVar[ActOutcome]
    ACT_OUTCOME_UNKNOWN_PARTICIPANT: _ClassVar[ActOutcome]
    ACT_OUTCOME_ALREADY_SO: _ClassVar[ActOutcome]
    ACT_OUTCOME_REMOVED_BEFORE: _ClassVar[ActOutcome]
    ACT_OUTCOME_POSITION_OPEN: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_LOSS_REPORT: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_AMOUNT: _ClassVar[ActOutcome]
    ACT_OUTCOME_INSUFFICIENT_FUNDS: _ClassVar[ActOutcome]
    ACT_OUTCOME_PARTICIPANT_SUSPENDED: _ClassVar[ActOutcome]
    ACT_OUTCOME_RESERVE_TOO_LOW: _ClassVar[ActOutcome]
    ACT_OUTCOME_MORE_THAN_COMPENSATED: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_SUCH_WINDOW: _ClassVar[ActOutcome]
    ACT_OUTCOME_WINDOW_EMPTY: _ClassVar[ActOutcome]
    ACT_OUTCOME_CLOSED_BEFORE: _ClassVar[ActOutcome]
    ACT_OUTCOME_STILL_OPEN: _ClassVar[ActOutcome]
    ACT_OUTCOME_NOT_PRICED: _ClassVar[ActOutcome]
    ACT_OUTCOME_SETTLED_BEFORE: _ClassVar[ActOutcome]
    ACT_OUTCOME_IS_ABORTED: _ClassVar[ActOutcome]
    ACT_OUTCOME_NOT_ABORTED: _ClassVar[ActOutcome]
    ACT_OUTCOME_LACKS_FUNDS: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_SUCH_CASE: _ClassVar[ActOutcome]
    ACT_OUTCOME_CASE_ENDED: _ClassVar[ActOutcome]
    ACT_OUTCOME_NOT_A_LOSS: _ClassVar[ActOutcome]
    ACT_OUTCOME_TOO_LATE: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_PROOF: _ClassVar[ActOutcome]
    ACT_OUTCOME_NOTHING_LEFT: _ClassVar[ActOutcome]
    ACT_OUTCOME_MUST_BE_PAID: _ClassVar[ActOutcome]
    ACT_OUTCOME_ENTRY_TAKEN: _ClassVar[ActOutcome]
    ACT_OUTCOME_NO_COMPENSATION: _ClassVar[ActOutcome]

class ActRefusal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_REFUSAL_UNSPECIFIED: _ClassVar[ActRefusal]
    ACT_REFUSAL_OWN_ACT: _ClassVar[ActRefusal]
    ACT_REFUSAL_ACT_NOT_FOUND: _ClassVar[ActRefusal]
    ACT_REFUSAL_ACT_EXPIRED: _ClassVar[ActRefusal]
    ACT_REFUSAL_ACT_ENDED: _ClassVar[ActRefusal]
    ACT_REFUSAL_REQUEST_ID_TAKEN: _ClassVar[ActRefusal]
    ACT_REFUSAL_WOULD_BE_REFUSED: _ClassVar[ActRefusal]

class Evidence(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVIDENCE_UNSPECIFIED: _ClassVar[Evidence]
    EVIDENCE_FACE_MATCHED: _ClassVar[Evidence]
    EVIDENCE_PASSCODE_VERIFIED: _ClassVar[Evidence]
    EVIDENCE_PAYER_ADMITTED: _ClassVar[Evidence]
    EVIDENCE_AUTHORITY_FINDING: _ClassVar[Evidence]
    EVIDENCE_ACCEPTOR_RECORD: _ClassVar[Evidence]
ACT_KIND_UNSPECIFIED: ActKind
ACT_KIND_SUSPEND_PARTICIPANT: ActKind
ACT_KIND_RESTORE_PARTICIPANT: ActKind
ACT_KIND_REMOVE_PARTICIPANT: ActKind
ACT_KIND_CHANGE_NET_DEBIT_CAP: ActKind
ACT_KIND_LIFT_LOSS_REPORT: ActKind
ACT_KIND_FUNDS_IN: ActKind
ACT_KIND_FUNDS_OUT: ActKind
ACT_KIND_RESERVE_IN: ActKind
ACT_KIND_RESERVE_OUT: ActKind
ACT_KIND_FEES_OUT: ActKind
ACT_KIND_CLOSE_WINDOW: ActKind
ACT_KIND_SETTLE_WINDOW: ActKind
ACT_KIND_ABORT_WINDOW: ActKind
ACT_KIND_REJOIN_WINDOW: ActKind
ACT_KIND_DISMISS_CASE: ActKind
ACT_KIND_COMPENSATE_CASE: ActKind
ACT_KIND_RECOVER_CASE: ActKind
ACT_KIND_CLOSE_CASE: ActKind
ACT_STATE_UNSPECIFIED: ActState
ACT_STATE_PROPOSED: ActState
ACT_STATE_EXECUTED: ActState
ACT_STATE_REFUSED: ActState
ACT_STATE_REJECTED: ActState
ACT_STATE_EXPIRED: ActState
ACT_OUTCOME_UNSPECIFIED: ActOutcome
ACT_OUTCOME_DONE: ActOutcome
ACT_OUTCOME_UNKNOWN_PARTICIPANT: ActOutcome
ACT_OUTCOME_ALREADY_SO: ActOutcome
ACT_OUTCOME_REMOVED_BEFORE: ActOutcome
ACT_OUTCOME_POSITION_OPEN: ActOutcome
ACT_OUTCOME_NO_LOSS_REPORT: ActOutcome
ACT_OUTCOME_NO_AMOUNT: ActOutcome
ACT_OUTCOME_INSUFFICIENT_FUNDS: ActOutcome
ACT_OUTCOME_PARTICIPANT_SUSPENDED: ActOutcome
ACT_OUTCOME_RESERVE_TOO_LOW: ActOutcome
ACT_OUTCOME_MORE_THAN_COMPENSATED: ActOutcome
ACT_OUTCOME_NO_SUCH_WINDOW: ActOutcome
ACT_OUTCOME_WINDOW_EMPTY: ActOutcome
ACT_OUTCOME_CLOSED_BEFORE: ActOutcome
ACT_OUTCOME_STILL_OPEN: ActOutcome
ACT_OUTCOME_NOT_PRICED: ActOutcome
ACT_OUTCOME_SETTLED_BEFORE: ActOutcome
ACT_OUTCOME_IS_ABORTED: ActOutcome
ACT_OUTCOME_NOT_ABORTED: ActOutcome
ACT_OUTCOME_LACKS_FUNDS: ActOutcome
ACT_OUTCOME_NO_SUCH_CASE: ActOutcome
ACT_OUTCOME_CASE_ENDED: ActOutcome
ACT_OUTCOME_NOT_A_LOSS: ActOutcome
ACT_OUTCOME_TOO_LATE: ActOutcome
ACT_OUTCOME_NO_PROOF: ActOutcome
ACT_OUTCOME_NOTHING_LEFT: ActOutcome
ACT_OUTCOME_MUST_BE_PAID: ActOutcome
ACT_OUTCOME_ENTRY_TAKEN: ActOutcome
ACT_OUTCOME_NO_COMPENSATION: ActOutcome
ACT_REFUSAL_UNSPECIFIED: ActRefusal
ACT_REFUSAL_OWN_ACT: ActRefusal
ACT_REFUSAL_ACT_NOT_FOUND: ActRefusal
ACT_REFUSAL_ACT_EXPIRED: ActRefusal
ACT_REFUSAL_ACT_ENDED: ActRefusal
ACT_REFUSAL_REQUEST_ID_TAKEN: ActRefusal
ACT_REFUSAL_WOULD_BE_REFUSED: ActRefusal
EVIDENCE_UNSPECIFIED: Evidence
EVIDENCE_FACE_MATCHED: Evidence
EVIDENCE_PASSCODE_VERIFIED: Evidence
EVIDENCE_PAYER_ADMITTED: Evidence
EVIDENCE_AUTHORITY_FINDING: Evidence
EVIDENCE_ACCEPTOR_RECORD: Evidence

class Act(_message.Message):
    __slots__ = ("kind", "participant_id", "amount_minor_units", "account_alias", "window", "case_number", "evidence")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ALIAS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    CASE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    kind: ActKind
    participant_id: str
    amount_minor_units: int
    account_alias: str
    window: int
    case_number: int
    evidence: Evidence
    def __init__(self, kind: _Optional[_Union[ActKind, str]] = ..., participant_id: _Optional[str] = ..., amount_minor_units: _Optional[int] = ..., account_alias: _Optional[str] = ..., window: _Optional[int] = ..., case_number: _Optional[int] = ..., evidence: _Optional[_Union[Evidence, str]] = ...) -> None: ...

class StoredAct(_message.Message):
    __slots__ = ("number", "request_id", "act", "reason", "maker", "proposed_at_ms", "expires_at_ms", "state", "checker", "decided_at_ms", "outcome")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHECKER_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    number: int
    request_id: bytes
    act: Act
    reason: str
    maker: str
    proposed_at_ms: int
    expires_at_ms: int
    state: ActState
    checker: str
    decided_at_ms: int
    outcome: ActOutcome
    def __init__(self, number: _Optional[int] = ..., request_id: _Optional[bytes] = ..., act: _Optional[_Union[Act, _Mapping]] = ..., reason: _Optional[str] = ..., maker: _Optional[str] = ..., proposed_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ..., state: _Optional[_Union[ActState, str]] = ..., checker: _Optional[str] = ..., decided_at_ms: _Optional[int] = ..., outcome: _Optional[_Union[ActOutcome, str]] = ...) -> None: ...

class ActAnswer(_message.Message):
    __slots__ = ("act", "refusal", "outcome")
    ACT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    act: StoredAct
    refusal: ActRefusal
    outcome: ActOutcome
    def __init__(self, act: _Optional[_Union[StoredAct, _Mapping]] = ..., refusal: _Optional[_Union[ActRefusal, str]] = ..., outcome: _Optional[_Union[ActOutcome, str]] = ...) -> None: ...

class ProposeActRequest(_message.Message):
    __slots__ = ("request_id", "act", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    act: Act
    reason: str
    def __init__(self, request_id: _Optional[bytes] = ..., act: _Optional[_Union[Act, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class ProposeActResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: ActAnswer
    def __init__(self, answer: _Optional[_Union[ActAnswer, _Mapping]] = ...) -> None: ...

class ApproveActRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class ApproveActResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: ActAnswer
    def __init__(self, answer: _Optional[_Union[ActAnswer, _Mapping]] = ...) -> None: ...

class RejectActRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class RejectActResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: ActAnswer
    def __init__(self, answer: _Optional[_Union[ActAnswer, _Mapping]] = ...) -> None: ...

class ListActsRequest(_message.Message):
    __slots__ = ("states", "before")
    STATES_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[ActState]
    before: int
    def __init__(self, states: _Optional[_Iterable[_Union[ActState, str]]] = ..., before: _Optional[int] = ...) -> None: ...

class ListActsResponse(_message.Message):
    __slots__ = ("acts",)
    ACTS_FIELD_NUMBER: _ClassVar[int]
    acts: _containers.RepeatedCompositeFieldContainer[StoredAct]
    def __init__(self, acts: _Optional[_Iterable[_Union[StoredAct, _Mapping]]] = ...) -> None: ...
