"""A terminal's totals cross the wire as they are, and nothing else is taken for them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError
from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.terminal_totals import ENTRIES_MAX, EntryKind, TerminalTotals, TotalsEntry
from facepay.v1 import terminal_pb2 as pb
from facepay.wire.reconciliation import (
    SUM_MAX_MINOR_UNITS,
    ReconcileTotalsBody,
    ReconcileTotalsReply,
)

TOTALS = TerminalTotals(3, 52_30, 1, 2_50)
ENTRY = TotalsEntry(
    EntryKind.PAYMENT, PaymentId(bytes(16)), RetrievalReferenceNumber("606100000002"), Money(5)
)
BODY = ReconcileTotalsBody(bytes(32), date(2026, 3, 2), TOTALS)

counts = st.integers(0, 2**32 - 1)
sums = st.integers(0, SUM_MAX_MINOR_UNITS)


@given(st.builds(TerminalTotals, counts, sums, counts, sums), st.dates())
def test_totals_are_read_back(totals: TerminalTotals, day: date) -> None:
    body = ReconcileTotalsBody(bytes(32), day, totals)
    assert ReconcileTotalsBody.from_bytes(body.to_bytes()) == body


@pytest.mark.parametrize("entries", [(), (ENTRY,), (ENTRY,) * ENTRIES_MAX])
def test_a_reply_is_read_back_and_fits_a_message(entries: tuple[TotalsEntry, ...]) -> None:
    reply = ReconcileTotalsReply(TOTALS, entries)
    message = reply.to_message()
    assert ReconcileTotalsReply.from_message(message) == reply
    assert message.ByteSize() < 65_536


@pytest.mark.parametrize("day", ["", "20260302", "2026-3-2", "2026-02-30", "yesterday"])
def test_another_date_is_refused(day: str) -> None:
    message = pb.ReconcileTotalsBody(salt=bytes(32), business_date=day)
    with pytest.raises(MalformedFieldError):
        ReconcileTotalsBody.from_bytes(message.SerializeToString())


@pytest.mark.parametrize("amount", [-1, SUM_MAX_MINOR_UNITS + 1])
def test_an_impossible_sum_is_refused(amount: int) -> None:
    message = pb.ReconcileTotalsResponse(totals=pb.TerminalTotals(payments_minor_units=amount))
    with pytest.raises(MalformedFieldError):
        ReconcileTotalsReply.from_message(message)


def test_too_many_entries_or_unknown_ones_are_refused() -> None:
    many = ReconcileTotalsReply(TOTALS, (ENTRY,) * (ENTRIES_MAX + 1)).to_message()
    unknown = pb.ReconcileTotalsResponse(entries=[pb.TotalsEntry(payment_id=bytes(16))])
    for message in (many, unknown):
        with pytest.raises(MalformedFieldError):
            ReconcileTotalsReply.from_message(message)
