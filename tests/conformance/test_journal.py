"""What every journal must do: run against the fake and against SQLite."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from facepay.identifiers import AcceptorId, OrderId, ParticipantId, PaymentId, TerminalId
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.payment_fields import PaymentFields
from facepay.vocabulary import ReversalReason
from pos_app.checkout.payment import PaymentBinding
from pos_app.checkout.payment_state import ForbiddenMoveError, TerminalState
from pos_app.checkout.ports import Journal
from pos_app.journal.sqlite_journal import SqliteJournal
from tests.fakes.journal import MemoryJournal
from tests.fakes.ports import ManualClock, SeededRandomness


@pytest.fixture(params=["memory", "sqlite"])
def journal(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: ManualClock,
    randomness: SeededRandomness,
) -> Iterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal(clock, randomness)
        return
    journal = SqliteJournal(tmp_path / "journal.db", clock, randomness)
    yield journal
    journal.close()


@pytest.fixture
def binding(clock: ManualClock, randomness: SeededRandomness) -> PaymentBinding:
    return make_binding(clock, randomness)


def make_binding(clock: ManualClock, randomness: SeededRandomness) -> PaymentBinding:
    fields = PaymentFields(
        AcceptorId("ACCEPTOR0000001"),
        TerminalId("TERM0001"),
        OrderId("20260302-100000-00AA"),
        Money(1250),
        ParticipantId("12345678"),
    )
    payment_id = PaymentId.generate(clock, randomness)
    return PaymentBinding(payment_id, fields, fields.hash(bytes(32)), bytes(32))


async def test_a_payment_reads_back_as_it_was_written(
    journal: Journal, binding: PaymentBinding
) -> None:
    await journal.begin_payment(binding)
    payment = await journal.payment(binding.payment_id)
    assert payment.binding == binding
    assert payment.state is TerminalState.STARTED


async def test_the_counter_rises_with_every_operation_and_ids_belong_to_their_payment(
    journal: Journal, binding: PaymentBinding
) -> None:
    await journal.begin_payment(binding)
    sign_on = await journal.begin_operation(None, Purpose.SIGN_ON)
    opening = await journal.begin_operation(binding.payment_id, Purpose.OPEN_PAYMENT)
    assert (sign_on.counter, opening.counter) == (1, 2)
    payment = await journal.payment(binding.payment_id)
    assert payment.operation_ids == {opening.operation_id}


async def test_an_unknown_payment_is_a_key_error(journal: Journal, binding: PaymentBinding) -> None:
    with pytest.raises(KeyError):
        await journal.payment(binding.payment_id)
    with pytest.raises(KeyError):
        await journal.move(binding.payment_id, TerminalState.ENDED)


async def test_only_permitted_moves_are_written(journal: Journal, binding: PaymentBinding) -> None:
    await journal.begin_payment(binding)
    with pytest.raises(ForbiddenMoveError):
        await journal.move(binding.payment_id, TerminalState.APPROVED)
    await journal.move(binding.payment_id, TerminalState.AUTHORIZING)
    await journal.move(binding.payment_id, TerminalState.APPROVED)
    assert (await journal.payment(binding.payment_id)).state is TerminalState.APPROVED


async def test_what_a_restart_must_settle_is_found_and_nothing_else(
    journal: Journal, clock: ManualClock, randomness: SeededRandomness
) -> None:
    bindings = [make_binding(clock, randomness) for _ in range(3)]
    for binding in bindings:
        await journal.begin_payment(binding)
    await journal.move(bindings[0].payment_id, TerminalState.ENDED)
    await journal.move(bindings[1].payment_id, TerminalState.AUTHORIZING)
    unfinished = {payment.binding for payment in await journal.unfinished()}
    assert unfinished == set(bindings[1:])


@pytest.mark.rule("OFF-02")
async def test_a_reversal_is_queued_once_and_leaves_when_acknowledged(
    journal: Journal, binding: PaymentBinding, clock: ManualClock
) -> None:
    await journal.begin_payment(binding)
    await journal.move(binding.payment_id, TerminalState.AUTHORIZING)
    for _ in range(2):
        await journal.queue_reversal(binding.payment_id, ReversalReason.NO_REPLY, clock.now())
    later = clock.now() + timedelta(seconds=5)
    await journal.postpone_reversal(binding.payment_id, later)
    (entry,) = await journal.reversals()
    assert entry.binding == binding
    assert entry.reason is ReversalReason.NO_REPLY
    assert (entry.next_attempt_at, entry.attempt_count) == (later, 1)
    await journal.end_reversal(binding.payment_id, TerminalState.REVERSED)
    assert list(await journal.reversals()) == []
    assert (await journal.payment(binding.payment_id)).state is TerminalState.REVERSED
