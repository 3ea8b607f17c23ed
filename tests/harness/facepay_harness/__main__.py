"""`facepay-sim`: tries a running sandbox without a camera or windows.

    facepay-sim pay    --directory DIR [--account li.na] [--amount 1250] [--terminal TILL0001]
    facepay-sim day    --directory DIR
    facepay-sim enrol  --directory DIR --account li.na
    facepay-sim payer close --directory DIR --account li.na
    facepay-sim demo   [--case wrong-pin] [--lang en] [--fresh]

Prints one JSON object (`day` a table without `--json`). The exit code is 0 when it is what was asked for, 3 when it was refused or
stopped, and 1 when the sandbox could not be used (2 is a command line that is none).
"""

import argparse
import asyncio
import inspect
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from facepay.errors import FacepayError
from pos_app.config import forbid_older_tls
from pos_app.errors import PosError

if TYPE_CHECKING:
    from facepay_harness.line import LineFault

EXIT_REFUSED = 3

# gRPC reads this when it is imported, which the commands do.
forbid_older_tls()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the process's exit code."""
    options = _parser().parse_args(arguments)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        outcome = options.run(options)
        return int(asyncio.run(outcome) if inspect.iscoroutine(outcome) else outcome)
    except (PosError, FacepayError) as error:
        print(f"facepay-sim: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facepay-sim", description="Tries a running sandbox of the face-payment simulator."
    )
    commands = parser.add_subparsers(required=True)
    pay = _command(commands, "pay", "an invented person pays", _pay)
    pay.add_argument("--amount", type=int, default=1250, help="in fen")
    pay.add_argument("--terminal", default="TILL0001")
    pay.add_argument("--face", help="somebody else's face: any name")
    pay.add_argument("--passcode", help="another passcode than the account's")
    pay.add_argument(
        "--fault",
        metavar="CALL=FAULT",
        help="what happens to a call's first sending: lose_request, lose_reply, break_after, "
        "kill_after; for instance AuthorizePayment=lose_reply",
    )
    pay.add_argument("--no-enrol", action="store_true", help="do not enrol the person first")
    _command(commands, "enrol", "an invented person opens face payment", _enrol)
    day = commands.add_parser("day", help="a small business day, always the same")
    _directory(day)
    day.add_argument("--json", action="store_true", help="print JSON")
    day.set_defaults(run=_day)
    payer = commands.add_parser("payer", help="what a payer may do with face payment")
    _command(payer.add_subparsers(required=True), "close", "close it and erase the face", _close)
    _add_demo(commands)
    return parser


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="one payment by a real face, from nothing to a receipt")
    demo.add_argument("--directory", type=Path, default=Path("build/demo"))
    demo.add_argument("--case", default="approved", help="how it ends; an unknown one lists all")
    demo.add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN")
    demo.add_argument("--fresh", action="store_true", help="make a new sandbox")
    demo.set_defaults(run=_demo)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    run: object,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    _directory(parser)
    parser.add_argument("--account", default="li.na", help="login in the sandbox's account table")
    parser.set_defaults(run=run)
    return parser


def _directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--directory", type=Path, default=Path("sandbox"), help="the sandbox (%(default)s)"
    )


def _demo(options: argparse.Namespace) -> int:
    from facepay_harness.demo import DemoOptions, run_demo  # noqa: PLC0415 - after the TLS rule
    from facepay_harness.demo_cases import DemoCase, script_of  # noqa: PLC0415
    from pos_app.ui.phrase import Language  # noqa: PLC0415 - Qt only where a window is

    script = script_of(options.case)
    if script is None:
        known = ", ".join(case.value for case in DemoCase)
        raise PosError(f"there is no case {options.case}; there are {known}, and virtual cameras")
    language = Language(options.lang)
    return run_demo(DemoOptions(options.case, script, options.directory, language, options.fresh))


async def _pay(options: argparse.Namespace) -> int:
    from facepay_harness.outcome_text import payment_json  # noqa: PLC0415 - after the TLS rule
    from facepay_harness.sandbox_client import PaymentWish, SandboxClient  # noqa: PLC0415
    from pos_app.checkout.payment import Approved  # noqa: PLC0415

    passcode = options.passcode or ""
    if not (passcode.isascii() and (passcode.isdigit() or not passcode)):
        raise PosError("--passcode takes digits")
    wish = PaymentWish(
        account=options.account,
        amount_minor_units=options.amount,
        terminal_id=options.terminal,
        face=options.face,
        passcode=options.passcode,
        is_enrolled_first=not options.no_enrol,
        fault=_fault(options.fault),
    )
    outcome = await SandboxClient(options.directory).pay(wish)
    print(payment_json(outcome))
    return 0 if isinstance(outcome, Approved) else EXIT_REFUSED


def _fault(text: str | None) -> "tuple[str, LineFault] | None":
    from facepay_harness.line import CALLS, LineFault  # noqa: PLC0415 - after the TLS rule

    if text is None:
        return None
    call, _, name = text.partition("=")
    if call not in CALLS:
        raise PosError(f"there is no call {call}; there are {', '.join(CALLS)}")
    try:
        return call, LineFault(name)
    except ValueError:
        known = ", ".join(fault.value for fault in LineFault)
        raise PosError(f"--fault takes CALL=FAULT, where FAULT is one of {known}") from None


async def _day(options: argparse.Namespace) -> int:
    from facepay_harness.day import HEADINGS  # noqa: PLC0415 - after the TLS rule
    from facepay_harness.sandbox_client import SandboxClient  # noqa: PLC0415

    lines = await SandboxClient(options.directory).day()
    if options.json:
        print(json.dumps({"payments": [line.row() for line in lines]}))
    else:
        print(HEADINGS, *(line.text() for line in lines), sep="\n")
    return 0


async def _enrol(options: argparse.Namespace) -> int:
    from facepay.wire.enrolment import EnrolmentActive  # noqa: PLC0415 - after the TLS rule
    from facepay_harness.outcome_text import enrolment_json  # noqa: PLC0415
    from facepay_harness.sandbox_client import SandboxClient  # noqa: PLC0415

    outcome = await SandboxClient(options.directory).enrol(options.account)
    print(enrolment_json(outcome))
    return 0 if isinstance(outcome, EnrolmentActive) else EXIT_REFUSED


async def _close(options: argparse.Namespace) -> int:
    from facepay.wire.enrolment import FacePaymentClosed  # noqa: PLC0415 - after the TLS rule
    from facepay_harness.outcome_text import enrolment_json  # noqa: PLC0415
    from facepay_harness.sandbox_client import SandboxClient  # noqa: PLC0415

    outcome = await SandboxClient(options.directory).close_face_payment(options.account)
    print(enrolment_json(outcome))
    return 0 if isinstance(outcome, FacePaymentClosed) else EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main())
