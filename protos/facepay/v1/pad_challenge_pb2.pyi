from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PadMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAD_MODE_UNSPECIFIED: _ClassVar[PadMode]
    PAD_MODE_SILENT_FIRST: _ClassVar[PadMode]
    PAD_MODE_CHALLENGE: _ClassVar[PadMode]
    PAD_MODE_UNTIMED: _ClassVar[PadMode]

class ChallengeStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHALLENGE_STEP_UNSPECIFIED: _ClassVar[ChallengeStep]
    CHALLENGE_STEP_BLINK: _ClassVar[ChallengeStep]
    CHALLENGE_STEP_TURN_LEFT: _ClassVar[ChallengeStep]
    CHALLENGE_STEP_TURN_RIGHT: _ClassVar[ChallengeStep]
    CHALLENGE_STEP_OPEN_MOUTH: _ClassVar[ChallengeStep]
    CHALLENGE_STEP_TURN_EITHER_SIDE: _ClassVar[ChallengeStep]

class FlashColour(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLASH_COLOUR_UNSPECIFIED: _ClassVar[FlashColour]
    FLASH_COLOUR_RED: _ClassVar[FlashColour]
    FLASH_COLOUR_GREEN: _ClassVar[FlashColour]
    FLASH_COLOUR_BLUE: _ClassVar[FlashColour]
    FLASH_COLOUR_YELLOW: _ClassVar[FlashColour]
    FLASH_COLOUR_CYAN: _ClassVar[FlashColour]
    FLASH_COLOUR_MAGENTA: _ClassVar[FlashColour]

class Presentation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENTATION_UNSPECIFIED: _ClassVar[Presentation]
    PRESENTATION_WITH_LIGHT: _ClassVar[Presentation]
    PRESENTATION_WITHOUT_LIGHT: _ClassVar[Presentation]
    PRESENTATION_ACCESSIBLE: _ClassVar[Presentation]
PAD_MODE_UNSPECIFIED: PadMode
PAD_MODE_SILENT_FIRST: PadMode
PAD_MODE_CHALLENGE: PadMode
PAD_MODE_UNTIMED: PadMode
CHALLENGE_STEP_UNSPECIFIED: ChallengeStep
CHALLENGE_STEP_BLINK: ChallengeStep
CHALLENGE_STEP_TURN_LEFT: ChallengeStep
CHALLENGE_STEP_TURN_RIGHT: ChallengeStep
CHALLENGE_STEP_OPEN_MOUTH: ChallengeStep
CHALLENGE_STEP_TURN_EITHER_SIDE: ChallengeStep
FLASH_COLOUR_UNSPECIFIED: FlashColour
FLASH_COLOUR_RED: FlashColour
FLASH_COLOUR_GREEN: FlashColour
FLASH_COLOUR_BLUE: FlashColour
FLASH_COLOUR_YELLOW: FlashColour
FLASH_COLOUR_CYAN: FlashColour
FLASH_COLOUR_MAGENTA: FlashColour
PRESENTATION_UNSPECIFIED: Presentation
PRESENTATION_WITH_LIGHT: Presentation
PRESENTATION_WITHOUT_LIGHT: Presentation
PRESENTATION_ACCESSIBLE: Presentation

class PadChallenge(_message.Message):
    __slots__ = ("mode", "nonce", "steps", "step_deadline_seconds", "flashes")
    MODE_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STEP_DEADLINE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    FLASHES_FIELD_NUMBER: _ClassVar[int]
    mode: PadMode
    nonce: bytes
    steps: _containers.RepeatedScalarFieldContainer[ChallengeStep]
    step_deadline_seconds: int
    flashes: _containers.RepeatedCompositeFieldContainer[FlashSequence]
    def __init__(self, mode: _Optional[_Union[PadMode, str]] = ..., nonce: _Optional[bytes] = ..., steps: _Optional[_Iterable[_Union[ChallengeStep, str]]] = ..., step_deadline_seconds: _Optional[int] = ..., flashes: _Optional[_Iterable[_Union[FlashSequence, _Mapping]]] = ...) -> None: ...

class FlashSequence(_message.Message):
    __slots__ = ("colours", "segment_ms")
    COLOURS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_MS_FIELD_NUMBER: _ClassVar[int]
    colours: _containers.RepeatedScalarFieldContainer[FlashColour]
    segment_ms: int
    def __init__(self, colours: _Optional[_Iterable[_Union[FlashColour, str]]] = ..., segment_ms: _Optional[int] = ...) -> None: ...
