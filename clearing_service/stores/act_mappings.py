"""Rows of operators' acts."""

from typing import Any

from sqlalchemy import Row

from clearing_service.approval.proposal import Proposal, Wish
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.money import Currency, Money
from facepay.operator_act import Act, ActKind, ActOutcome, ActState, Evidence


def _write(number: int, proposal: Proposal) -> Columns:
    return {
        "number": number,
        "request_id": proposal.wish.request_id,
        **_write_act(proposal.act),
        "reason": proposal.wish.reason,
        "maker": proposal.maker,
        "proposed_at_ms": to_milliseconds(proposal.proposed_at),
        "expires_at_ms": to_milliseconds(proposal.expires_at),
        "state": proposal.state.name,
        "checker": proposal.checker,
        "decided_at_ms": to_milliseconds_or_none(proposal.decided_at),
        "outcome": proposal.outcome.name if proposal.outcome else None,
    }


def _write_act(act: Act) -> Columns:
    return {
        "kind": act.kind.name,
        "participant_id": act.participant_id.value if act.participant_id else None,
        "amount_minor_units": act.amount.amount_minor_units if act.amount else None,
        "currency": act.amount.currency.value if act.amount else None,
        "account_alias": act.account_alias.value if act.account_alias else None,
        "window_number": act.window,
        "case_number": act.case,
        "evidence": act.evidence.name if act.evidence else None,
    }


def _read(row: Row[Any]) -> tuple[int, Proposal]:
    proposal = Proposal(
        number=row.number,
        wish=Wish(row.request_id, _read_act(row), row.reason),
        maker=row.maker,
        proposed_at=from_milliseconds(row.proposed_at_ms),
        expires_at=from_milliseconds(row.expires_at_ms),
        state=ActState[row.state],
        checker=row.checker,
        decided_at=from_milliseconds_or_none(row.decided_at_ms),
        outcome=ActOutcome[row.outcome] if row.outcome else None,
    )
    return row.number, proposal


def _read_act(row: Row[Any]) -> Act:
    amount = row.amount_minor_units
    return Act(
        kind=ActKind[row.kind],
        participant_id=ParticipantId(row.participant_id) if row.participant_id else None,
        amount=None if amount is None else Money(amount, Currency(row.currency)),
        account_alias=AccountAlias(row.account_alias) if row.account_alias else None,
        window=row.window_number,
        case=row.case_number,
        evidence=Evidence[row.evidence] if row.evidence else None,
    )


ACTS = RowMapping[int, Proposal](
    tables.OPERATOR_ACT, tables.OPERATOR_ACT.c.number, lambda key: key, _read, _write
)
ACT_NUMBERS = RowMapping[bytes, int](
    tables.OPERATOR_ACT,
    tables.OPERATOR_ACT.c.request_id,
    lambda key: key,
    lambda row: (row.request_id, row.number),
    lambda _, number: {"number": number},
)
"""Finds an act by its request; only read: the number is written with the act."""
