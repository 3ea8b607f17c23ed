"""Settings of one terminal, read from `terminal.toml` in its bundle directory."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from facepay.errors import MalformedFieldError
from facepay.identifiers import AcceptorId, ParticipantId, TerminalId
from facepay.pad_challenge import Presentation
from pos_app.errors import PosError

CONFIG_NAME = "terminal.toml"
_IDENTITY_KEY_BYTES = 32


class ConfigError(PosError):
    """The settings cannot be used. The message says which and why, for the person who wrote them."""


class TerminalRole(Enum):
    """What a terminal may do; its certificate says the same."""

    TILL = "till"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer whose customers this station enrols, as they know it in both languages."""

    issuer_id: ParticipantId
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class TerminalConfig:
    """Who this terminal is, whom it talks to and whom it believes. `directory` holds its files."""

    directory: Path
    terminal_id: TerminalId
    role: TerminalRole
    acceptor_id: AcceptorId
    acquirer_id: ParticipantId
    clearing_address: str
    identity_keys: Mapping[int, bytes]
    """Ed25519 public keys of matching parties 1, 2 and 3, 32 bytes each, by party number."""
    decision_key: bytes
    """Ed25519 public key under which the clearing service signs decisions, 32 bytes."""
    presentation: Presentation = Presentation.WITH_LIGHT
    """What the liveness check may do here to everybody; a payer may still ask for less."""
    issuers: tuple[Issuer, ...] = ()
    """Whose customers are enrolled here; at least one at an enrolment station, none at a till."""

    @property
    def tls_certificate_path(self) -> Path:
        """The terminal's TLS chain, leaf first, PEM."""
        return self.directory / "tls_certificate.pem"

    @property
    def tls_key_path(self) -> Path:
        """The terminal's TLS key, PEM."""
        return self.directory / "tls_key.pem"

    @property
    def root_certificate_path(self) -> Path:
        """The root it trusts, PEM."""
        return self.directory / "ca.pem"

    @property
    def signing_key_path(self) -> Path:
        """Its Ed25519 message key, PEM."""
        return self.directory / "signing_key.pem"

    @property
    def kem_key_path(self) -> Path:
        """Its X25519 key, PEM."""
        return self.directory / "kem_key.pem"

    @property
    def initial_pin_key_path(self) -> Path:
        """The PIN pad's initial key, there only until the PIN pad has taken it."""
        return self.directory / "ped_initial_key.bin"

    @property
    def pin_pad_path(self) -> Path:
        """Where the PIN pad keeps its keys."""
        return self.directory / "ped_keys.bin"

    @property
    def journal_path(self) -> Path:
        """Where it keeps its journal."""
        return self.directory / "journal.sqlite"


def load_config(directory: Path) -> TerminalConfig:
    """Read the settings of the bundle in `directory`; raises `ConfigError`."""
    path = directory / CONFIG_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return _config(directory, table)
    except (KeyError, ValueError, TypeError, AttributeError, MalformedFieldError) as error:
        raise ConfigError(f"{path}: {_explain(error)}") from error


def forbid_older_tls() -> None:
    """Leave TLS 1.3 as the only version that the terminal can agree on.

    The gRPC library has no setting for the lowest version. Its list of cipher suites applies to TLS
    1.2 alone, so a list that holds only a suite for RSA certificates, which nobody here has, leaves
    TLS 1.2 nothing to agree on. The library reads it once, when it is imported: call this before.
    """
    os.environ["GRPC_SSL_CIPHER_SUITES"] = "ECDHE-RSA-AES256-GCM-SHA384"


def _config(directory: Path, table: dict[str, Any]) -> TerminalConfig:
    pinned = table["identity_keys"]
    role = TerminalRole(table["role"])
    return TerminalConfig(
        directory=directory,
        terminal_id=TerminalId(table["terminal_id"]),
        role=role,
        acceptor_id=AcceptorId(table["acceptor_id"]),
        acquirer_id=ParticipantId(table["acquirer_id"]),
        clearing_address=str(table["clearing_address"]),
        identity_keys={number: _key(pinned[str(number)]) for number in (1, 2, 3)},
        decision_key=_key(table["decision_key"]),
        presentation=Presentation[str(table.get("presentation", "with_light")).upper()],
        issuers=_issuers(table["issuers"]) if role is TerminalRole.ENROLMENT else (),
    )


def _issuers(table: dict[str, Any]) -> tuple[Issuer, ...]:
    return tuple(
        Issuer(ParticipantId(number), str(names["name_zh"]), str(names["name_en"]))
        for number, names in table.items()
    )


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _IDENTITY_KEY_BYTES:
        raise ValueError("a pinned key has 64 hexadecimal digits")
    return key


def _explain(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def quiet_ffmpeg() -> None:
    """Keep FFmpeg off stderr unless the user asked for it. Call before the first film is opened.

    It reads its level once in a process and hands it to processes that are started by this one.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
