from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LossReporter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOSS_REPORTER_UNSPECIFIED: _ClassVar[LossReporter]
    LOSS_REPORTER_PAYER: _ClassVar[LossReporter]
    LOSS_REPORTER_OPERATOR: _ClassVar[LossReporter]
LOSS_REPORTER_UNSPECIFIED: LossReporter
LOSS_REPORTER_PAYER: LossReporter
LOSS_REPORTER_OPERATOR: LossReporter

class GenerateReferencesRequest(_message.Message):
    __slots__ = ("count",)
    COUNT_FIELD_NUMBER: _ClassVar[int]
    count: int
    def __init__(self, count: _Optional[int] = ...) -> None: ...

class GenerateReferencesResponse(_message.Message):
    __slots__ = ("active_references",)
    ACTIVE_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    active_references: int
    def __init__(self, active_references: _Optional[int] = ...) -> None: ...

class GetOverviewRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOverviewResponse(_message.Message):
    __slots__ = ("active_references", "generation", "epoch", "payments_by_state", "trial_balance_minor_units", "held_minor_units", "audit_chain_intact", "certificates_valid_until_ms", "window_number", "window_business_date", "window_closes_at_ms", "windows_unsettled", "windows_aborted")
    class PaymentsByStateEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    ACTIVE_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PAYMENTS_BY_STATE_FIELD_NUMBER: _ClassVar[int]
    TRIAL_BALANCE_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    HELD_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    AUDIT_CHAIN_INTACT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATES_VALID_UNTIL_MS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_NUMBER_FIELD_NUMBER: _ClassVar[int]
    WINDOW_BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    WINDOW_CLOSES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_UNSETTLED_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_ABORTED_FIELD_NUMBER: _ClassVar[int]
    active_references: int
    generation: int
    epoch: int
    payments_by_state: _containers.ScalarMap[str, int]
    trial_balance_minor_units: int
    held_minor_units: int
    audit_chain_intact: bool
    certificates_valid_until_ms: int
    window_number: int
    window_business_date: str
    window_closes_at_ms: int
    windows_unsettled: int
    windows_aborted: int
    def __init__(self, active_references: _Optional[int] = ..., generation: _Optional[int] = ..., epoch: _Optional[int] = ..., payments_by_state: _Optional[_Mapping[str, int]] = ..., trial_balance_minor_units: _Optional[int] = ..., held_minor_units: _Optional[int] = ..., audit_chain_intact: _Optional[bool] = ..., certificates_valid_until_ms: _Optional[int] = ..., window_number: _Optional[int] = ..., window_business_date: _Optional[str] = ..., window_closes_at_ms: _Optional[int] = ..., windows_unsettled: _Optional[int] = ..., windows_aborted: _Optional[int] = ...) -> None: ...

class ReportLossRequest(_message.Message):
    __slots__ = ("issuer_id", "account_alias", "reporter")
    ISSUER_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ALIAS_FIELD_NUMBER: _ClassVar[int]
    REPORTER_FIELD_NUMBER: _ClassVar[int]
    issuer_id: str
    account_alias: str
    reporter: LossReporter
    def __init__(self, issuer_id: _Optional[str] = ..., account_alias: _Optional[str] = ..., reporter: _Optional[_Union[LossReporter, str]] = ...) -> None: ...

class ReportLossResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
