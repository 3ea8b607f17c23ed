"""What can be typed after `facepay-clearing operator`."""

import argparse
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeAlias

from clearing_service.bootstrap import commands, operator_acts, operator_views
from facepay.operator_act import ActKind, ActState

DEFAULT_DIRECTORY = Path("sandbox")

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name
Command: TypeAlias = Callable[[argparse.Namespace], Coroutine[object, object, None]]

_STANDINGS = (
    ("suspend", ActKind.SUSPEND_PARTICIPANT, "take no new payment of an institution"),
    ("restore", ActKind.RESTORE_PARTICIPANT, "take payments of a suspended institution again"),
    ("remove", ActKind.REMOVE_PARTICIPANT, "end its part for ever, once nothing is open"),
)


def add_operator(subcommands: Subcommands) -> None:
    """Add the command with everything below it."""
    operator = subcommands.add_parser("operator", help="look at the running service, and act")
    groups = operator.add_subparsers(required=True, metavar="action")
    _look(groups, "overview", "gallery, payments, ledger, audit", commands.overview)
    _add_losses(groups)
    _add_acts(groups)
    _add_participants(groups)
    generate = groups.add_parser(
        "generate-references", help="fill the gallery with references that belong to nobody"
    )
    _who(generate)
    generate.add_argument("--count", type=int, required=True)
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
        decided.add_argument("number", type=int, help="the act's number")


def _add_participants(groups: Subcommands) -> None:
    participants = _group(groups, "participants", "issuers and acquirers")
    _look(participants, "list", "how each stands", operator_views.list_participants)
    for name, kind, text in _STANDINGS:
        standing = participants.add_parser(name, help=text)
        _act(standing, operator_acts.change_standing)
        standing.add_argument("participant", help="its number")
        standing.set_defaults(kind=kind)
    cap = participants.add_parser("cap", help="change how much it may owe")
    _act(cap, operator_acts.change_cap)
    cap.add_argument("participant", help="its number")
    _amount(cap)


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
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--login", required=True, help="the owner's name at the issuer")


def _amount(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--amount", required=True, help="in yuan, such as 1250.00")
