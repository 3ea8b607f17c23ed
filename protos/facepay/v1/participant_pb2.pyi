from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ParticipantRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTICIPANT_ROLE_UNSPECIFIED: _ClassVar[ParticipantRole]
    PARTICIPANT_ROLE_ACQUIRER: _ClassVar[ParticipantRole]
    PARTICIPANT_ROLE_ISSUER: _ClassVar[ParticipantRole]

class ParticipantStanding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTICIPANT_STANDING_UNSPECIFIED: _ClassVar[ParticipantStanding]
    PARTICIPANT_STANDING_ACTIVE: _ClassVar[ParticipantStanding]
    PARTICIPANT_STANDING_SUSPENDED: _ClassVar[ParticipantStanding]
    PARTICIPANT_STANDING_REMOVED: _ClassVar[ParticipantStanding]
PARTICIPANT_ROLE_UNSPECIFIED: ParticipantRole
PARTICIPANT_ROLE_ACQUIRER: ParticipantRole
PARTICIPANT_ROLE_ISSUER: ParticipantRole
PARTICIPANT_STANDING_UNSPECIFIED: ParticipantStanding
PARTICIPANT_STANDING_ACTIVE: ParticipantStanding
PARTICIPANT_STANDING_SUSPENDED: ParticipantStanding
PARTICIPANT_STANDING_REMOVED: ParticipantStanding

class ListParticipantsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListParticipantsResponse(_message.Message):
    __slots__ = ("participants",)
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    participants: _containers.RepeatedCompositeFieldContainer[ParticipantPosition]
    def __init__(self, participants: _Optional[_Iterable[_Union[ParticipantPosition, _Mapping]]] = ...) -> None: ...

class ParticipantPosition(_message.Message):
    __slots__ = ("participant_id", "name", "roles", "standing", "licence_expires_on", "net_debit_cap_minor_units", "position_minor_units", "held_minor_units", "room_minor_units", "funds_minor_units")
    PARTICIPANT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    LICENCE_EXPIRES_ON_FIELD_NUMBER: _ClassVar[int]
    NET_DEBIT_CAP_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    POSITION_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    HELD_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    ROOM_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    FUNDS_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    participant_id: str
    name: str
    roles: _containers.RepeatedScalarFieldContainer[ParticipantRole]
    standing: ParticipantStanding
    licence_expires_on: str
    net_debit_cap_minor_units: int
    position_minor_units: int
    held_minor_units: int
    room_minor_units: int
    funds_minor_units: int
    def __init__(self, participant_id: _Optional[str] = ..., name: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[ParticipantRole, str]]] = ..., standing: _Optional[_Union[ParticipantStanding, str]] = ..., licence_expires_on: _Optional[str] = ..., net_debit_cap_minor_units: _Optional[int] = ..., position_minor_units: _Optional[int] = ..., held_minor_units: _Optional[int] = ..., room_minor_units: _Optional[int] = ..., funds_minor_units: _Optional[int] = ...) -> None: ...
