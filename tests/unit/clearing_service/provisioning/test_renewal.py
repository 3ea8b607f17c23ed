"""Certificates end after thirty days; renewing them keeps keys, roles and revocations."""

import asyncio
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from clearing_service.bootstrap.command_line import run
from clearing_service.bootstrap.expiry import (
    RENEW_COMMAND,
    CertificatesExpiredError,
    PartyCertificates,
)
from clearing_service.bootstrap.process_lock import FolderInUseError, ProcessLock
from clearing_service.bootstrap.sandbox import SandboxCommands, SandboxOptions
from clearing_service.bootstrap.stores import open_stores
from clearing_service.bootstrap.trust import peer_directory
from clearing_service.config import load_config
from clearing_service.participants.register import Register
from clearing_service.provisioning.authority import AuthorityError, certificates_pem
from clearing_service.provisioning.layout import PARTY_NAMES, SandboxLayout
from clearing_service.provisioning.renewal import issued_to
from clearing_service.transport.logs import configure_logs
from clearing_service.transport.roles import UnknownPeerError
from facepay.identifiers import TerminalId
from facepay.ports import SystemClock, SystemRandomness
from pos_app.clearing_client.channel import require_live_certificate
from pos_app.clearing_client.terminal_keys import TerminalKeysError
from pos_app.config import load_config as load_terminal
from tests.fakes.ports import ManualClock

TILL = TerminalId("TILL0001")
LOST = TerminalId("TILL0002")
DAY = 86_400.0


class Sandbox:
    """A sandbox on a clock of its own."""

    def __init__(self, directory: Path) -> None:
        self.clock = ManualClock()
        self.layout = SandboxLayout(directory)

    @property
    def commands(self) -> SandboxCommands:
        return SandboxCommands(self.clock, SystemRandomness())

    @property
    def certificates(self) -> PartyCertificates:
        return PartyCertificates(self.layout.clearing)

    def identify(self, path: Path) -> str:
        """Return whom party 1 takes the holder of a certificate for."""
        peers = peer_directory(self.layout.clearing, self.clock)
        return peers.identify_certificate(leaf_of(path)).uri

    async def register(self) -> Register:
        stores = open_stores(load_config(self.layout.clearing))
        try:
            return await stores.participants.load()
        finally:
            stores.close()


def leaf_of(path: Path) -> bytes:
    return certificates_pem(x509.load_pem_x509_certificates(path.read_bytes())[:1])


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Sandbox(tmp_path_factory.mktemp("renewal") / "sandbox")
    options = SandboxOptions(made.layout.root, "127.0.0.1", 7700, {})
    asyncio.run(made.commands.create(options))
    return made.layout.root


@pytest.fixture
def sandbox(made_once: Path, tmp_path: Path) -> Sandbox:
    return Sandbox(Path(shutil.copytree(made_once, tmp_path / "sandbox")))


@pytest.mark.rule("WIR-01")
async def test_everything_holds_thirty_days_more_with_the_same_keys(sandbox: Sandbox) -> None:
    layout = sandbox.layout
    keys = {path: path.read_bytes() for path in layout.root.rglob("*key*") if path.is_file()}
    uris = {path: sandbox.identify(path) for path in layout.root.rglob("tls_certificate.pem")}
    sandbox.clock.advance(29 * DAY)
    renewed = await sandbox.commands.renew_certificates(layout.root)
    sandbox.clock.advance(29 * DAY)
    assert renewed.valid_until > sandbox.clock.now()
    assert {path: path.read_bytes() for path in keys} == keys
    assert {path: sandbox.identify(path) for path in uris} == uris
    for party in PARTY_NAMES:
        PartyCertificates(layout.party(party)).require_valid(sandbox.clock)
        assert PartyCertificates(layout.party(party)).first_end() > sandbox.clock.now()
    terminal = (await sandbox.register()).terminal(TILL)
    assert terminal is not None
    assert terminal.is_live(sandbox.clock.now())


def test_without_renewal_every_program_names_the_command(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = SystemClock().now()
    sandbox.clock = ManualClock(machine - timedelta(days=40))
    asyncio.run(sandbox.commands.renew_certificates(sandbox.layout.root))
    with pytest.raises(CertificatesExpiredError, match=RENEW_COMMAND):
        sandbox.certificates.require_valid(SystemClock())
    for command in (["serve"], ["party", "--number", "2"], ["operator", "overview"]):
        assert run([*command, "--directory", str(sandbox.layout.root)]) == 1
        assert f"{RENEW_COMMAND} --directory {sandbox.layout.root}" in capsys.readouterr().err


async def test_a_terminal_that_missed_the_renewal_is_told_who_can_help(sandbox: Sandbox) -> None:
    config = load_terminal(sandbox.layout.terminal(TILL))
    require_live_certificate(config, sandbox.clock)
    sandbox.clock.advance(31 * DAY)
    with pytest.raises(TerminalKeysError, match=RENEW_COMMAND):
        require_live_certificate(config, sandbox.clock)
    await sandbox.commands.renew_certificates(sandbox.layout.root)
    require_live_certificate(config, sandbox.clock)
    config.tls_certificate_path.write_bytes(b"")
    with pytest.raises(TerminalKeysError, match="cannot be read"):
        require_live_certificate(config, sandbox.clock)


@pytest.mark.parametrize(
    ("days", "level"), [(20, None), (24, "warning"), (31, "error")], ids=["far", "near", "past"]
)
async def test_the_log_warns_in_the_last_week(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], days: int, level: str | None
) -> None:
    configure_logs()
    sandbox.clock.advance(days * DAY)
    sandbox.certificates.warn(sandbox.clock, 1)
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in written] == ([level] if level else [])
    assert all(RENEW_COMMAND in line["event"] for line in written)


@pytest.mark.rule("CAP-06")
async def test_a_revoked_terminal_gets_no_new_certificate(sandbox: Sandbox) -> None:
    path = sandbox.layout.terminal(LOST) / "tls_certificate.pem"
    before = path.read_bytes()
    sandbox.commands.revoke_terminal(sandbox.layout.root, LOST)
    sandbox.clock.advance(20 * DAY)
    renewed = await sandbox.commands.renew_certificates(sandbox.layout.root)
    assert LOST not in [item.terminal_id for item in renewed.terminals]
    assert path.read_bytes() == before
    with pytest.raises(UnknownPeerError, match="revoked"):
        sandbox.identify(path)
    sandbox.clock.advance(15 * DAY)
    assert sandbox.certificates.first_end() > sandbox.clock.now()  # its end alarms nobody


@pytest.mark.rule("CAP-06")
async def test_revoking_a_terminal_revokes_its_earlier_certificates_too(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    copied = tmp_path / "copied.pem"
    copied.write_bytes((sandbox.layout.terminal(TILL) / "tls_certificate.pem").read_bytes())
    sandbox.clock.advance(20 * DAY)
    await sandbox.commands.renew_certificates(sandbox.layout.root)
    assert sandbox.identify(copied).endswith(TILL.value)  # a till that runs goes on with it
    sandbox.commands.revoke_terminal(sandbox.layout.root, TILL)
    for path in (copied, sandbox.layout.terminal(TILL) / "tls_certificate.pem"):
        with pytest.raises(UnknownPeerError, match="revoked"):
            sandbox.identify(path)
    revoked = x509.load_pem_x509_crl((sandbox.layout.party(3) / "terminals.crl").read_bytes())
    assert len(list(revoked)) == 4


async def test_earlier_certificates_are_forgotten_when_they_have_ended(sandbox: Sandbox) -> None:
    for _ in range(4):
        sandbox.clock.advance(20 * DAY)
        await sandbox.commands.renew_certificates(sandbox.layout.root)
    kept = issued_to(sandbox.layout, TILL)
    now = sandbox.clock.now()
    assert all(item.not_valid_after_utc > now - timedelta(days=1) for item in kept)


async def test_a_terminal_whose_bundle_is_elsewhere_is_named(sandbox: Sandbox) -> None:
    sandbox.layout.terminal(TILL).rename(sandbox.layout.root / "taken away")
    renewed = await sandbox.commands.renew_certificates(sandbox.layout.root)
    assert renewed.left_out == (TILL,)


async def test_what_another_authority_made_is_not_renewed(sandbox: Sandbox) -> None:
    foreign = sandbox.layout.terminal(TILL) / "tls_certificate.pem"
    (sandbox.layout.operator / "tls_certificate.pem").write_bytes(foreign.read_bytes())
    with pytest.raises(AuthorityError, match="not of the authority"):
        await sandbox.commands.renew_certificates(sandbox.layout.root)


async def test_a_lost_revocation_list_is_not_replaced_by_an_empty_one(sandbox: Sandbox) -> None:
    path = sandbox.layout.party(2) / "terminals.crl"
    path.write_bytes((sandbox.layout.party(2) / "parties.crl").read_bytes())
    with pytest.raises(AuthorityError, match="not the authority's"):
        await sandbox.commands.renew_certificates(sandbox.layout.root)
    path.unlink()
    with pytest.raises(AuthorityError, match="cannot be read"):
        await sandbox.commands.renew_certificates(sandbox.layout.root)


async def test_nobody_renews_while_somebody_else_does(sandbox: Sandbox) -> None:
    with ProcessLock(sandbox.layout.authorities), pytest.raises(FolderInUseError):
        await sandbox.commands.renew_certificates(sandbox.layout.root)


def test_the_command_says_until_when(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["certificates", "renew", "--directory", str(sandbox.layout.root)]) == 0
    told = capsys.readouterr().out
    assert "certificates hold until" in told
    assert TILL.value in told
