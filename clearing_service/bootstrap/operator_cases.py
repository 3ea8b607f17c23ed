"""The operator commands about cases: opened, owned, decided."""

import argparse

from clearing_service.approval.proposal import REQUEST_ID_BYTES
from clearing_service.bootstrap.operator_acts import NotTakenError, operator_folder, propose
from clearing_service.bootstrap.tables import (
    Column,
    PlainRow,
    amount,
    lower,
    money_in_yuan,
    number,
    show,
    show_facts,
    time,
    utc,
    words,
)
from clearing_service.cases.case import Case, CaseKind, CaseState
from clearing_service.operation.case_desk import CaseWish
from clearing_service.operation.case_work import CaseAnswer, CaseRefusal
from clearing_service.rpc.operator_client import CaseClient
from facepay.operator_act import Act, ActKind, Evidence
from facepay.ports import SystemRandomness

REFUSALS = {
    CaseRefusal.PAYMENT_NOT_FOUND: "no payment has this number",
    CaseRefusal.NOTHING_TO_CLAIM: "no money moved, or all of it has gone back",
    CaseRefusal.MORE_THAN_PAID: "the claim is more than what has not gone back",
    CaseRefusal.CLAIMED_BEFORE: "the payment's loss was claimed before",
    CaseRefusal.NO_SUCH_CASE: "there is no such case",
    CaseRefusal.CASE_ENDED: "the case has ended",
}

CASE_COLUMNS: tuple[Column, ...] = (
    number("case", "number"),
    words("kind", "kind"),
    words("state", "state"),
    words("owner", "owner"),
    time("due", "due_at"),
    words("payment", "rrn"),
    words("participant", "participant_id"),
    amount("claimed", "amount_minor_units"),
    amount("paid", "paid_minor_units"),
    amount("recovered", "recovered_minor_units"),
)
FACTS: tuple[Column, ...] = (
    *CASE_COLUMNS,
    words("opened by", "opened_by"),
    time("opened", "opened_at"),
    time("decided", "decided_at"),
    words("evidence", "evidence"),
    words("note", "note"),
)


async def open_case(options: argparse.Namespace) -> None:
    """Open a case."""
    wish = CaseWish(
        request_id=SystemRandomness().bytes(REQUEST_ID_BYTES),
        kind=CaseKind[options.kind.upper()],
        rrn=options.rrn,
        amount=money_in_yuan(options.amount) if options.amount else None,
        note=options.note,
        owner=options.owner,
    )
    async with CaseClient(operator_folder(options)) as client:
        _tell(await client.open(wish), options)


async def assign_case(options: argparse.Namespace) -> None:
    """Give a case another owner."""
    async with CaseClient(operator_folder(options)) as client:
        _tell(await client.assign(options.number, options.owner), options)


async def list_cases(options: argparse.Namespace) -> None:
    """List cases by number."""
    states = [CaseState[options.state.upper()]] if options.state else []
    async with CaseClient(operator_folder(options)) as client:
        found = await client.cases(states)
    show("cases", [_row(item) for item in found], CASE_COLUMNS, is_json=options.json)


async def show_case(options: argparse.Namespace) -> None:
    """Show one case with everything known of it."""
    async with CaseClient(operator_folder(options)) as client:
        found = [item for item in await client.cases([]) if item.number == options.number]
    if not found:
        raise NotTakenError(_refusal_text(CaseRefusal.NO_SUCH_CASE))
    show_facts(_row(found[0]), FACTS, is_json=options.json)


async def dismiss_case(options: argparse.Namespace) -> None:
    """Propose that a loss is dismissed."""
    evidence = Evidence[options.evidence.upper()]
    await propose(options, Act(ActKind.DISMISS_CASE, case=options.number, evidence=evidence))


async def pay_case(options: argparse.Namespace) -> None:
    """Propose that a loss is paid before it is due."""
    await propose(options, Act(ActKind.COMPENSATE_CASE, case=options.number))


async def recover_case(options: argparse.Namespace) -> None:
    """Propose that a participant pays back what the reserve paid."""
    liable, sum_ = options.liable, money_in_yuan(options.amount)
    act = Act(ActKind.RECOVER_CASE, case=options.number, participant_id=liable, amount=sum_)
    await propose(options, act)


async def close_case(options: argparse.Namespace) -> None:
    """Propose that a case is closed."""
    await propose(options, Act(ActKind.CLOSE_CASE, case=options.number))


def _tell(answer: CaseAnswer, options: argparse.Namespace) -> None:
    if answer.refusal is not None:
        number_text = f"; see case {answer.case.number}" if answer.case else ""
        raise NotTakenError(_refusal_text(answer.refusal) + number_text)
    if answer.case is not None:
        show_facts(_row(answer.case), FACTS, is_json=options.json)


def _refusal_text(refusal: CaseRefusal) -> str:
    return f"{REFUSALS[refusal]} ({refusal.name})"


def _row(case: Case) -> PlainRow:
    claim = case.claim
    return {
        "number": case.number,
        "kind": lower(claim.kind),
        "state": lower(case.state),
        "owner": case.owner,
        "opened_by": case.opened_by,
        "opened_at": utc(case.opened_at),
        "due_at": utc(case.due_at),
        "payment_id": str(claim.payment_id) if claim.payment_id else None,
        "rrn": claim.rrn.value if claim.rrn else None,
        "participant_id": claim.participant_id.value if claim.participant_id else None,
        "amount_minor_units": claim.amount.amount_minor_units if claim.amount else None,
        "paid_minor_units": case.paid.amount_minor_units if case.paid else None,
        "recovered_minor_units": case.recovered_minor_units,
        "evidence": lower(case.evidence),
        "decided_at": utc(case.decided_at),
        "note": claim.note or None,
        "source": claim.source,
    }
