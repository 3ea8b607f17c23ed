"""Frames to protobuf and back. What cannot be read is a broken protocol, never a guess."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import singledispatch

from clearing_service.matching import frames
from clearing_service.matching.errors import PeerProtocolError
from clearing_service.matching.frames import Frame
from clearing_service.matching.ports import SearchScope
from clearing_service.matching.store import ChangeKind
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import EnvelopeDigest
from facepay.v1 import matching_pb2 as pb
from facepay.v1 import signed_message_pb2 as signed_pb


@singledispatch
def encode(frame: Frame) -> pb.PartyFrame:
    """Return the message that carries `frame`."""
    raise PeerProtocolError(f"{type(frame).__name__} has no message")


@encode.register
def _(frame: frames.Hello) -> pb.PartyFrame:
    return pb.PartyFrame(
        hello=pb.Hello(party=frame.party, nonce=frame.nonce, exchange_key=frame.exchange_key)
    )


@encode.register
def _(frame: frames.HelloProof) -> pb.PartyFrame:
    return pb.PartyFrame(
        hello_proof=pb.HelloProof(
            signature=frame.signature,
            generation=frame.generation,
            last_change_id=frame.last_change_id,
            pending_change_id=frame.pending_change_id,
            query_mark=frame.query_mark,
        )
    )


@encode.register
def _(frame: frames.QueryBatch) -> pb.PartyFrame:
    queries = [_query(query) for query in frame.queries]
    return pb.PartyFrame(
        query_batch=pb.QueryBatch(batch=frame.batch, generation=frame.generation, queries=queries)
    )


@encode.register
def _(frame: frames.BatchDigests) -> pb.PartyFrame:
    return pb.PartyFrame(
        batch_digests=pb.BatchDigests(
            batch=frame.batch, generation=frame.generation, digests=frame.digests
        )
    )


@encode.register
def _(frame: frames.MaskedVectors) -> pb.PartyFrame:
    return pb.PartyFrame(
        masked_vectors=pb.MaskedVectors(batch=frame.batch, vectors=frame.vectors, norms=frame.norms)
    )


@encode.register
def _(frame: frames.BatchAnswer) -> pb.PartyFrame:
    return pb.PartyFrame(batch_answer=pb.BatchAnswer(batch=frame.batch, positions=frame.positions))


@encode.register
def _(frame: frames.PrepareReference) -> pb.PartyFrame:
    return pb.PartyFrame(
        prepare_reference=pb.PrepareReference(
            request=frame.request,
            reference_id=frame.reference_id,
            tag=frame.tag,
            slot=frame.slot,
            message=_relayed(frame.message),
        )
    )


@encode.register
def _(frame: frames.DealtRows) -> pb.PartyFrame:
    return pb.PartyFrame(
        dealt_rows=pb.DealtRows(
            request=frame.request,
            change_id=frame.change_id,
            reference_ids=frame.reference_ids,
            tags=frame.tags,
            first_slot=frame.first_slot,
            seed=frame.seed,
            third=frame.third,
            third_opening=frame.third_opening,
            commitments=frame.commitments,
        )
    )


@encode.register
def _(frame: frames.PrepareChange) -> pb.PartyFrame:
    return pb.PartyFrame(
        prepare_change=pb.PrepareChange(
            request=frame.request,
            change_id=frame.change_id,
            kind=pb.ChangeKind.ValueType(frame.kind.value),
            generation=frame.generation,
            reference_ids=frame.reference_ids,
            secret=frame.secret,
        )
    )


@encode.register
def _(frame: frames.ActivateChange) -> pb.PartyFrame:
    return pb.PartyFrame(
        activate_change=pb.ActivateChange(request=frame.request, change_id=frame.change_id)
    )


@encode.register
def _(frame: frames.DropChange) -> pb.PartyFrame:
    return pb.PartyFrame(
        drop_change=pb.DropChange(request=frame.request, change_id=frame.change_id)
    )


@encode.register
def _(frame: frames.Answer) -> pb.PartyFrame:
    return pb.PartyFrame(
        request_answer=pb.RequestAnswer(
            request=frame.request,
            outcome=pb.RequestOutcome.ValueType(frame.outcome.value),
            generation=frame.generation,
            erased_at="" if frame.erased_at is None else frame.erased_at.isoformat(),
            signature=frame.signature,
        )
    )


def decode(message: pb.PartyFrame) -> Frame:
    """Return the frame in `message`; raises `PeerProtocolError` if it cannot be read."""
    read = _READERS.get(message.WhichOneof("content") or "")
    if read is None:
        raise PeerProtocolError("a frame without content")
    try:
        return read(message)
    except ValueError as error:
        raise PeerProtocolError("a frame that cannot be read") from error


def _hello(message: pb.PartyFrame) -> frames.Hello:
    content = message.hello
    return frames.Hello(content.party, content.nonce, content.exchange_key)


def _hello_proof(message: pb.PartyFrame) -> frames.HelloProof:
    content = message.hello_proof
    return frames.HelloProof(
        content.signature,
        content.generation,
        content.last_change_id,
        content.pending_change_id,
        content.query_mark,
    )


def _query_batch(message: pb.PartyFrame) -> frames.QueryBatch:
    content = message.query_batch
    queries = tuple(
        frames.Query(
            query.number,
            _relayed_message(query.message),
            SearchScope(None if query.is_whole_gallery else tuple(query.tags)),
            query.digest,
        )
        for query in content.queries
    )
    return frames.QueryBatch(content.batch, content.generation, queries)


def _batch_digests(message: pb.PartyFrame) -> frames.BatchDigests:
    content = message.batch_digests
    return frames.BatchDigests(content.batch, content.generation, tuple(content.digests))


def _masked_vectors(message: pb.PartyFrame) -> frames.MaskedVectors:
    content = message.masked_vectors
    return frames.MaskedVectors(content.batch, tuple(content.vectors), tuple(content.norms))


def _batch_answer(message: pb.PartyFrame) -> frames.BatchAnswer:
    content = message.batch_answer
    return frames.BatchAnswer(content.batch, tuple(content.positions))


def _prepare_reference(message: pb.PartyFrame) -> frames.PrepareReference:
    content = message.prepare_reference
    return frames.PrepareReference(
        content.request,
        content.reference_id,
        content.tag,
        content.slot,
        _relayed_message(content.message),
    )


def _dealt_rows(message: pb.PartyFrame) -> frames.DealtRows:
    content = message.dealt_rows
    first, second, third = content.commitments
    return frames.DealtRows(
        content.request,
        content.change_id,
        content.reference_ids,
        content.tags,
        content.first_slot,
        content.seed,
        content.third,
        content.third_opening,
        (first, second, third),
    )


def _prepare_change(message: pb.PartyFrame) -> frames.PrepareChange:
    content = message.prepare_change
    return frames.PrepareChange(
        content.request,
        content.change_id,
        ChangeKind(content.kind),
        content.generation,
        tuple(content.reference_ids),
        content.secret,
    )


def _activate_change(message: pb.PartyFrame) -> frames.ActivateChange:
    content = message.activate_change
    return frames.ActivateChange(content.request, content.change_id)


def _drop_change(message: pb.PartyFrame) -> frames.DropChange:
    content = message.drop_change
    return frames.DropChange(content.request, content.change_id)


def _request_answer(message: pb.PartyFrame) -> frames.Answer:
    content = message.request_answer
    erased_at = datetime.fromisoformat(content.erased_at) if content.erased_at else None
    return frames.Answer(
        content.request,
        frames.Outcome(content.outcome),
        content.generation,
        erased_at,
        content.signature,
    )


def _query(query: frames.Query) -> pb.Query:
    return pb.Query(
        number=query.number,
        message=_relayed(query.message),
        tags=query.scope.tags or (),
        is_whole_gallery=query.scope.tags is None,
        digest=query.digest,
    )


def _relayed(message: frames.RelayedMessage) -> pb.RelayedMessage:
    return pb.RelayedMessage(
        header=message.header,
        signature=message.signature,
        digests=[
            pb.EnvelopeDigest(
                recipient_key_id=digest.recipient_key_id, sealed_sha256=digest.sealed_sha256
            )
            for digest in message.digests
        ],
        envelope=signed_pb.SealedEnvelope(
            recipient_key_id=message.envelope.recipient_key_id, sealed=message.envelope.sealed
        ),
    )


def _relayed_message(message: pb.RelayedMessage) -> frames.RelayedMessage:
    return frames.RelayedMessage(
        message.header,
        message.signature,
        tuple(
            EnvelopeDigest(digest.recipient_key_id, digest.sealed_sha256)
            for digest in message.digests
        ),
        SealedEnvelope(message.envelope.recipient_key_id, message.envelope.sealed),
    )


_READERS: Mapping[str, Callable[[pb.PartyFrame], Frame]] = {
    "hello": _hello,
    "hello_proof": _hello_proof,
    "query_batch": _query_batch,
    "batch_digests": _batch_digests,
    "masked_vectors": _masked_vectors,
    "batch_answer": _batch_answer,
    "prepare_reference": _prepare_reference,
    "dealt_rows": _dealt_rows,
    "prepare_change": _prepare_change,
    "activate_change": _activate_change,
    "drop_change": _drop_change,
    "request_answer": _request_answer,
}
