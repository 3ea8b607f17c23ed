from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WindowState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WINDOW_STATE_UNSPECIFIED: _ClassVar[WindowState]
    WINDOW_STATE_OPEN: _ClassVar[WindowState]
    WINDOW_STATE_CLOSED: _ClassVar[WindowState]
    WINDOW_STATE_PENDING_SETTLEMENT: _ClassVar[WindowState]
    WINDOW_STATE_SETTLED: _ClassVar[WindowState]
    WINDOW_STATE_ABORTED: _ClassVar[WindowState]

class AbortCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ABORT_CAUSE_UNSPECIFIED: _ClassVar[AbortCause]
    ABORT_CAUSE_LACKS_FUNDS: _ClassVar[AbortCause]
    ABORT_CAUSE_OPERATOR: _ClassVar[AbortCause]

class AccountKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_KIND_UNSPECIFIED: _ClassVar[AccountKind]
    ACCOUNT_KIND_POSITION: _ClassVar[AccountKind]
    ACCOUNT_KIND_SETTLEMENT: _ClassVar[AccountKind]
    ACCOUNT_KIND_FEE: _ClassVar[AccountKind]
    ACCOUNT_KIND_RISK_RESERVE: _ClassVar[AccountKind]

class ReportFile(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_FILE_UNSPECIFIED: _ClassVar[ReportFile]
    REPORT_FILE_ROWS: _ClassVar[ReportFile]
    REPORT_FILE_PROOF: _ClassVar[ReportFile]
    REPORT_FILE_SUMMARY: _ClassVar[ReportFile]
WINDOW_STATE_UNSPECIFIED: WindowState
WINDOW_STATE_OPEN: WindowState
WINDOW_STATE_CLOSED: WindowState
WINDOW_STATE_PENDING_SETTLEMENT: WindowState
WINDOW_STATE_SETTLED: WindowState
WINDOW_STATE_ABORTED: WindowState
ABORT_CAUSE_UNSPECIFIED: AbortCause
ABORT_CAUSE_LACKS_FUNDS: AbortCause
ABORT_CAUSE_OPERATOR: AbortCause
ACCOUNT_KIND_UNSPECIFIED: AccountKind
ACCOUNT_KIND_POSITION: AccountKind
ACCOUNT_KIND_SETTLEMENT: AccountKind
ACCOUNT_KIND_FEE: AccountKind
ACCOUNT_KIND_RISK_RESERVE: AccountKind
REPORT_FILE_UNSPECIFIED: ReportFile
REPORT_FILE_ROWS: ReportFile
REPORT_FILE_PROOF: ReportFile
REPORT_FILE_SUMMARY: ReportFile

class Window(_message.Message):
    __slots__ = ("number", "business_date", "state", "opened_at_ms", "closes_at_ms", "closed_at_ms", "settled_at_ms", "abort_cause")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    SETTLED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    ABORT_CAUSE_FIELD_NUMBER: _ClassVar[int]
    number: int
    business_date: str
    state: WindowState
    opened_at_ms: int
    closes_at_ms: int
    closed_at_ms: int
    settled_at_ms: int
    abort_cause: AbortCause
    def __init__(self, number: _Optional[int] = ..., business_date: _Optional[str] = ..., state: _Optional[_Union[WindowState, str]] = ..., opened_at_ms: _Optional[int] = ..., closes_at_ms: _Optional[int] = ..., closed_at_ms: _Optional[int] = ..., settled_at_ms: _Optional[int] = ..., abort_cause: _Optional[_Union[AbortCause, str]] = ...) -> None: ...

class WindowPosition(_message.Message):
    __slots__ = ("participant_id", "account", "net_minor_units", "fees_minor_units")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    NET_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    FEES_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    account: AccountKind
    net_minor_units: int
    fees_minor_units: int
    def __init__(self, participant_id: _Optional[str] = ..., account: _Optional[_Union[AccountKind, str]] = ..., net_minor_units: _Optional[int] = ..., fees_minor_units: _Optional[int] = ...) -> None: ...

class AccountTotals(_message.Message):
    __slots__ = ("participant_id", "account", "debits_posted", "credits_posted", "debits_held", "credits_held")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    DEBITS_POSTED_FIELD_NUMBER: _ClassVar[int]
    CREDITS_POSTED_FIELD_NUMBER: _ClassVar[int]
    DEBITS_HELD_FIELD_NUMBER: _ClassVar[int]
    CREDITS_HELD_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    account: AccountKind
    debits_posted: int
    credits_posted: int
    debits_held: int
    credits_held: int
    def __init__(self, participant_id: _Optional[str] = ..., account: _Optional[_Union[AccountKind, str]] = ..., debits_posted: _Optional[int] = ..., credits_posted: _Optional[int] = ..., debits_held: _Optional[int] = ..., credits_held: _Optional[int] = ...) -> None: ...

class ListWindowsRequest(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: int
    def __init__(self, after: _Optional[int] = ...) -> None: ...

class ListWindowsResponse(_message.Message):
    __slots__ = ("windows",)
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    windows: _containers.RepeatedCompositeFieldContainer[Window]
    def __init__(self, windows: _Optional[_Iterable[_Union[Window, _Mapping]]] = ...) -> None: ...

class GetWindowRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class GetWindowResponse(_message.Message):
    __slots__ = ("window", "positions")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    window: Window
    positions: _containers.RepeatedCompositeFieldContainer[WindowPosition]
    def __init__(self, window: _Optional[_Union[Window, _Mapping]] = ..., positions: _Optional[_Iterable[_Union[WindowPosition, _Mapping]]] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAccountsResponse(_message.Message):
    __slots__ = ("accounts",)
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[AccountTotals]
    def __init__(self, accounts: _Optional[_Iterable[_Union[AccountTotals, _Mapping]]] = ...) -> None: ...

class GetReportFileRequest(_message.Message):
    __slots__ = ("window", "participant_id", "file", "offset")
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    window: int
    participant_id: str
    file: ReportFile
    offset: int
    def __init__(self, window: _Optional[int] = ..., participant_id: _Optional[str] = ..., file: _Optional[_Union[ReportFile, str]] = ..., offset: _Optional[int] = ...) -> None: ...

class GetReportFileResponse(_message.Message):
    __slots__ = ("name", "content")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    content: bytes
    def __init__(self, name: _Optional[str] = ..., content: _Optional[bytes] = ...) -> None: ...
