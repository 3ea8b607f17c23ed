"""The operator commands that change something: each proposes an act, or decides another's."""

import argparse
import sys
from pathlib import Path

from clearing_service.approval.proposal import REQUEST_ID_BYTES, ActAnswer, Proposal, Wish
from clearing_service.bootstrap.expiry import require_valid
from clearing_service.bootstrap.tables import (
    Column,
    PlainRow,
    lower,
    money_in_yuan,
    number,
    show,
    show_json,
    time,
    utc,
    words,
    yuan,
)
from clearing_service.config import ConfigError
from clearing_service.errors import ClearingError
from clearing_service.provisioning.layout import SandboxLayout
from clearing_service.rpc.operator_client import ActClient
from clearing_service.transport.credentials import TlsFiles
from facepay.operator_act import Act, ActKind, ActOutcome, ActRefusal, ActState
from facepay.ports import SystemClock, SystemRandomness

REFUSALS = {
    ActRefusal.OWN_ACT: "whoever proposed an act cannot approve it",
    ActRefusal.ACT_NOT_FOUND: "there is no such act",
    ActRefusal.ACT_EXPIRED: "nobody decided the act in time; propose it again",
    ActRefusal.ACT_ENDED: "the act was decided before",
    ActRefusal.REQUEST_ID_TAKEN: "the request id belongs to another proposal",
    ActRefusal.WOULD_BE_REFUSED: "as things are it could not be done",
}
OUTCOMES = {
    ActOutcome.DONE: "done",
    ActOutcome.UNKNOWN_PARTICIPANT: "no issuer or acquirer has this number",
    ActOutcome.ALREADY_SO: "it is so already",
    ActOutcome.REMOVED_BEFORE: "the participant was removed",
    ActOutcome.POSITION_OPEN: "something is still open on the participant's accounts",
    ActOutcome.NO_LOSS_REPORT: "no loss report stands against the account",
    ActOutcome.NO_AMOUNT: "the amount is zero",
    ActOutcome.INSUFFICIENT_FUNDS: "the funds are not there, or are needed for what is owed",
    ActOutcome.PARTICIPANT_SUSPENDED: "nothing is paid out to a suspended participant",
    ActOutcome.RESERVE_TOO_LOW: "the risk reserve is too low",
    ActOutcome.MORE_THAN_COMPENSATED: "it is more than what the reserve is out of pocket",
    ActOutcome.NO_SUCH_WINDOW: "there is no such window",
    ActOutcome.WINDOW_EMPTY: "nothing was booked in the window yet",
    ActOutcome.CLOSED_BEFORE: "the window was closed before",
    ActOutcome.STILL_OPEN: "the window is still open",
    ActOutcome.NOT_PRICED: "the window's fees are not booked yet: try again in a moment",
    ActOutcome.SETTLED_BEFORE: "the window was settled before",
    ActOutcome.IS_ABORTED: "the window's settlement was given up; it can rejoin",
    ActOutcome.NOT_ABORTED: "the window's settlement was not given up",
    ActOutcome.LACKS_FUNDS: "a participant owes more than the funds it has",
    ActOutcome.NO_SUCH_CASE: "there is no such case",
    ActOutcome.CASE_ENDED: "the case has ended",
    ActOutcome.NOT_A_LOSS: "the case is no loss",
    ActOutcome.TOO_LATE: "the proof came after it was due",
    ActOutcome.NO_PROOF: "that does not prove that the payer caused the loss",
    ActOutcome.NOTHING_LEFT: "the money of the payment has gone back already",
    ActOutcome.MUST_BE_PAID: "a loss is dismissed or paid, and not simply closed",
    ActOutcome.ENTRY_TAKEN: "another movement has the same name",
    ActOutcome.NO_COMPENSATION: "the reserve has not paid yet",
}

_NUMBERS = ("window", "case")

ACT_COLUMNS: tuple[Column, ...] = (
    number("act", "number"),
    words("what", "summary"),
    words("state", "state"),
    words("maker", "maker"),
    words("checker", "checker"),
    time("proposed", "proposed_at"),
    words("outcome", "outcome"),
    words("reason", "reason"),
)


class NotTakenError(ClearingError):
    """The service answered no, for a named reason. Nothing was changed."""


def operator_folder(options: argparse.Namespace) -> Path:
    """Return the folder of whoever runs the command; raises `ConfigError`.

    An operator whose certificate has ended is told so.
    """
    layout = SandboxLayout(options.directory)
    folder = layout.operators / options.operator if options.operator else layout.operator
    names = sorted(item.name for item in layout.operators.glob("*/"))
    if not folder.is_dir() or (options.operator and options.operator not in names):
        known = ", ".join(names)
        known_text = f"; there are {known}" if known else ""
        who = options.operator or "operator"
        raise ConfigError(f"there is no {who} in {options.directory}{known_text}")
    leaf = TlsFiles.in_directory(folder).leaf()
    require_valid(leaf.not_valid_after_utc, folder, SystemClock())
    return folder


async def propose(options: argparse.Namespace, act: Act) -> None:
    """Propose an act and tell what came of it; raises `NotTakenError`."""
    wish = Wish(SystemRandomness().bytes(REQUEST_ID_BYTES), act, options.reason)
    async with ActClient(operator_folder(options)) as client:
        answer = await client.propose(wish)
    _tell(answer, is_json=options.json)


async def approve(options: argparse.Namespace) -> None:
    """Approve another operator's act."""
    async with ActClient(operator_folder(options)) as client:
        _tell(await client.approve(options.number), is_json=options.json)


async def reject(options: argparse.Namespace) -> None:
    """Reject an act, or take an own one back."""
    async with ActClient(operator_folder(options)) as client:
        _tell(await client.reject(options.number), is_json=options.json)


async def list_acts(options: argparse.Namespace) -> None:
    """List acts, newest first."""
    states = [ActState[options.state.upper()]] if options.state else []
    async with ActClient(operator_folder(options)) as client:
        acts = await client.acts(states)
    show("acts", [act_row(item) for item in acts], ACT_COLUMNS, is_json=options.json)


async def change_standing(options: argparse.Namespace) -> None:
    """Suspend, restore or remove a participant."""
    await propose(options, Act(options.kind, options.participant))


async def change_cap(options: argparse.Namespace) -> None:
    """Give a participant another net debit cap."""
    cap = money_in_yuan(options.amount)
    await propose(options, Act(ActKind.CHANGE_NET_DEBIT_CAP, options.participant, cap))


async def move_funds(options: argparse.Namespace) -> None:
    """Move a participant's funds."""
    act = Act(options.kind, options.participant, money_in_yuan(options.amount))
    await propose(options, act)


async def move_own_funds(options: argparse.Namespace) -> None:
    """Move funds of the institution's own."""
    await propose(options, Act(options.kind, amount=money_in_yuan(options.amount)))


async def change_window(options: argparse.Namespace) -> None:
    """Close, settle, abort or rejoin a window."""
    await propose(options, Act(options.kind, window=options.number))


def act_row(proposal: Proposal) -> PlainRow:
    """Return an act as plain values."""
    return {
        "number": proposal.number,
        "kind": lower(proposal.act.kind),
        **_act_details(proposal.act),
        "summary": summary(proposal.act),
        "reason": proposal.wish.reason,
        "state": lower(proposal.state),
        "maker": proposal.maker,
        "checker": proposal.checker,
        "proposed_at": utc(proposal.proposed_at),
        "expires_at": utc(proposal.expires_at),
        "decided_at": utc(proposal.decided_at),
        "outcome": lower(proposal.outcome),
    }


def summary(act: Act) -> str:
    """Return what an act does, in one line."""
    shown = [act.kind.name.lower().replace("_", " ")]
    shown += [str(item) for item in (act.window, act.case) if item is not None]
    if act.account_alias is not None:
        shown.append(act.account_alias.value)
    if act.evidence is not None:
        shown.append(act.evidence.name.lower().replace("_", " "))
    if act.participant_id is not None:
        shown.append(act.participant_id.value)
    if act.amount is not None:
        shown.append(f"{yuan(act.amount.amount_minor_units)} yuan")
    return " ".join(shown)


def _act_details(act: Act) -> PlainRow:
    found: dict[str, str | int | None] = {}
    for name, value in act.details:
        if name == "amount":
            found["amount_minor_units"] = act.known_amount.amount_minor_units
        else:
            found[name] = int(value) if name in _NUMBERS else value.lower()
    return found


def _tell(answer: ActAnswer, *, is_json: bool) -> None:
    if is_json:
        show_json(
            {
                "act": act_row(answer.proposal) if answer.proposal else None,
                "refusal": lower(answer.refusal),
                "outcome": lower(answer.outcome),
            }
        )
    if answer.refusal is not None:
        outcome = f": {OUTCOMES[answer.outcome]}" if answer.outcome else ""
        names = " ".join(item.name for item in (answer.refusal, answer.outcome) if item)
        raise NotTakenError(f"{REFUSALS[answer.refusal]}{outcome} ({names})")
    proposal = answer.proposal
    if proposal is not None and proposal.state is ActState.REFUSED and proposal.outcome:
        names = f"{ActState.REFUSED.name} {proposal.outcome.name}"
        raise NotTakenError(f"act {proposal.number}: {OUTCOMES[proposal.outcome]} ({names})")
    if proposal is not None and not is_json:
        _tell_state(proposal)


def _tell_state(proposal: Proposal) -> None:
    line = f"act {proposal.number}: {summary(proposal.act)}: "
    if proposal.state is ActState.PROPOSED:
        line += f"proposed by {proposal.maker}; it waits for another operator's approval"
    elif proposal.state is ActState.REJECTED:
        line += f"rejected by {proposal.checker}"
    elif proposal.checker == proposal.maker:
        line += f"done by {proposal.maker}"
    else:
        line += f"done; proposed by {proposal.maker}, approved by {proposal.checker}"
    sys.stdout.write(line + "\n")
