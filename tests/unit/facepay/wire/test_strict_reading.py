"""What no message may hold, whoever sends it."""

import base64
import struct
from datetime import date

import pytest

from facepay.errors import ImageBytesError, MalformedFieldError
from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.v1 import operator_pb2, payment_pb2, signed_message_pb2
from facepay.vocabulary import RefundKind
from facepay.wire.operator import Overview, WindowOverview, reference_count_from_message
from facepay.wire.payment_bodies import GetPaymentBody, RefundPaymentBody, RouteProbeBody
from facepay.wire.signed import signed_request_from_message
from facepay.wire.strict import require_no_picture, require_strict
from tests.fakes.ports import START, SeededRandomness

PAYMENT_ID = PaymentId(b"\x01" * 16)
SALT = b"\x05" * 32

PICTURES = {
    "bare JPEG": b"\xff\xd8\xff\xdb\x00C\x00",
    "JFIF": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "BMP": b"BM\x36\x00\x0c\x00\x00\x00\x00\x006\x00\x00\x00",
    "WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "GIF": b"GIF89a\x01\x00",
    "TIFF": b"II*\x00\x08\x00",
    "HEIC": b"\x00\x00\x00\x18ftypheic",
    "PNG in base64": base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "JPEG in base64": base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
}


def message() -> signed_message_pb2.SignedMessage:
    return signed_message_pb2.SignedMessage(
        header=b"h" * 300,
        body=b"b" * 100,
        envelopes=[signed_message_pb2.SealedEnvelope(recipient_key_id=b"k" * 16, sealed=b"s" * 9)],
        signature=b"g" * 64,
    )


@pytest.mark.rule("WIR-08")
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("field", ["header", "body", "signature"])
def test_a_picture_in_any_field_of_a_message_is_refused(picture: bytes, field: str) -> None:
    content = message()
    setattr(content, field, picture.ljust(64, b"\1"))
    with pytest.raises(ImageBytesError):
        signed_request_from_message(content)


@pytest.mark.rule("WIR-08")
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_in_an_envelope_is_refused(picture: bytes) -> None:
    content = message()
    content.envelopes[0].sealed = picture
    with pytest.raises(ImageBytesError):
        signed_request_from_message(content)


@pytest.mark.rule("WIR-08")
def test_a_picture_after_other_bytes_is_found() -> None:
    with pytest.raises(ImageBytesError):
        require_no_picture(b"evidence" + PICTURES["JFIF"] + b"rest")


@pytest.mark.rule("WIR-08", "CAP-04")
def test_a_picture_inside_pad_evidence_is_refused() -> None:
    body = RouteProbeBody(SALT, PAYMENT_ID, b"evidence" + PICTURES["PNG"])
    with pytest.raises(ImageBytesError):
        RouteProbeBody.from_bytes(body.to_bytes())


def test_ciphertexts_are_not_taken_for_pictures() -> None:
    """One wrong refusal in 20 MB of random bytes would be felt at a till."""
    randomness = SeededRandomness()
    for _ in range(5_000):
        require_no_picture(randomness.bytes(4096))


@pytest.mark.rule("WIR-08")
def test_an_unknown_field_is_refused() -> None:
    extra = b"\xfa\x07\x03abc"  # field 127, three bytes
    body = GetPaymentBody(SALT, PAYMENT_ID).to_bytes()
    assert GetPaymentBody.from_bytes(body).payment_id == PAYMENT_ID
    with pytest.raises(MalformedFieldError):
        GetPaymentBody.from_bytes(body + extra)


@pytest.mark.parametrize("amount", [12.5, 0.1 + 0.2, float("nan")])
def test_an_amount_with_a_fraction_is_no_field_of_a_refund(amount: float) -> None:
    """Minor units are whole on the wire; a double in their place is a field nobody knows."""
    rrn = RetrievalReferenceNumber("606100000001")
    body = RefundPaymentBody(SALT, PAYMENT_ID, rrn, RefundKind.REFUND, 1250, "156")
    whole = body.to_bytes()
    assert RefundPaymentBody.from_bytes(whole) == body
    as_double = b"\x29" + struct.pack("<d", amount)  # field 5, 64 bits
    as_integer = b"\x28\xe2\x09"  # field 5, 1250
    assert whole.count(as_integer) == 1
    with pytest.raises(MalformedFieldError):
        RefundPaymentBody.from_bytes(whole.replace(as_integer, as_double))


@pytest.mark.rule("WIR-08")
def test_an_unknown_field_in_a_nested_message_is_refused() -> None:
    inner = payment_pb2.GetPaymentBody()
    inner.ParseFromString(b"\xfa\x07\x03abc")
    outer = payment_pb2.OpenPaymentResponse()
    outer.opened.ParseFromString(inner.SerializeToString())
    with pytest.raises(MalformedFieldError):
        require_strict(outer)


@pytest.mark.parametrize("kept", range(0, 52, 3))
def test_a_truncated_body_is_refused(kept: int) -> None:
    body = GetPaymentBody(SALT, PAYMENT_ID).to_bytes()
    with pytest.raises(MalformedFieldError):
        GetPaymentBody.from_bytes(body[:kept])


@pytest.mark.rule("WIR-08")
@pytest.mark.parametrize(
    ("field", "size"),
    [("header", 0), ("header", 1025), ("body", 0), ("body", 4097), ("signature", 63)],
)
def test_a_field_of_another_size_is_refused(field: str, size: int) -> None:
    content = message()
    setattr(content, field, b"x" * size)
    with pytest.raises(MalformedFieldError):
        signed_request_from_message(content)


@pytest.mark.rule("WIR-08")
def test_more_envelopes_than_any_message_needs_are_refused() -> None:
    content = message()
    content.envelopes.extend([content.envelopes[0]] * 5)
    with pytest.raises(MalformedFieldError):
        signed_request_from_message(content)


@pytest.mark.rule("WIR-08")
def test_an_oversized_envelope_is_refused() -> None:
    content = message()
    content.envelopes[0].sealed = b"s" * 4097
    with pytest.raises(MalformedFieldError):
        signed_request_from_message(content)


@pytest.mark.parametrize("count", [0, 1_000_001])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    request = operator_pb2.GenerateReferencesRequest(count=count)
    with pytest.raises(MalformedFieldError):
        reference_count_from_message(request)


def overview_with(day: date) -> Overview:
    return Overview(
        1,
        2,
        3,
        {"APPROVED": 4},
        0,
        0,
        audit_chain_intact=True,
        certificates_valid_until=START,
        window=WindowOverview(7, day, START, 2, 1),
    )


def test_a_day_that_is_none_is_refused() -> None:
    message = overview_with(date(2026, 3, 2)).to_message()
    message.window_business_date = "2026-02-30"
    with pytest.raises(MalformedFieldError):
        Overview.from_message(message)


def test_strictness_reaches_into_maps() -> None:
    overview = overview_with(date(2026, 3, 2))
    assert Overview.from_message(overview.to_message()) == overview
    message = overview.to_message()
    message.payments_by_state["data:image/png;base64"] = 1
    with pytest.raises(ImageBytesError):
        Overview.from_message(message)
