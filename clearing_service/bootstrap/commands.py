"""What each command does. Every function here may raise a `ClearingError` with a text for a person."""

import argparse
import json
import sys
from dataclasses import asdict

from clearing_service.bootstrap.expiry import RENEW_COMMAND, WARNING_TIME
from clearing_service.bootstrap.issuer_faults import FAULTS_NAME, read_faults
from clearing_service.bootstrap.issuers import known_issuer
from clearing_service.bootstrap.operator_acts import operator_folder, propose
from clearing_service.bootstrap.process_lock import ProcessLock
from clearing_service.bootstrap.proofs import is_audit_intact, verified_book
from clearing_service.bootstrap.sandbox import SandboxCommands, SandboxOptions
from clearing_service.bootstrap.serving import run_until_stopped
from clearing_service.bootstrap.stores import open_stores
from clearing_service.bootstrap.tables import (
    PlainRow,
    PlainValue,
    amount,
    number,
    show_facts,
    show_json,
    time,
    utc,
    words,
)
from clearing_service.config import STORE_NAMES, ConfigError, load_config
from clearing_service.issuer.fault_profile import Fault
from clearing_service.issuer.one_time_code import code_of, time_step
from clearing_service.participants.terminal import TerminalRole
from clearing_service.provisioning.layout import SandboxLayout
from clearing_service.provisioning.private_files import replace_private
from clearing_service.provisioning.toml_writing import toml_text
from clearing_service.rpc.operator_client import OperatorClient
from clearing_service.transport.logs import configure_logs
from facepay.identifiers import AccountAlias, ParticipantId, TerminalId
from facepay.operator_act import Act, ActKind
from facepay.ports import SystemClock, SystemRandomness
from facepay.vocabulary import LossReporter
from facepay.wire.operator import LossReportRequest, Overview

FAULT_NAMES = tuple(fault.name for fault in Fault)
LOSS_REPORTERS = tuple(reporter.name.lower() for reporter in LossReporter)

OVERVIEW = (
    number("active references", "active_references"),
    number("generation", "generation"),
    number("epoch", "epoch"),
    words("payments", "payments"),
    amount("trial balance", "trial_balance_minor_units"),
    amount("held", "held_minor_units"),
    words("audit trail intact", "audit_chain_intact"),
    number("open window", "window_number"),
    time("closes", "window_closes_at"),
    number("windows to settle", "windows_unsettled"),
    number("of them aborted", "windows_aborted"),
    time("certificates hold until", "certificates_valid_until"),
)

PROVED = (
    amount("debits posted", "debits_posted"),
    amount("credits posted", "credits_posted"),
    amount("debits held", "debits_held"),
    amount("credits held", "credits_held"),
    number("transfers", "transfer_count"),
    words("audit trail intact", "audit_chain_intact"),
)

_TERMINAL_ROLES = {"till": TerminalRole.POINT_OF_SALE, "enrolment": TerminalRole.ENROLMENT}


async def initialise(options: argparse.Namespace) -> None:
    """Make a new sandbox."""
    urls = {name: url for name in STORE_NAMES if (url := getattr(options, f"{name}_url"))}
    accounts = await _sandbox().create(
        SandboxOptions(options.directory, options.host, options.base_port, urls)
    )
    _print_accounts([item.row() for item in accounts], is_json=options.json)


async def serve(options: argparse.Namespace) -> None:
    """Run the clearing service until SIGTERM or SIGINT."""
    from clearing_service.bootstrap.clearing import ClearingProcess  # noqa: PLC0415 - slow

    configure_logs()
    folder = SandboxLayout(options.directory).clearing
    config = load_config(folder)
    with ProcessLock(folder):
        await run_until_stopped(ClearingProcess(config, SystemClock(), SystemRandomness()))


async def serve_party(options: argparse.Namespace) -> None:
    """Run matching party 2 or 3 until SIGTERM or SIGINT."""
    from clearing_service.bootstrap.party import PartyProcess  # noqa: PLC0415 - slow

    configure_logs()
    folder = SandboxLayout(options.directory).party(options.number)
    config = load_config(folder)
    with ProcessLock(folder):
        await run_until_stopped(PartyProcess(config, SystemClock(), SystemRandomness()))


async def verify_audit(options: argparse.Namespace) -> None:
    """Prove ledger and audit trail from the stores alone; the service may run or not."""
    stores = open_stores(load_config(SandboxLayout(options.directory).clearing))
    try:
        book = await verified_book(stores)
        is_intact = await is_audit_intact(stores)
    finally:
        stores.close()
    proved: PlainRow = {**asdict(book), "audit_chain_intact": is_intact}
    show_facts(proved, PROVED, is_json=options.json)


async def add_terminal(options: argparse.Namespace) -> None:
    """Make one more terminal."""
    bundle = await _sandbox().add_terminal(
        options.directory, TerminalId(options.id), _TERMINAL_ROLES[options.role]
    )
    _print(str(bundle))


async def revoke_terminal(options: argparse.Namespace) -> None:
    """Refuse a terminal from now on."""
    _sandbox().revoke_terminal(options.directory, TerminalId(options.id))


async def renew_certificates(options: argparse.Namespace) -> None:
    """Renew every certificate and revocation list."""
    renewed = await _sandbox().renew_certificates(options.directory)
    _print(f"certificates hold until {renewed.valid_until:%Y-%m-%d}")
    _print(f"terminals renewed: {', '.join(str(item.terminal_id) for item in renewed.terminals)}")
    for terminal_id in renewed.left_out:
        _print(f"{terminal_id} was not renewed: its bundle is not in this directory")


async def overview(options: argparse.Namespace) -> None:
    """Show the state of the running service."""
    async with OperatorClient(operator_folder(options)) as client:
        found = await client.overview()
    end = found.certificates_valid_until
    if options.json:
        show_json(_overview_row(found))
    else:
        show_facts(_overview_row(found) | _overview_texts(found), OVERVIEW, is_json=False)
    if end - SystemClock().now() < WARNING_TIME:
        sys.stderr.write(
            f"facepay-clearing: certificates end on {end:%Y-%m-%d}; "
            f"run `{RENEW_COMMAND} --directory {options.directory}`\n"
        )


async def generate_references(options: argparse.Namespace) -> None:
    """Fill the gallery of the running service."""
    async with OperatorClient(operator_folder(options)) as client:
        _print(str(await client.generate_references(options.count)))


async def report_loss(options: argparse.Namespace) -> None:
    """Stop face payment of an account at the running service."""
    issuer_id, alias = await _account_of(options)
    async with OperatorClient(operator_folder(options)) as client:
        reporter = LossReporter[options.by.upper()]
        await client.report_loss(LossReportRequest(issuer_id, alias, reporter))


async def lift_loss_report(options: argparse.Namespace) -> None:
    """Propose that face payment of an account goes on."""
    issuer_id, alias = await _account_of(options)
    act = Act(ActKind.LIFT_LOSS_REPORT, participant_id=issuer_id, account_alias=alias)
    await propose(options, act)


async def _account_of(options: argparse.Namespace) -> tuple[ParticipantId, AccountAlias]:
    issuer_id: ParticipantId = options.issuer
    stores = open_stores(load_config(SandboxLayout(options.directory).clearing))
    try:
        account = await stores.issuers.find_by_login(issuer_id, options.login)
    finally:
        stores.close()
    if account is None:
        raise ConfigError(f"{issuer_id} has no account of {options.login}")
    return issuer_id, account.account_alias


async def show_accounts(options: argparse.Namespace) -> None:
    """Show the sandbox's accounts, each with the one-time code of this half minute."""
    path = SandboxLayout(options.directory).accounts
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        step = time_step(SystemClock().now())
        for row in rows:
            row["one_time_code"] = code_of(bytes.fromhex(row["login_seed"]), step)
        wanted = [row for row in rows if options.login in ("", row["login"])]
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no sandbox in {options.directory}; make one with "
            f"`facepay-clearing init --directory {options.directory}`"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} cannot be read as a table of accounts") from error
    if not wanted:
        raise ConfigError(f"there is no account {options.login}")
    _print_accounts(wanted, is_json=options.json)


async def set_issuer_fault(options: argparse.Namespace) -> None:
    """Let an issuer misbehave, or behave again; a running service takes notice at once."""
    path = SandboxLayout(options.directory).clearing / FAULTS_NAME
    issuer_id = known_issuer(options.issuer)
    faults = read_faults(path) if path.exists() else {}
    faults[issuer_id] = Fault[options.fault]
    table = {issuer.value: fault.name for issuer, fault in faults.items()}
    replace_private(path, toml_text(table, "What the simulated issuers do wrong.").encode())


def _sandbox() -> SandboxCommands:
    return SandboxCommands(SystemClock(), SystemRandomness())


def _print_accounts(rows: list[dict[str, str | int]], *, is_json: bool) -> None:
    if is_json:
        _print(json.dumps({"accounts": rows}, ensure_ascii=False))
        return
    for row in rows:
        shown = {name: value for name, value in row.items() if name != "login_seed"}
        _print("  ".join(f"{name}={value}" for name, value in shown.items()))


def _overview_row(found: Overview) -> dict[str, PlainValue]:
    window = found.window
    return {
        **asdict(found),
        "payments_by_state": dict(found.payments_by_state),
        "certificates_valid_until": utc(found.certificates_valid_until),
        "window": {
            **asdict(window),
            "business_date": window.business_date.isoformat(),
            "closes_at": utc(window.closes_at),
        },
    }


def _overview_texts(found: Overview) -> dict[str, PlainValue]:
    counts = sorted(found.payments_by_state.items())
    return {
        "payments": [f"{count} {state.lower().replace('_', ' ')}" for state, count in counts],
        "window_number": found.window.number,
        "window_closes_at": utc(found.window.closes_at),
        "windows_unsettled": found.window.unsettled_count,
        "windows_aborted": found.window.aborted_count,
    }


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
