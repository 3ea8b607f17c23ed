"""What can be typed after `facepay-clearing`, and how a failure is told to a person."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from clearing_service.bootstrap import commands
from clearing_service.bootstrap.operator_acts import NotTakenError
from clearing_service.bootstrap.operator_line import DEFAULT_DIRECTORY, Subcommands, add_operator
from clearing_service.bootstrap.report_verification import verify_report
from clearing_service.bootstrap.statements import add_statements
from clearing_service.bootstrap.typed import participant
from clearing_service.config import STORE_NAMES
from clearing_service.errors import ClearingError
from clearing_service.provisioning.layout import DEFAULT_BASE_PORT
from clearing_service.settlement.report_texts import Language
from facepay.errors import FacepayError

EXIT_FAILED, EXIT_NOT_TAKEN, EXIT_INTERRUPTED = 1, 3, 130
"""2 is argparse's own, for a command line that is none."""


def run(arguments: Sequence[str]) -> int:
    """Run one command. A failure that we foresee is one line on standard error.

    Returns 0; 3 if the service answered no, for a named reason; 1 if the command failed.
    """
    options = _parser().parse_args(arguments)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            exit_code = runner.run(options.command(options))
    except NotTakenError as error:
        sys.stderr.write(f"facepay-clearing: not done: {error}\n")
        return EXIT_NOT_TAKEN
    except (ClearingError, FacepayError) as error:
        sys.stderr.write(f"facepay-clearing: {error}\n")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return exit_code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facepay-clearing",
        description="A simulated clearing institution for face payment, its matching parties and "
        "its issuers. Nothing here is certified; no real money moves.",
    )
    subcommands = parser.add_subparsers(required=True, metavar="command")
    _add_init(subcommands)
    _add_serving(subcommands)
    _add_verify_report(subcommands)
    add_statements(subcommands)
    _add_terminal(subcommands)
    _add_certificates(subcommands)
    add_operator(subcommands)
    _add_account(subcommands)
    return parser


def _add_init(subcommands: Subcommands) -> None:
    init = subcommands.add_parser("init", help="make a new sandbox: keys, stores, participants")
    _directory(init)
    init.add_argument("--host", default="127.0.0.1", help="where the services listen")
    init.add_argument("--base-port", type=int, default=DEFAULT_BASE_PORT)
    for name in STORE_NAMES:
        init.add_argument(f"--{name}-url", default="", help=f"SQLAlchemy URL of the {name} store")
    _json(init)
    init.set_defaults(command=commands.initialise)


def _add_serving(subcommands: Subcommands) -> None:
    serve = subcommands.add_parser("serve", help="run the clearing service, party 1 inside")
    _directory(serve)
    serve.set_defaults(command=commands.serve)
    party = subcommands.add_parser("party", help="run matching party 2 or 3")
    _directory(party)
    party.add_argument("--number", type=int, choices=(2, 3), required=True)
    party.set_defaults(command=commands.serve_party)
    audit = subcommands.add_parser("verify-audit", help="prove ledger and audit trail")
    _directory(audit)
    _json(audit)
    audit.set_defaults(command=commands.verify_audit)


def _add_verify_report(subcommands: Subcommands) -> None:
    report = subcommands.add_parser(
        "verify-report",
        help="check a settlement report as any participant can: no store, no network",
        description="Exit code 0: verified. 3: not what it claims to be. 1: cannot be read.",
    )
    report.add_argument("report", type=Path, help="the .csv file, with its proof beside it")
    report.add_argument("--key", type=Path, help="the institution's public key, a PEM file")
    report.add_argument("--previous", type=Path, help="a report of the window before it")
    report.add_argument(
        "--lang",
        choices=[item.value for item in Language],
        default=Language.ENGLISH.value,
        help="%(default)s",
    )
    _directory(report)
    _json(report)
    report.set_defaults(command=verify_report)


def _add_terminal(subcommands: Subcommands) -> None:
    terminal = subcommands.add_parser("terminal", help="add or revoke terminals")
    actions = terminal.add_subparsers(required=True, metavar="action")
    add = actions.add_parser("add", help="make one more terminal")
    _directory(add)
    add.add_argument("--id", required=True, help="eight capital letters and digits")
    add.add_argument("--role", choices=("till", "enrolment"), default="till")
    add.set_defaults(command=commands.add_terminal)
    revoke = actions.add_parser("revoke", help="refuse a terminal from now on, at all parties")
    _directory(revoke)
    revoke.add_argument("--id", required=True)
    revoke.set_defaults(command=commands.revoke_terminal)


def _add_certificates(subcommands: Subcommands) -> None:
    certificates = subcommands.add_parser("certificates", help="renew certificates")
    actions = certificates.add_subparsers(required=True, metavar="action")
    renew = actions.add_parser(
        "renew", help="renew all certificates and revocation lists; services may run"
    )
    _directory(renew)
    renew.set_defaults(command=commands.renew_certificates)


def _add_account(subcommands: Subcommands) -> None:
    account = subcommands.add_parser("account", help="the sandbox's accounts, with one-time codes")
    _directory(account)
    account.add_argument("--login", default="", help="only this one")
    _json(account)
    account.set_defaults(command=commands.show_accounts)
    fault = subcommands.add_parser("issuer-fault", help="let an issuer misbehave from now on")
    _directory(fault)
    fault.add_argument("--issuer", type=participant, required=True)
    fault.add_argument("--fault", choices=commands.FAULT_NAMES, required=True)
    fault.set_defaults(command=commands.set_issuer_fault)


def _directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--directory", type=Path, default=DEFAULT_DIRECTORY, help="the sandbox (%(default)s)"
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
