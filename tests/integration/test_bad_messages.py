"""What a terminal, an acquirer or somebody in between may try on the running clearing service.

One sandbox with all three parties on real sockets serves every test here; nobody's test leaves a
payment that another one sees.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.bootstrap.sandbox import SandboxCommands
from clearing_service.config import load_config
from clearing_service.participants.terminal import TerminalRole
from clearing_service.provisioning.layout import SandboxLayout
from facepay.identifiers import AcceptorId, OperationId, TerminalId
from facepay.message_header import Purpose
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.ports import SystemClock, SystemRandomness
from facepay.response_code import ResponseCode
from facepay.signed_request import SignedRequest
from facepay.v1 import payment_pb2 as pb
from facepay.wire.signed import signed_request_to_message
from facepay_harness.world import InProcessParties, SandboxWorld, make_sandbox
from tests.fakes.raw_terminal import ROUTE_PROBE, RawTerminal, Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOST = "TILL0007"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    directory = tmp_path_factory.mktemp("integration") / "sandbox"
    await make_sandbox(directory, SystemClock())
    commands = SandboxCommands(SystemClock(), SystemRandomness())
    await commands.add_terminal(directory, TerminalId(LOST), TerminalRole.POINT_OF_SALE)
    layout = SandboxLayout(directory)
    parties = InProcessParties(layout, SystemClock(), SystemRandomness())
    world = SandboxWorld(layout, parties, SystemClock())
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def till(world: SandboxWorld) -> AsyncIterator[RawTerminal]:
    terminal = raw(world, "TILL0001")
    yield terminal
    await terminal.channel.close()


def raw(world: SandboxWorld, terminal_id: str, tls: Path | None = None) -> RawTerminal:
    address = load_config(world.layout.clearing).listen.terminals
    return RawTerminal(world.layout.terminal(TerminalId(terminal_id)), terminal_id, address, tls)


async def refusal_of(till: RawTerminal, request: SignedRequest) -> Refusal:
    outcome = await till.send(request)
    assert isinstance(outcome, Refusal), outcome
    return outcome


async def test_an_honest_message_opens_a_payment(till: RawTerminal) -> None:
    outcome = await till.send(till.request())
    assert isinstance(outcome, pb.OpenPaymentResponse)
    assert outcome.WhichOneof("outcome") == "opened"


@pytest.mark.rule("WIR-05")
async def test_a_replay_gets_the_same_answer(till: RawTerminal) -> None:
    request = till.request()
    assert await till.send(request) == await till.send(request)


@pytest.mark.rule("WIR-05")
async def test_two_hundred_copies_at_once_open_one_payment(till: RawTerminal) -> None:
    request = till.request()
    answers = await asyncio.gather(*(till.send(request) for _ in range(200)))
    assert len({answer.SerializeToString() for answer in answers}) == 1  # type: ignore[union-attr]


@pytest.mark.rule("WIR-05")
async def test_an_operation_id_cannot_be_used_for_another_message(till: RawTerminal) -> None:
    first = till.body()
    header = till.header(first)
    await till.send(till.sign(header, first))
    second = till.body()
    other = till.header(second, operation_id=header.operation_id)
    refused = await refusal_of(till, till.sign(other, second))
    assert refused == Refusal(grpc.StatusCode.ALREADY_EXISTS, "OPERATION_ID_REUSED")


@pytest.mark.rule("WIR-05")
async def test_a_counter_is_good_once(till: RawTerminal) -> None:
    request = till.request()
    await till.send(request)
    refused = await refusal_of(till, till.request(counter=till.counter))
    assert refused == Refusal(grpc.StatusCode.FAILED_PRECONDITION, "COUNTER_REPLAYED")


@pytest.mark.rule("WIR-05")
async def test_messages_may_overtake_each_other_by_a_little(till: RawTerminal) -> None:
    early, late = till.request(), till.request()
    assert isinstance(await till.send(late), pb.OpenPaymentResponse)
    assert isinstance(await till.send(early), pb.OpenPaymentResponse)


@pytest.mark.rule("WIR-05")
async def test_a_message_held_back_for_long_is_refused(till: RawTerminal) -> None:
    held = till.request()
    till.counter += 63
    await till.send(till.request())
    refused = await refusal_of(till, held)
    assert refused == Refusal(grpc.StatusCode.FAILED_PRECONDITION, "COUNTER_REPLAYED")


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize("off_by", [timedelta(minutes=5), -timedelta(minutes=5)])
async def test_a_clock_off_by_five_minutes_is_refused(till: RawTerminal, off_by: timedelta) -> None:
    refused = await refusal_of(till, till.request(sent_at=till.now() + off_by))
    assert refused == Refusal(grpc.StatusCode.FAILED_PRECONDITION, "CLOCK_OUT_OF_WINDOW")


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize("part", ["header", "body", "signature"])
async def test_a_tampered_message_is_refused(till: RawTerminal, part: str) -> None:
    request = till.request()
    content = bytearray(getattr(request, part))
    content[-1] ^= 1
    refused = await refusal_of(till, replace(request, **{part: bytes(content)}))  # type: ignore[arg-type]
    assert refused == Refusal(grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID")


@pytest.mark.rule("WIR-05")
async def test_an_unsigned_message_is_refused(till: RawTerminal) -> None:
    request = replace(till.request(), signature=bytes(64))
    refused = await refusal_of(till, request)
    assert refused == Refusal(grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID")


@pytest.mark.rule("WIR-05")
async def test_a_message_signed_with_another_key_is_refused(till: RawTerminal) -> None:
    body = till.body()
    header = till.header(body)
    till.signing_key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    refused = await refusal_of(till, till.sign(header, body))
    assert refused == Refusal(grpc.StatusCode.UNAUTHENTICATED, "SIGNATURE_INVALID")


@pytest.mark.rule("WIR-05")
async def test_a_message_is_good_for_its_purpose_only(till: RawTerminal) -> None:
    refused = await refusal_of(till, till.request(purpose=Purpose.GET_PAYMENT))
    assert refused == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "WRONG_PURPOSE")


async def test_another_suite_is_refused(till: RawTerminal) -> None:
    refused = await refusal_of(till, till.request(suite_id=0x0101))
    assert refused == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "SUITE_NOT_ACCEPTED")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"epoch": 2, "model_id": "sface-2021dec"}, "EPOCH_NOT_CURRENT"),
        ({"epoch": 1, "model_id": "another-model"}, "MODEL_NOT_CURRENT"),
    ],
)
async def test_a_probe_of_another_epoch_or_model_is_refused(
    till: RawTerminal, changes: dict[str, object], reason: str
) -> None:
    request = till.request(purpose=Purpose.ROUTE_PROBE, **changes)
    outcome = await till.send(request, ROUTE_PROBE)
    assert outcome == Refusal(grpc.StatusCode.FAILED_PRECONDITION, reason)


@pytest.mark.rule("WIR-08", "CAP-04")
@pytest.mark.parametrize("field", ["header", "body", "signature"])
async def test_a_picture_in_any_field_is_refused_by_name(till: RawTerminal, field: str) -> None:
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".ljust(64, b"\1")
    refused = await refusal_of(till, replace(till.request(), **{field: picture}))  # type: ignore[arg-type]
    assert refused == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "IMAGE_BYTES")


@pytest.mark.rule("WIR-08")
async def test_an_unknown_field_is_refused(till: RawTerminal) -> None:
    message = pb.OpenPaymentRequest(message=signed_request_to_message(till.request()))
    outcome = await till.send_bytes(message.SerializeToString() + b"\xfa\x07\x03abc")
    assert outcome == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED")


@pytest.mark.parametrize("kept", [1, 40, 300])
async def test_a_truncated_message_is_refused(till: RawTerminal, kept: int) -> None:
    message = pb.OpenPaymentRequest(message=signed_request_to_message(till.request()))
    outcome = await till.send_bytes(message.SerializeToString()[:kept])
    assert outcome == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED")


@pytest.mark.rule("WIR-08")
async def test_an_oversized_message_is_refused(till: RawTerminal) -> None:
    message = pb.OpenPaymentRequest(message=signed_request_to_message(till.request()))
    message.message.body = bytes(5_000)
    assert await till.send_message(message) == Refusal(
        grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED"
    )
    message.message.body = bytes(100_000)
    outcome = await till.send_message(message)
    assert isinstance(outcome, Refusal)
    assert outcome.code is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.rule("WIR-08")
async def test_envelopes_that_a_call_does_not_have_are_refused(till: RawTerminal) -> None:
    request = till.request(purpose=Purpose.ROUTE_PROBE, epoch=1, model_id="sface-2021dec")
    outcome = await till.send(request, ROUTE_PROBE)
    assert outcome == Refusal(grpc.StatusCode.INVALID_ARGUMENT, "ENVELOPES_MISMATCH")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (0, "156", ResponseCode.INVALID_AMOUNT),
        (-1, "156", ResponseCode.INVALID_AMOUNT),
        (2**62, "156", ResponseCode.INVALID_AMOUNT),
        (100_001, "156", ResponseCode.AMOUNT_LIMIT_EXCEEDED),
        (1250, "840", ResponseCode.INVALID_TRANSACTION),
    ],
)
@pytest.mark.rule("WIR-07")
async def test_an_amount_that_cannot_be_paid_is_a_signed_decline(
    till: RawTerminal, amount: int, currency: str, code: ResponseCode
) -> None:
    body = till.body(amount_minor_units=amount, currency=currency)
    outcome = await till.send(till.sign(till.header(body), body))
    assert isinstance(outcome, pb.OpenPaymentResponse), outcome
    decision = PaymentDecision.from_bytes(outcome.declined.decision)
    assert (decision.state, decision.response_code) == (PaymentState.DECLINED, code)


@pytest.mark.rule("CAP-07")
async def test_a_terminal_sells_for_its_own_acceptor_only(till: RawTerminal) -> None:
    body = till.body(acceptor_id=AcceptorId("ANOTHERSHOP0001"))
    outcome = await till.send(till.sign(till.header(body), body))
    assert isinstance(outcome, pb.OpenPaymentResponse), outcome
    decision = PaymentDecision.from_bytes(outcome.declined.decision)
    assert decision.state is PaymentState.DECLINED


@pytest.mark.rule("WIR-05")
async def test_a_header_about_other_fields_than_the_body_is_refused(till: RawTerminal) -> None:
    refused = await refusal_of(till, till.request(payment_hash=bytes(32)))
    assert refused == Refusal(grpc.StatusCode.FAILED_PRECONDITION, "PAYMENT_HASH_MISMATCH")


@pytest.mark.rule("CON-03", "CON-07")
async def test_a_touch_on_another_notice_opens_nothing(till: RawTerminal) -> None:
    body = till.body(notice_version="2020-01")
    refused = await refusal_of(till, till.sign(till.header(body), body))
    assert refused == Refusal(grpc.StatusCode.FAILED_PRECONDITION, "NOTICE_MISMATCH")


@pytest.mark.rule("WIR-01", "CAP-06")
async def test_one_terminal_cannot_speak_for_another(world: SandboxWorld) -> None:
    """The stolen message is genuine; only the certificate at the handshake is another's."""
    other = raw(world, "TILL0001", tls=world.layout.terminal(TerminalId("TILL0002")))
    refused = await refusal_of(other, other.request())
    await other.channel.close()
    assert refused == Refusal(grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE")


async def test_the_acquirer_may_carry_its_terminals_messages(world: SandboxWorld) -> None:
    carried = raw(world, "TILL0001", tls=world.layout.acquirer)
    outcome = await carried.send(carried.request())
    await carried.channel.close()
    assert isinstance(outcome, pb.OpenPaymentResponse), outcome


@pytest.mark.rule("WIR-01")
async def test_an_enrolment_station_takes_no_payments(world: SandboxWorld) -> None:
    station = raw(world, "ENRL0001")
    refused = await refusal_of(station, station.request())
    await station.channel.close()
    assert refused == Refusal(grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_PERMITTED")


@pytest.mark.rule("CAP-06")
async def test_an_unknown_terminal_is_refused(till: RawTerminal) -> None:
    refused = await refusal_of(till, till.request(terminal_id=TerminalId("NOBODY01")))
    assert refused == Refusal(grpc.StatusCode.PERMISSION_DENIED, "TERMINAL_NOT_LIVE")


@pytest.mark.rule("WIR-01", "CAP-06")
async def test_a_lost_terminal_is_refused_from_its_next_call_on(world: SandboxWorld) -> None:
    lost = raw(world, LOST)
    assert isinstance(await lost.send(lost.request()), pb.OpenPaymentResponse)
    commands = SandboxCommands(SystemClock(), SystemRandomness())
    commands.revoke_terminal(world.layout.root, TerminalId(LOST))
    refused = await refusal_of(lost, lost.request())
    await lost.channel.close()
    assert refused == Refusal(grpc.StatusCode.PERMISSION_DENIED, "CERTIFICATE_NOT_LIVE")


async def test_an_operation_of_one_terminal_says_nothing_about_anothers(
    world: SandboxWorld, till: RawTerminal
) -> None:
    """Operation ids belong to a terminal: two may draw the same one."""
    operation_id = OperationId.generate(till.clock, till.randomness)
    other = raw(world, "TILL0002")
    outcomes = [
        await terminal.send(terminal.request(operation_id=operation_id))
        for terminal in (till, other)
    ]
    await other.channel.close()
    assert all(isinstance(outcome, pb.OpenPaymentResponse) for outcome in outcomes), outcomes
