"""What `init` makes, and what it never does."""

import shutil
import stat
import tomllib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from clearing_service.bootstrap.command_line import run
from clearing_service.bootstrap.gallery import open_gallery
from clearing_service.bootstrap.process_lock import FolderInUseError, ProcessLock
from clearing_service.bootstrap.sandbox import SandboxCommands, SandboxOptions
from clearing_service.bootstrap.stores import open_stores
from clearing_service.config import ConfigError, load_config
from clearing_service.errors import StoreError
from clearing_service.participants.terminal import TerminalRole, TerminalState
from clearing_service.provisioning.layout import PARTY_NAMES, SandboxLayout
from clearing_service.provisioning.party_keys import (
    open_party_store,
    own_keys,
    read_sealing_keys,
)
from clearing_service.provisioning.private_files import AlreadyProvisionedError
from clearing_service.provisioning.sandbox import ACCOUNTS, TERMINALS
from clearing_service.transport.roles import PeerIdentity, PeerRole, UnknownPeerError, read_identity
from facepay.identifiers import TerminalId
from facepay.ports import SystemClock, SystemRandomness
from facepay.sealed_envelope import verify_kem_key
from facepay.signed_request import signing_key_id

RANDOMNESS = SystemRandomness()


@pytest.fixture(scope="module")
def commands() -> SandboxCommands:
    return SandboxCommands(SystemClock(), RANDOMNESS)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> SandboxLayout:
    directory = tmp_path_factory.mktemp("provisioning") / "sandbox"
    assert run(["init", "--directory", str(directory), "--base-port", "7600"]) == 0
    return SandboxLayout(directory)


def test_every_key_is_its_owners_alone(layout: SandboxLayout) -> None:
    open_to_others = [
        path
        for path in [layout.root, *layout.root.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and not path.name.endswith("sqlite")
    ]
    assert [path.name for path in open_to_others if path.suffix in {".pem", ".bin", ".json"}] == []
    assert [path.name for path in open_to_others if path.is_dir()] == []


async def test_nothing_that_is_there_is_replaced(
    layout: SandboxLayout, commands: SandboxCommands
) -> None:
    before = (layout.clearing / "keys.json").read_bytes()
    with pytest.raises(AlreadyProvisionedError):
        await commands.create(SandboxOptions(layout.root, "127.0.0.1", 7600, {}))
    assert (layout.clearing / "keys.json").read_bytes() == before


def test_a_second_init_is_one_line_and_no_trace(
    layout: SandboxLayout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "--directory", str(layout.root)]) == 1
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.rule("STO-01")
def test_no_two_parties_share_a_private_key(layout: SandboxLayout) -> None:
    names = ("keys.json", "kek.bin", "tls_key.pem")
    for name in names:
        contents = {(layout.party(party) / name).read_bytes() for party in PARTY_NAMES}
        assert len(contents) == len(PARTY_NAMES), name


def test_each_party_pins_the_others_identity(layout: SandboxLayout) -> None:
    identities = {}
    for party in PARTY_NAMES:
        store = open_party_store(layout.party(party), RANDOMNESS)
        identities[party] = own_keys(store).identity.public_key().public_bytes_raw().hex()
        store.close()
    for party in PARTY_NAMES:
        pinned = {
            number: peer.identity_key
            for number, peer in load_config(layout.party(party)).peers.items()
        }
        assert pinned == {number: key for number, key in identities.items() if number != party}


def test_a_terminals_pins_vouch_for_every_sealing_key(layout: SandboxLayout) -> None:
    bundle = layout.terminal(TERMINALS[0].terminal_id)
    pinned = tomllib.loads((bundle / "terminal.toml").read_text())["identity_keys"]
    for party, key in enumerate(read_sealing_keys(layout.clearing / "sealing_keys.json"), 1):
        identity = Ed25519PublicKey.from_public_bytes(bytes.fromhex(pinned[str(party)]))
        recipient = verify_kem_key(key.owner, key.public_key, key.signature, identity)
        assert recipient.public_key_bytes == key.public_key


@pytest.mark.parametrize("asked", TERMINALS, ids=lambda asked: asked.terminal_id.value)
def test_a_terminals_certificate_gives_its_role(layout: SandboxLayout, asked: object) -> None:
    terminal = next(item for item in TERMINALS if item is asked)
    bundle = layout.terminal(terminal.terminal_id)
    leaf = x509.load_pem_x509_certificate((bundle / "tls_certificate.pem").read_bytes())
    role = (
        PeerRole.ENROLMENT_TERMINAL
        if terminal.role is TerminalRole.ENROLMENT
        else PeerRole.TERMINAL
    )
    assert read_identity(leaf) == PeerIdentity(role, terminal.terminal_id.value)
    lifetime = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert lifetime.days == 30


@pytest.mark.rule("CAP-06")
def test_every_party_has_a_register_of_its_own(layout: SandboxLayout) -> None:
    for asked in TERMINALS:
        copies = [
            (layout.party(party) / "terminals" / f"{asked.terminal_id}.pem").read_bytes()
            for party in PARTY_NAMES
        ]
        assert len(set(copies)) == 1


@pytest.mark.rule("CAP-07")
async def test_a_terminal_is_registered_with_the_keys_of_its_bundle(
    layout: SandboxLayout, commands: SandboxCommands
) -> None:
    terminal_id = TerminalId("TILL0042")
    bundle = await commands.add_terminal(layout.root, terminal_id, TerminalRole.POINT_OF_SALE)
    stores = open_stores(load_config(layout.clearing))
    try:
        register = await stores.participants.load()
    finally:
        stores.close()
    terminal = register.terminal(terminal_id)
    assert terminal is not None
    assert terminal.state is TerminalState.ACTIVE
    key = load_pem_private_key((bundle / "signing_key.pem").read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    assert terminal.keys.signing_key_id == signing_key_id(key.public_key())
    with pytest.raises(AlreadyProvisionedError):
        await commands.add_terminal(layout.root, terminal_id, TerminalRole.POINT_OF_SALE)


def test_a_terminal_nobody_has_cannot_be_revoked(
    layout: SandboxLayout, commands: SandboxCommands
) -> None:
    with pytest.raises(UnknownPeerError):
        commands.revoke_terminal(layout.root, TerminalId("NOBODY01"))


def test_a_folder_has_one_process_at_a_time(layout: SandboxLayout) -> None:
    with ProcessLock(layout.clearing), pytest.raises(FolderInUseError, match="stop it first"):
        ProcessLock(layout.clearing).__enter__()
    with ProcessLock(layout.clearing):
        pass


@pytest.mark.rule("AUT-04")
def test_no_passcode_is_in_any_store(layout: SandboxLayout) -> None:
    for path in layout.root.rglob("*.sqlite*"):
        content = path.read_bytes()
        assert not [item for item in ACCOUNTS if item.passcode.encode() in content], path.name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("party = 4", "must be 1, 2 or 3"),
        ("party = ", "not TOML"),
        ("party = 1\nports = 3", "no setting named ports"),
        (
            "party = 1\n[listen]\npeers = 'a'\n[peers.2]\naddress = 'a'\nidentity_key = 'b'",
            "exactly 2, 3",
        ),
        (
            "party = 1\n[listen]\npeers = 'a'\n[matching]\nmin_bucket = 'many'\n"
            "[peers.2]\naddress = 'a'\nidentity_key = 'b'\n"
            "[peers.3]\naddress = 'a'\nidentity_key = 'b'",
            "must be of type int",
        ),
        (
            "party = 1\n[listen]\npeers = 'a'\n[rates]\nprobes_per_terminal_at_once = 0\n"
            "[peers.2]\naddress = 'a'\nidentity_key = 'b'\n"
            "[peers.3]\naddress = 'a'\nidentity_key = 'b'",
            "probes_per_terminal_at_once` must be above 0",
        ),
        (
            "party = 1\n[peers.2]\naddress = 'a'\nidentity_key = 'b'\n"
            "[peers.3]\naddress = 'a'\nidentity_key = 'b'",
            "lacks a setting",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(ConfigError, match=complaint):
        load_config(tmp_path)


def test_a_store_that_cannot_be_opened_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "sandbox"
    url = f"sqlite:///{tmp_path}/missing/issuer.sqlite"
    assert run(["init", "--directory", str(directory), "--issuer-url", url]) == 1
    assert "the issuer store cannot be opened" in capsys.readouterr().err


def test_without_a_sandbox_the_way_to_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--directory", str(tmp_path)]) == 1
    assert "facepay-clearing init" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "--directory", "/proc/nowhere"],
        ["init", "--base-port", "0", "--directory", "new"],
        ["init", "--base-port", "65533", "--directory", "new"],
        ["issuer-fault", "--issuer", "61029999", "--fault", "NONE", "--directory", "SANDBOX"],
        ["issuer-fault", "--issuer", "61020001", "--fault", "NONE", "--directory", "nowhere"],
        ["account", "--login", "nobody", "--directory", "SANDBOX"],
    ],
)
def test_an_argument_that_cannot_be_used_is_one_line_and_no_trace(
    layout: SandboxLayout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([str(layout.root) if word == "SANDBOX" else word for word in arguments]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_count_that_is_none_is_a_wrong_command_line(
    layout: SandboxLayout, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["operator", "generate-references", "--directory", str(layout.root)]
    with pytest.raises(SystemExit) as ended:
        run([*command, "--count", "-1"])
    assert ended.value.code == 2
    assert "-1 is no number from 1 on" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[1]", '{"accounts": 5}', '{"accounts": [{"login": "x"}]}'])
def test_a_damaged_account_table_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "sandbox.json").write_text(text)
    assert run(["account", "--directory", str(tmp_path)]) == 1
    assert "sandbox.json cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["clearing", "directory", "issuer"])
def test_a_lost_store_is_not_begun_anew(
    layout: SandboxLayout, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shutil.copytree(layout.clearing, tmp_path / "clearing")
    store = tmp_path / "clearing" / f"{name}.sqlite"
    store.unlink()
    assert run(["verify-audit", "--directory", str(tmp_path)]) == 1
    assert f"{name}.sqlite is not there" in capsys.readouterr().err
    assert not store.exists()
    store.write_bytes(b"")
    assert run(["verify-audit", "--directory", str(tmp_path)]) == 1
    assert f"the {name} store is empty" in capsys.readouterr().err


@pytest.mark.parametrize("party", [1, 2, 3])
def test_a_lost_gallery_is_not_begun_anew(
    layout: SandboxLayout, tmp_path: Path, party: int
) -> None:
    shutil.copytree(layout.party(party), tmp_path / "party")
    config, gallery = load_config(tmp_path / "party"), tmp_path / "party" / "gallery.sqlite"
    open_gallery(config, RANDOMNESS).close()
    gallery.unlink()
    with pytest.raises(StoreError, match="is not there"):
        open_gallery(config, RANDOMNESS)
    gallery.write_bytes(b"")
    with pytest.raises(StoreError, match="the gallery store is empty"):
        open_gallery(config, RANDOMNESS)
