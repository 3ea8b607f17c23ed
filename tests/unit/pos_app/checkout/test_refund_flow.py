"""A refund at the till: journaled before it leaves, repeated byte for byte, done once or not."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.refund_decision import RefundOutcome
from facepay.vocabulary import RefundKind
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.refund import (
    NotRefunded,
    Refunded,
    RefundIntent,
    RefundRefused,
    RefundStop,
    RefundUnknown,
)
from pos_app.checkout.refund_flow import RefundFlow
from pos_app.journal.sqlite_journal import SqliteJournal
from tests.fakes.ports import ManualClock, SeededRandomness
from tests.fakes.refunds import RRN, FakeRefunds, RefundFault, approve

TEN = RefundIntent(RefundKind.REFUND, Money(10_00))


class Till:
    """A journal with one approved payment, a flow on it, and a service."""

    def __init__(self, path: Path, clock: ManualClock, randomness: SeededRandomness) -> None:
        self.path = path
        self.clock = clock
        self.randomness = randomness
        self.service = FakeRefunds(clock)
        self.restart()

    def restart(self) -> None:
        self.journal = SqliteJournal(self.path, self.clock, self.randomness)
        self.flow = RefundFlow(self.service, self.journal, self.journal.refunds, self.clock)


@pytest_asyncio.fixture
async def till(
    tmp_path: Path, clock: ManualClock, randomness: SeededRandomness
) -> AsyncIterator[Till]:
    till = Till(tmp_path / "journal.db", clock, randomness)
    await approve(till.journal, clock, randomness)
    yield till
    till.journal.close()


async def test_a_refund_prints_a_slip_from_the_signed_decision(till: Till) -> None:
    result = await till.flow.refund(RRN, TEN)
    assert isinstance(result, Refunded)
    slip = json.loads(result.receipt.to_json())
    assert (slip["kind"], slip["response_code"]) == ("refund", "00")
    assert (slip["amount_minor_units"], slip["original_rrn"]) == (10_00, RRN.value)
    assert slip["rrn"] != RRN.value
    assert await till.journal.refunds.unsettled_refunds() == []


async def test_a_void_is_asked_for_by_name(till: Till) -> None:
    result = await till.flow.refund(RRN, RefundIntent(RefundKind.VOID, Money(100_00)))
    assert isinstance(result, Refunded)
    assert result.receipt.decision.outcome is RefundOutcome.VOIDED


async def test_the_services_refusal_keeps_its_name(till: Till) -> None:
    result = await till.flow.refund(RRN, RefundIntent(RefundKind.REFUND, Money(100_01)))
    assert result == RefundRefused(RefundOutcome.MORE_THAN_IS_LEFT)


async def test_a_number_this_till_does_not_know_is_refused_without_a_message(till: Till) -> None:
    for number in ("999999999999", "606100000002"):
        result = await till.flow.refund(RetrievalReferenceNumber(number), TEN)
        assert result == NotRefunded(RefundStop.NO_SUCH_PAYMENT)
    assert till.service.sent == []


@pytest.mark.rule("OFF-01", "OFF-02")
async def test_with_the_line_down_nothing_is_sent_and_nothing_waits(till: Till) -> None:
    till.service.is_down = True
    result = await till.flow.refund(RRN, TEN)
    assert result == NotRefunded(RefundStop.OFFLINE, ClearingErrorReason.UNREACHABLE)
    assert till.service.sent == []
    till.service.is_down = False
    assert await till.flow.settle_all() == ()
    assert till.service.refunded == 0


@pytest.mark.rule("OFF-03")
@pytest.mark.parametrize("fault", [RefundFault.LOSE_REPLY, RefundFault.LOSE_REQUEST])
async def test_a_lost_message_is_repeated_byte_for_byte_and_done_once(
    till: Till, fault: RefundFault
) -> None:
    till.service.faults.extend([fault] * 3)
    assert isinstance(await till.flow.refund(RRN, TEN), Refunded)
    assert len(till.service.sent) == 4
    assert len(set(till.service.sent)) == 1
    assert till.service.refunded == 10_00


@pytest.mark.rule("OFF-03")
async def test_what_stays_unknown_blocks_another_and_is_settled_after_a_restart(
    till: Till,
) -> None:
    till.service.faults.extend([RefundFault.LOSE_REPLY] * 30)
    assert isinstance(await till.flow.refund(RRN, TEN), RefundUnknown)
    assert await till.flow.refund(RRN, TEN) == NotRefunded(RefundStop.EARLIER_UNSETTLED)
    till.service.faults.clear()
    till.journal.close()
    till.restart()
    till.clock.advance(24 * 3600)
    (result,) = await till.flow.settle_all()
    assert isinstance(result, Refunded)
    assert len(set(till.service.sent)) == 1
    assert till.service.refunded == 10_00
    assert isinstance(await till.flow.refund(RRN, TEN), Refunded)


@pytest.mark.rule("OFF-03")
async def test_a_message_that_never_arrived_in_time_is_never_done(till: Till) -> None:
    till.service.faults.extend([RefundFault.LOSE_REQUEST] * 30)
    assert isinstance(await till.flow.refund(RRN, TEN), RefundUnknown)
    till.service.faults.clear()
    till.clock.advance(121)
    (result,) = await till.flow.settle_all()
    assert result == NotRefunded(RefundStop.NOT_ACCEPTED, ClearingErrorReason.CLOCK_OFF)
    assert till.service.refunded == 0
    assert isinstance(await till.flow.refund(RRN, TEN), Refunded)


async def test_a_message_the_service_refuses_is_over(till: Till) -> None:
    till.service.faults.append(RefundFault.REFUSE)
    result = await till.flow.refund(RRN, TEN)
    assert result == NotRefunded(RefundStop.NOT_ACCEPTED, ClearingErrorReason.REFUSED)
    assert await till.flow.settle_all() == ()


async def test_a_journal_that_cannot_be_written_sends_nothing(till: Till) -> None:
    with sqlite3.connect(till.path) as other:
        other.execute("DROP TABLE refund")
    result = await till.flow.refund(RRN, TEN)
    assert result == NotRefunded(RefundStop.JOURNAL_FAILED)
    assert till.service.sent == []


@pytest.mark.rule("OFF-02")
async def test_the_journal_has_the_message_before_it_leaves(till: Till) -> None:
    till.service.faults.extend([RefundFault.LOSE_REQUEST] * 30)
    await till.flow.refund(RRN, TEN)
    (refund,) = await till.journal.refunds.unsettled_refunds()
    message = refund.request
    assert set(till.service.sent) == {message.header + message.body + message.signature}
    assert refund.intent == TEN
    assert refund.original_rrn == RRN


async def test_the_latest_approved_payments_are_listed_newest_first(till: Till) -> None:
    till.clock.advance(60)
    newest = await approve(till.journal, till.clock, till.randomness)
    found = await till.journal.refunds.latest_approved(1)
    assert [item.decision for item in found] == [newest]
    assert len(await till.journal.refunds.latest_approved(10)) == 2


@pytest.mark.rule("OFF-03")
async def test_asking_again_tells_how_the_last_refund_of_a_payment_ended(till: Till) -> None:
    assert await till.flow.ask_again(RRN) == NotRefunded(RefundStop.NO_SUCH_PAYMENT)
    till.service.faults.extend([RefundFault.LOSE_REPLY] * 30)
    unknown = await till.flow.refund(RRN, TEN)
    assert await till.flow.ask_again(RRN) == unknown
    till.service.faults.clear()
    known = await till.flow.ask_again(RRN)
    assert isinstance(known, Refunded)
    sent = len(till.service.sent)
    assert await till.flow.ask_again(RRN) == known
    assert len(till.service.sent) == sent
    assert till.service.refunded == 10_00
    assert await till.flow.refund(RRN, RefundIntent(RefundKind.REFUND, Money(100_00))) == (
        RefundRefused(RefundOutcome.MORE_THAN_IS_LEFT)
    )
    assert await till.flow.ask_again(RRN) == RefundRefused(RefundOutcome.MORE_THAN_IS_LEFT)


async def test_asking_again_about_what_was_never_done_says_so(till: Till) -> None:
    till.service.faults.append(RefundFault.REFUSE)
    await till.flow.refund(RRN, TEN)
    assert await till.flow.ask_again(RRN) == NotRefunded(RefundStop.NOT_ACCEPTED)


async def test_the_latest_approved_payments_are_listed(till: Till) -> None:
    (payment,) = await till.flow.latest(5)
    assert payment.rrn == RRN
    assert await till.flow.latest(0) == []
