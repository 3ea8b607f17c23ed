from facepay.v1 import signed_message_pb2 as _signed_message_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_KIND_UNSPECIFIED: _ClassVar[ChangeKind]
    CHANGE_KIND_ACTIVATE: _ClassVar[ChangeKind]
    CHANGE_KIND_ERASE: _ClassVar[ChangeKind]
    CHANGE_KIND_REFRESH: _ClassVar[ChangeKind]
    CHANGE_KIND_STEP_EPOCH: _ClassVar[ChangeKind]
    CHANGE_KIND_REPLACE_SYNTHETIC: _ClassVar[ChangeKind]

class RequestOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REQUEST_OUTCOME_UNSPECIFIED: _ClassVar[RequestOutcome]
    REQUEST_OUTCOME_DONE: _ClassVar[RequestOutcome]
    REQUEST_OUTCOME_REFUSED: _ClassVar[RequestOutcome]
    REQUEST_OUTCOME_OUT_OF_STEP: _ClassVar[RequestOutcome]
    REQUEST_OUTCOME_FAILED: _ClassVar[RequestOutcome]
CHANGE_KIND_UNSPECIFIED: ChangeKind
CHANGE_KIND_ACTIVATE: ChangeKind
CHANGE_KIND_ERASE: ChangeKind
CHANGE_KIND_REFRESH: ChangeKind
CHANGE_KIND_STEP_EPOCH: ChangeKind
CHANGE_KIND_REPLACE_SYNTHETIC: ChangeKind
REQUEST_OUTCOME_UNSPECIFIED: RequestOutcome
REQUEST_OUTCOME_DONE: RequestOutcome
REQUEST_OUTCOME_REFUSED: RequestOutcome
REQUEST_OUTCOME_OUT_OF_STEP: RequestOutcome
REQUEST_OUTCOME_FAILED: RequestOutcome

class PartyFrame(_message.Message):
    __slots__ = ("hello", "hello_proof", "query_batch", "batch_digests", "masked_vectors", "batch_answer", "prepare_reference", "dealt_rows", "prepare_change", "activate_change", "drop_change", "request_answer")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    HELLO_PROOF_FIELD_NUMBER: _ClassVar[int]
    QUERY_BATCH_FIELD_NUMBER: _ClassVar[int]
    BATCH_DIGESTS_FIELD_NUMBER: _ClassVar[int]
    MASKED_VECTORS_FIELD_NUMBER: _ClassVar[int]
    BATCH_ANSWER_FIELD_NUMBER: _ClassVar[int]
    PREPARE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    DEALT_ROWS_FIELD_NUMBER: _ClassVar[int]
    PREPARE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    DROP_CHANGE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ANSWER_FIELD_NUMBER: _ClassVar[int]
    hello: Hello
    hello_proof: HelloProof
    query_batch: QueryBatch
    batch_digests: BatchDigests
    masked_vectors: MaskedVectors
    batch_answer: BatchAnswer
    prepare_reference: PrepareReference
    dealt_rows: DealtRows
    prepare_change: PrepareChange
    activate_change: ActivateChange
    drop_change: DropChange
    request_answer: RequestAnswer
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping]] = ..., hello_proof: _Optional[_Union[HelloProof, _Mapping]] = ..., query_batch: _Optional[_Union[QueryBatch, _Mapping]] = ..., batch_digests: _Optional[_Union[BatchDigests, _Mapping]] = ..., masked_vectors: _Optional[_Union[MaskedVectors, _Mapping]] = ..., batch_answer: _Optional[_Union[BatchAnswer, _Mapping]] = ..., prepare_reference: _Optional[_Union[PrepareReference, _Mapping]] = ..., dealt_rows: _Optional[_Union[DealtRows, _Mapping]] = ..., prepare_change: _Optional[_Union[PrepareChange, _Mapping]] = ..., activate_change: _Optional[_Union[ActivateChange, _Mapping]] = ..., drop_change: _Optional[_Union[DropChange, _Mapping]] = ..., request_answer: _Optional[_Union[RequestAnswer, _Mapping]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("party", "nonce", "exchange_key")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_KEY_FIELD_NUMBER: _ClassVar[int]
    party: int
    nonce: bytes
    exchange_key: bytes
    def __init__(self, party: _Optional[int] = ..., nonce: _Optional[bytes] = ..., exchange_key: _Optional[bytes] = ...) -> None: ...

class HelloProof(_message.Message):
    __slots__ = ("signature", "generation", "last_change_id", "pending_change_id", "query_mark")
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    LAST_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    PENDING_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_MARK_FIELD_NUMBER: _ClassVar[int]
    signature: bytes
    generation: int
    last_change_id: bytes
    pending_change_id: bytes
    query_mark: int
    def __init__(self, signature: _Optional[bytes] = ..., generation: _Optional[int] = ..., last_change_id: _Optional[bytes] = ..., pending_change_id: _Optional[bytes] = ..., query_mark: _Optional[int] = ...) -> None: ...

class RelayedMessage(_message.Message):
    __slots__ = ("header", "signature", "digests", "envelope")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    DIGESTS_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    header: bytes
    signature: bytes
    digests: _containers.RepeatedCompositeFieldContainer[EnvelopeDigest]
    envelope: _signed_message_pb2.SealedEnvelope
    def __init__(self, header: _Optional[bytes] = ..., signature: _Optional[bytes] = ..., digests: _Optional[_Iterable[_Union[EnvelopeDigest, _Mapping]]] = ..., envelope: _Optional[_Union[_signed_message_pb2.SealedEnvelope, _Mapping]] = ...) -> None: ...

class EnvelopeDigest(_message.Message):
    __slots__ = ("recipient_key_id", "sealed_sha256")
    RECIPIENT_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SEALED_SHA256_FIELD_NUMBER: _ClassVar[int]
    recipient_key_id: bytes
    sealed_sha256: bytes
    def __init__(self, recipient_key_id: _Optional[bytes] = ..., sealed_sha256: _Optional[bytes] = ...) -> None: ...

class QueryBatch(_message.Message):
    __slots__ = ("batch", "generation", "queries")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    batch: int
    generation: int
    queries: _containers.RepeatedCompositeFieldContainer[Query]
    def __init__(self, batch: _Optional[int] = ..., generation: _Optional[int] = ..., queries: _Optional[_Iterable[_Union[Query, _Mapping]]] = ...) -> None: ...

class Query(_message.Message):
    __slots__ = ("number", "message", "tags", "is_whole_gallery", "digest")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    IS_WHOLE_GALLERY_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    number: int
    message: RelayedMessage
    tags: _containers.RepeatedScalarFieldContainer[bytes]
    is_whole_gallery: bool
    digest: bytes
    def __init__(self, number: _Optional[int] = ..., message: _Optional[_Union[RelayedMessage, _Mapping]] = ..., tags: _Optional[_Iterable[bytes]] = ..., is_whole_gallery: _Optional[bool] = ..., digest: _Optional[bytes] = ...) -> None: ...

class BatchDigests(_message.Message):
    __slots__ = ("batch", "generation", "digests")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    DIGESTS_FIELD_NUMBER: _ClassVar[int]
    batch: int
    generation: int
    digests: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, batch: _Optional[int] = ..., generation: _Optional[int] = ..., digests: _Optional[_Iterable[bytes]] = ...) -> None: ...

class MaskedVectors(_message.Message):
    __slots__ = ("batch", "vectors", "norms")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    NORMS_FIELD_NUMBER: _ClassVar[int]
    batch: int
    vectors: _containers.RepeatedScalarFieldContainer[bytes]
    norms: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, batch: _Optional[int] = ..., vectors: _Optional[_Iterable[bytes]] = ..., norms: _Optional[_Iterable[int]] = ...) -> None: ...

class BatchAnswer(_message.Message):
    __slots__ = ("batch", "positions")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    batch: int
    positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, batch: _Optional[int] = ..., positions: _Optional[_Iterable[int]] = ...) -> None: ...

class PrepareReference(_message.Message):
    __slots__ = ("request", "reference_id", "tag", "slot", "message")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_ID_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    request: int
    reference_id: bytes
    tag: bytes
    slot: int
    message: RelayedMessage
    def __init__(self, request: _Optional[int] = ..., reference_id: _Optional[bytes] = ..., tag: _Optional[bytes] = ..., slot: _Optional[int] = ..., message: _Optional[_Union[RelayedMessage, _Mapping]] = ...) -> None: ...

class DealtRows(_message.Message):
    __slots__ = ("request", "change_id", "reference_ids", "tags", "first_slot", "seed", "third", "third_opening", "commitments")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_IDS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    FIRST_SLOT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    THIRD_FIELD_NUMBER: _ClassVar[int]
    THIRD_OPENING_FIELD_NUMBER: _ClassVar[int]
    COMMITMENTS_FIELD_NUMBER: _ClassVar[int]
    request: int
    change_id: bytes
    reference_ids: bytes
    tags: bytes
    first_slot: int
    seed: bytes
    third: bytes
    third_opening: bytes
    commitments: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, request: _Optional[int] = ..., change_id: _Optional[bytes] = ..., reference_ids: _Optional[bytes] = ..., tags: _Optional[bytes] = ..., first_slot: _Optional[int] = ..., seed: _Optional[bytes] = ..., third: _Optional[bytes] = ..., third_opening: _Optional[bytes] = ..., commitments: _Optional[_Iterable[bytes]] = ...) -> None: ...

class PrepareChange(_message.Message):
    __slots__ = ("request", "change_id", "kind", "generation", "reference_ids", "secret")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_IDS_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    request: int
    change_id: bytes
    kind: ChangeKind
    generation: int
    reference_ids: _containers.RepeatedScalarFieldContainer[bytes]
    secret: bytes
    def __init__(self, request: _Optional[int] = ..., change_id: _Optional[bytes] = ..., kind: _Optional[_Union[ChangeKind, str]] = ..., generation: _Optional[int] = ..., reference_ids: _Optional[_Iterable[bytes]] = ..., secret: _Optional[bytes] = ...) -> None: ...

class ActivateChange(_message.Message):
    __slots__ = ("request", "change_id")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    request: int
    change_id: bytes
    def __init__(self, request: _Optional[int] = ..., change_id: _Optional[bytes] = ...) -> None: ...

class DropChange(_message.Message):
    __slots__ = ("request", "change_id")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    request: int
    change_id: bytes
    def __init__(self, request: _Optional[int] = ..., change_id: _Optional[bytes] = ...) -> None: ...

class RequestAnswer(_message.Message):
    __slots__ = ("request", "outcome", "generation", "erased_at", "signature")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    ERASED_AT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    request: int
    outcome: RequestOutcome
    generation: int
    erased_at: str
    signature: bytes
    def __init__(self, request: _Optional[int] = ..., outcome: _Optional[_Union[RequestOutcome, str]] = ..., generation: _Optional[int] = ..., erased_at: _Optional[str] = ..., signature: _Optional[bytes] = ...) -> None: ...
