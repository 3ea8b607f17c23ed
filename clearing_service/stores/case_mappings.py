"""Rows of cases."""

from typing import Any

from sqlalchemy import Row

from clearing_service.cases.case import Case, CaseKind, CaseState, Claim
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import ParticipantId, PaymentId, RetrievalReferenceNumber
from facepay.money import Currency, Money
from facepay.operator_act import Evidence


def _write(number: int, case: Case) -> Columns:
    return {
        "number": number,
        **_write_claim(case.claim),
        "owner": case.owner,
        "opened_by": case.opened_by,
        "opened_at_ms": to_milliseconds(case.opened_at),
        "due_at_ms": to_milliseconds(case.due_at),
        "state": case.state.name,
        "evidence": case.evidence.name if case.evidence else None,
        "decided_at_ms": to_milliseconds_or_none(case.decided_at),
        "paid_minor_units": case.paid.amount_minor_units if case.paid else None,
        "recovered_minor_units": case.recovered_minor_units,
        "recovery_count": case.recovery_count,
    }


def _write_claim(claim: Claim) -> Columns:
    return {
        "source": claim.source,
        "kind": claim.kind.name,
        "participant_id": claim.participant_id.value if claim.participant_id else None,
        "payment_id": claim.payment_id.value if claim.payment_id else None,
        "rrn": claim.rrn.value if claim.rrn else None,
        "amount_minor_units": claim.amount.amount_minor_units if claim.amount else None,
        "currency": claim.amount.currency.value if claim.amount else None,
        "note": claim.note,
    }


def _read(row: Row[Any]) -> tuple[int, Case]:
    paid = row.paid_minor_units
    case = Case(
        number=row.number,
        claim=_read_claim(row),
        owner=row.owner,
        opened_by=row.opened_by,
        opened_at=from_milliseconds(row.opened_at_ms),
        due_at=from_milliseconds(row.due_at_ms),
        state=CaseState[row.state],
        evidence=Evidence[row.evidence] if row.evidence else None,
        decided_at=from_milliseconds_or_none(row.decided_at_ms),
        paid=None if paid is None else Money(paid),
        recovered_minor_units=row.recovered_minor_units,
        recovery_count=row.recovery_count,
    )
    return row.number, case


def _read_claim(row: Row[Any]) -> Claim:
    amount = row.amount_minor_units
    return Claim(
        source=row.source,
        kind=CaseKind[row.kind],
        participant_id=ParticipantId(row.participant_id) if row.participant_id else None,
        payment_id=PaymentId(row.payment_id) if row.payment_id else None,
        rrn=RetrievalReferenceNumber(row.rrn) if row.rrn else None,
        amount=None if amount is None else Money(amount, Currency(row.currency)),
        note=row.note,
    )


CASES = RowMapping[int, Case](
    tables.CASE_FILE, tables.CASE_FILE.c.number, lambda key: key, _read, _write
)
CASE_NUMBERS = RowMapping[str, int](
    tables.CASE_FILE,
    tables.CASE_FILE.c.source,
    lambda key: key,
    lambda row: (row.source, row.number),
    lambda _, number: {"number": number},
)
"""Finds a case by what it is about; only read: the number is written with the case."""
