"""What could carry a face out of the product does not exist: no raw store, no export, no purpose."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from sqlalchemy import LargeBinary, MetaData

from clearing_service.stores import (
    clearing_tables,
    directory_tables,
    enrolment_tables,
    gallery_tables,
    issuer_tables,
)
from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import OperationId, TerminalId
from facepay.message_header import MessageHeader, Purpose
from facepay.v1 import enrolment_pb2, payment_pb2, terminal_pb2
from facepay.vocabulary import ConsentScope
from tests.fakes.ports import START

ROOT = Path(__file__).resolve().parents[2]

PICTURE_WRITERS = {
    "imwrite",
    "imencode",
    "VideoWriter",
    "imwritemulti",
    "tofile",
    "savez",
    "tobytes",
}
"""Calls by which pixels or vectors become a file or bytes."""

WEIGHT_WRITERS = {"onnx_writer.py"}
"""Files that turn a network's weights into bytes; no face is near them."""

TEMPLATE_COLUMNS = {("reference_share", "sealed_shares")}
"""The only columns about a face: one party's shares, sealed under its key."""

PURPOSE_PART = 3
"""Where a header's encoding has its purpose."""

FORBIDDEN_WORDS = (
    "image",
    "picture",
    "photo",
    "frame",
    "feature",
    "template",
    "embedding",
    "score",
)


def stores() -> Iterator[MetaData]:
    yield clearing_tables.METADATA
    yield directory_tables.DIRECTORY_ENTRY.metadata
    yield enrolment_tables.ENROLMENT.metadata
    yield gallery_tables.METADATA
    yield issuer_tables.METADATA


@pytest.mark.rule("STO-03")
def test_no_store_has_a_place_for_a_face() -> None:
    named = {
        (table.name, column.name)
        for metadata in stores()
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    suspicious = {entry for entry in named if any(word in entry[1] for word in FORBIDDEN_WORDS)}
    assert suspicious == set()
    assert {entry for entry in named if "share" in entry[1]} <= TEMPLATE_COLUMNS


@pytest.mark.rule("STO-03", "CAP-04")
def test_no_stage_of_a_capture_turns_pixels_into_bytes() -> None:
    """What the terminal does with a shopper in front of it writes no picture and no vector."""
    found = set()
    for folder in ("capture", "probe", "pad", "features", "checkout", "journal", "clearing_client"):
        for path in sorted((ROOT / "pos_app" / folder).rglob("*.py")):
            calls = {
                node.func.attr
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            }
            if path.name not in WEIGHT_WRITERS:
                found |= {(path.name, call) for call in calls & PICTURE_WRITERS}
    assert found == set()


def replies() -> Iterator[Descriptor]:
    """Every message that leaves the clearing institution for a terminal."""
    for file in (payment_pb2, enrolment_pb2, terminal_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                yield from _with_parts(method.output_type)


def _with_parts(message: Descriptor) -> Iterator[Descriptor]:
    yield message
    for field in message.fields:
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            yield from _with_parts(field.message_type)


@pytest.mark.rule("STO-05")
def test_no_reply_has_a_field_about_a_face() -> None:
    fields = {f"{message.name}.{field.name}" for message in replies() for field in message.fields}
    assert len(fields) > 40
    assert {
        name for name in fields if any(word in name.lower() for word in FORBIDDEN_WORDS)
    } == set()


@pytest.mark.rule("STO-05")
def test_a_message_for_any_other_purpose_does_not_exist() -> None:
    header = MessageHeader(
        suite_id=1,
        purpose=Purpose.ROUTE_PROBE,
        terminal_id=TerminalId("TILL0001"),
        signing_key_id=bytes(16),
        operation_id=OperationId(bytes(16)),
        counter=1,
        sent_at=START,
        nonce=bytes(16),
        challenge_nonce=bytes(32),
        epoch=1,
        model_id="sface",
        commitments=(),
        payment_hash=bytes(32),
        notice_hash=bytes(32),
        body_hash=bytes(32),
    ).to_bytes()
    parts = list(decode_fields(header, count=17))
    assert MessageHeader.from_bytes(encode_fields(parts)).purpose is Purpose.ROUTE_PROBE
    for number in set(range(256)) - {purpose.value for purpose in Purpose}:
        parts[PURPOSE_PART] = bytes([number])
        with pytest.raises(MalformedFieldError):
            MessageHeader.from_bytes(encode_fields(parts))


@pytest.mark.rule("STO-05", "CON-03")
def test_consent_is_asked_for_paying_and_for_nothing_else() -> None:
    """No credit, no marketing: what is not in a scope cannot be agreed to, so cannot be done."""
    assert {scope.name for scope in ConsentScope} == {"FACE_PROCESSING", "NETWORK_TRANSMISSION"}
    words = {word for purpose in Purpose for word in purpose.name.lower().split("_")}
    assert not words & {"credit", "marketing", "score", "export", "share", "sell", "publish"}
