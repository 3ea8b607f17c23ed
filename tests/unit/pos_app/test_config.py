"""A bundle's settings: read whole or refused with a reason a person understands."""

from pathlib import Path

import pytest

from clearing_service.transport.roles import PeerRole
from facepay.ports import SystemClock, SystemRandomness
from pos_app.bootstrap import open_pin_pad
from pos_app.checkout.pin_entry import PinPadError
from pos_app.clearing_client.channel import open_channel
from pos_app.clearing_client.terminal_keys import TerminalKeys, TerminalKeysError
from pos_app.config import ConfigError, TerminalRole, load_config
from tests.fakes.authorities import World

TEXT = f"""
terminal_id = "TILL0001"
role = "till"
acceptor_id = "SANDBOXSHOP0001"
acquirer_id = "51010001"
clearing_address = "127.0.0.1:7400"
decision_key = "{"00" * 32}"

[identity_keys]
1 = "{"01" * 32}"
2 = "{"02" * 32}"
3 = "{"03" * 32}"
"""


def write(directory: Path, text: str) -> Path:
    (directory / "terminal.toml").write_text(text, encoding="utf-8")
    return directory


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, TEXT))
    assert config.role is TerminalRole.TILL
    assert config.identity_keys[3] == b"\3" * 32
    assert config.journal_path.parent == tmp_path


def test_an_enrolment_station_knows_the_issuers_it_enrols_for(tmp_path: Path) -> None:
    station = TEXT.replace('"till"', '"enrolment"')
    issuer = '[issuers.61010001]\nname_zh = "甲银行"\nname_en = "Bank A"\n'
    (issuer_read,) = load_config(write(tmp_path, station + issuer)).issuers
    assert (issuer_read.issuer_id.value, issuer_read.name_en) == ("61010001", "Bank A")
    with pytest.raises(ConfigError, match="issuers"):
        load_config(write(tmp_path, station))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('role = "till"', 'role = "kiosk"', "kiosk"),
        ('terminal_id = "TILL0001"', "", "terminal_id"),
        ("TILL0001", "till", "TerminalId"),
        ("03" * 32, "03", "64 hexadecimal digits"),
        ("[identity_keys]", "[", "TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(write(tmp_path, TEXT.replace(old, new)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"terminal\.toml"):
        load_config(tmp_path)


def test_missing_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(TerminalKeysError, match="kem_key"):
        TerminalKeys.load(load_config(write(tmp_path, TEXT)))


@pytest.mark.parametrize("name", ["terminal_id", "acceptor_id", "acquirer_id", "decision_key"])
@pytest.mark.parametrize("value", ["5", "[]", "{}", "true"])
def test_a_setting_of_another_kind_is_refused(tmp_path: Path, name: str, value: str) -> None:
    lines = [f"{name} = {value}" if line.startswith(name) else line for line in TEXT.splitlines()]
    with pytest.raises(ConfigError, match=r"terminal\.toml"):
        load_config(write(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("name", ["ca.pem", "tls_key.pem", "tls_certificate.pem"])
@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_tls_files_that_grpc_would_end_the_process_over_are_refused(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    config = load_config(write(tmp_path, TEXT))
    world = World(tmp_path)
    world.identity(PeerRole.TERMINAL).save(tmp_path, world.root.certificate)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TerminalKeysError, match="TLS"):
        open_channel(config)


@pytest.mark.parametrize("content", [b"", bytes(23), bytes(25)])
def test_an_initial_pin_key_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    config = load_config(write(tmp_path, TEXT))
    config.initial_pin_key_path.write_bytes(content)
    with pytest.raises(PinPadError, match="does not hold an initial key"):
        open_pin_pad(config, SystemClock(), SystemRandomness())
    assert config.initial_pin_key_path.exists()
