"""What can be typed after `facepay-clearing operator`."""

import argparse
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeAlias

from clearing_service.bootstrap import (
    commands,
    operator_acts,
    operator_cases,
    operator_views,
    operator_windows,
)
from clearing_service.bootstrap.typed import number_from_one, participant, receipt_number
from clearing_service.cases.case import CaseKind, CaseState
from facepay.operator_act import NEEDED_FIELDS, ActKind, ActState, Evidence

DEFAULT_DIRECTORY = Path("sandbox")

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name
Command: TypeAlias = Callable[[argparse.Namespace], Coroutine[object, object, None]]

_STANDINGS = (
    ("suspend", ActKind.SUSPEND_PARTICIPANT, "take no new payment of an institution"),
    ("restore", ActKind.RESTORE_PARTICIPANT, "take payments of a suspended institution again"),
    ("remove", ActKind.REMOVE_PARTICIPANT, "end its part for ever, once nothing is open"),
)

_FUNDS = (
    ("in", ActKind.FUNDS_IN, "a participant brought money"),
    ("out", ActKind.FUNDS_OUT, "a participant takes money that it does not need"),
    ("reserve-in", ActKind.RESERVE_IN, "the institution fills the risk reserve"),
    ("reserve-out", ActKind.RESERVE_OUT, "the institution takes money out of the risk reserve"),
    ("fees-out", ActKind.FEES_OUT, "the institution takes out what it earned"),
)
_WINDOW_STEPS = (
    ("close", ActKind.CLOSE_WINDOW, "close it before its cutover; the next opens"),
    ("settle", ActKind.SETTLE_WINDOW, "settle it, with those before it that wait"),
    ("abort", ActKind.ABORT_WINDOW, "give up its settlement; what is owed is owed still"),
    ("rejoin", ActKind.REJOIN_WINDOW, "let it be settled again"),
)


def add_operator(subcommands: Subcommands) -> None:
    """Add the command with everything below it."""
    operator = subcommands.add_parser("operator", help="look at the running service, and act")
    groups = operator.add_subparsers(required=True, metavar="action")
    _look(groups, "overview", "gallery, payments, ledger, audit", commands.overview)
    _add_losses(groups)
    _add_acts(groups)
    _add_participants(groups)
    _add_windows(groups)
    _add_reports(groups)
    _add_funds(groups)
    _add_cases(groups)
    generate = groups.add_parser(
        "generate-references", help="fill the gallery with references that belong to nobody"
    )
    _who(generate)
    generate.add_argument("--count", type=number_from_one, required=True)
    generate.set_defaults(command=commands.generate_references)


def _add_losses(groups: Subcommands) -> None:
    report = groups.add_parser("report-loss", help="stop face payment of an account at once")
    _who(report)
    _account_owner(report)
    report.add_argument("--by", choices=commands.LOSS_REPORTERS, default="operator")
    report.set_defaults(command=commands.report_loss)
    lift = groups.add_parser("lift-loss-report", help="let face payment of an account go on")
    _act(lift, commands.lift_loss_report)
    _account_owner(lift)


def _add_acts(groups: Subcommands) -> None:
    acts = _group(groups, "acts", "what operators proposed, and its approval")
    listed = _look(acts, "list", "the acts, newest first", operator_acts.list_acts)
    states = [state.name.lower() for state in ActState]
    listed.add_argument("--state", choices=states, help="only those in this state")
    for name, command, text in (
        ("approve", operator_acts.approve, "approve what another operator proposed"),
        ("reject", operator_acts.reject, "reject it, or take an own act back"),
    ):
        decided = _look(acts, name, text, command)
        _number(decided)


def _add_participants(groups: Subcommands) -> None:
    participants = _group(groups, "participants", "issuers and acquirers")
    _look(participants, "list", "how each stands", operator_views.list_participants)
    for name, kind, text in _STANDINGS:
        standing = participants.add_parser(name, help=text)
        _act(standing, operator_acts.change_standing)
        standing.add_argument("participant", type=participant, help="its number")
        standing.set_defaults(kind=kind)
    cap = participants.add_parser("cap", help="change how much it may owe")
    _act(cap, operator_acts.change_cap)
    cap.add_argument("participant", type=participant, help="its number")
    _amount(cap)


def _add_windows(groups: Subcommands) -> None:
    windows = _group(groups, "windows", "the business days of settlement")
    _look(windows, "list", "every window", operator_windows.list_windows)
    _number(_look(windows, "show", "what it nets to", operator_windows.show_window))
    for name, kind, text in _WINDOW_STEPS:
        step = windows.add_parser(name, help=text)
        _act(step, operator_acts.change_window)
        _number(step)
        step.set_defaults(kind=kind)
    _look(groups, "positions", "every account of the book", operator_windows.show_accounts)


def _add_reports(groups: Subcommands) -> None:
    reports = _group(groups, "reports", "what each participant gets of a window")
    listed = _look(reports, "list", "who has lines in it", operator_windows.list_reports)
    written = _look(reports, "write", "write the files", operator_windows.write_reports)
    for parser in (listed, written):
        parser.add_argument("--window", type=number_from_one, required=True, help="its number")
    written.add_argument("--to", type=Path, required=True, help="a folder")
    written.add_argument("--participant", type=participant, help="only this one's")


def _add_funds(groups: Subcommands) -> None:
    funds = _group(groups, "funds", "money for settlement and the risk reserve")
    for name, kind, text in _FUNDS:
        moved = funds.add_parser(name, help=text)
        is_participants = "participant_id" in NEEDED_FIELDS[kind]
        _act(moved, operator_acts.move_funds if is_participants else operator_acts.move_own_funds)
        if is_participants:
            moved.add_argument("participant", type=participant, help="its number")
        _amount(moved)
        moved.set_defaults(kind=kind)


def _add_cases(groups: Subcommands) -> None:
    cases = _group(groups, "cases", "complaints, losses, one-sided entries")
    opened = _look(cases, "open", "open a case", operator_cases.open_case)
    kinds = [kind.name.lower() for kind in CaseKind]
    opened.add_argument("--kind", choices=kinds, required=True)
    opened.add_argument(
        "--rrn", type=receipt_number, help="the payment's number on the receipt; a loss needs it"
    )
    opened.add_argument("--amount", help="in yuan; a loss is of all that is left without it")
    opened.add_argument("--note", default="", help="what is said; no name of a payer")
    opened.add_argument("--owner", default="", help="who must act; you without it")
    listed = _look(cases, "list", "the cases by number", operator_cases.list_cases)
    states = [state.name.lower() for state in CaseState]
    listed.add_argument("--state", choices=states, help="only those in this state")
    _number(_look(cases, "show", "everything about one", operator_cases.show_case))
    assigned = _look(cases, "assign", "give it another owner", operator_cases.assign_case)
    _number(assigned)
    assigned.add_argument("--owner", required=True)
    _add_case_decisions(cases)


def _add_case_decisions(cases: Subcommands) -> None:
    dismissed = cases.add_parser("dismiss", help="the payer is proved to have caused the loss")
    _act(dismissed, operator_cases.dismiss_case)
    _number(dismissed)
    proofs = [item.name.lower() for item in Evidence]
    dismissed.add_argument("--evidence", choices=proofs, required=True)
    paid = cases.add_parser("pay", help="pay a loss from the risk reserve before it is due")
    _act(paid, operator_cases.pay_case)
    _number(paid)
    recovered = cases.add_parser("recover", help="a liable participant pays the reserve back")
    _act(recovered, operator_cases.recover_case)
    _number(recovered)
    recovered.add_argument(
        "--liable", type=participant, required=True, help="the participant's number"
    )
    _amount(recovered)
    closed = cases.add_parser("close", help="end a case that moves no money any more")
    _act(closed, operator_cases.close_case)
    _number(closed)


def _number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=number_from_one, help="its number")


def _group(groups: Subcommands, name: str, text: str) -> Subcommands:
    return groups.add_parser(name, help=text).add_subparsers(required=True, metavar="action")


def _look(group: Subcommands, name: str, text: str, command: Command) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=text)
    _who(parser)
    parser.set_defaults(command=command)
    return parser


def _act(parser: argparse.ArgumentParser, command: Command) -> None:
    _who(parser)
    parser.add_argument("--reason", required=True, help="why, in one line")
    parser.set_defaults(command=command)


def _who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--directory", type=Path, default=DEFAULT_DIRECTORY, help="the sandbox (%(default)s)"
    )
    parser.add_argument(
        "--as",
        dest="operator",
        metavar="NAME",
        default="",
        help="whose certificate is used: operator-1, operator-2; none is the console's",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _account_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--issuer", type=participant, required=True)
    parser.add_argument("--login", required=True, help="the owner's name at the issuer")


def _amount(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--amount", required=True, help="in yuan, such as 1250.00")
