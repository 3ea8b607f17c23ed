"""Settings of one process, read from `config.toml` in its directory.

Everything has a default but names and addresses. A setting nobody knows is refused, because it is
a misspelt one.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from clearing_service.errors import ClearingError

CONFIG_NAME = "config.toml"
MINUTES_OF_A_DAY = 24 * 60
STORE_NAMES = ("clearing", "gallery", "directory", "issuer")

_T = TypeVar("_T")


class ConfigError(ClearingError):
    """The settings cannot be used. The message says which and why, for the person who wrote them."""


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where the process listens; a port of 0 takes any free one."""

    peers: str
    """For the other matching parties."""
    terminals: str = ""
    """For terminals, acquirers and operators; the clearing institution only."""


@dataclass(frozen=True, slots=True)
class PeerSettings:
    """Another matching party: where it listens and the identity key pinned at provisioning."""

    address: str
    identity_key: str
    """Ed25519 public key, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """SQLAlchemy URLs. Without one a store is an SQLite file in the process's directory."""

    clearing: str = ""
    gallery: str = ""
    directory: str = ""
    issuer: str = ""

    def url(self, name: str, directory: Path) -> str:
        """Return the URL of the store `name` of a process that lives in `directory`."""
        chosen: str = getattr(self, name)
        return chosen or f"sqlite:///{(directory / f'{name}.sqlite').resolve()}"


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """What all parties must agree on to match. Thresholds belong to the model and its scale."""

    model_id: str = "sface-2021dec"
    epoch: int = 1
    similarity_threshold: float = 0.48
    """Cosine below which no candidate is ever a match; large candidate sets need more."""
    similarity_threshold_max: float = 0.52
    """Up to here the threshold may rise before the payer is asked for phone digits instead.

    Measured with references of two looks: 0.14 % of enrolled people are missed at 0.48, 0.95 % here,
    2.2 % at 0.55; with references of one look 3.4, 6.5 and 12 %.
    """
    similarity_margin: float = 0.06
    """By how much the best candidate must beat the second."""
    impostor_median: float = 0.1
    """Median |cosine| of a probe with references of other people.

    Measured over 1,924 probes and references of two looks: 0.094, and 0.146 for the probe with the
    widest scores. One and a half times this must stay above the latter: with 0.08 one honest probe in
    thirteen would be refused.
    """
    score_tail: str = ""
    """File with one's own measurement of non-mated scores; empty for the one of the model."""
    fpir_budget: float = 0.001
    """Highest false-positive identification rate of a search: sets threshold and digits."""
    min_bucket: int = 50


@dataclass(frozen=True, slots=True)
class RateSettings:
    """How many probes this party answers; each party decides for itself. All are above 0.

    A till that is always busy sends about six a minute. Raise them for a load test, not for a shop.
    """

    probes_per_terminal_per_minute: float = 30.0
    probes_per_terminal_at_once: int = 30
    probes_per_bucket_per_minute: float = 60.0
    probes_per_bucket_at_once: int = 120


@dataclass(frozen=True, slots=True)
class PadSettings:
    """What is accepted as evidence that a person stood before a camera."""

    accepts_synthetic: bool = False
    """Also accept captures that say themselves that there was no camera. For sandboxes only."""


@dataclass(frozen=True, slots=True)
class SettlementSettings:
    """When closed windows are settled."""

    settle_after_minutes: float = 15.0
    """How long after its close: time for participants to bring funds, or for an operator to abort."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the process serves."""

    drain_seconds: float = 15.0
    reflection: bool = False
    message_max_bytes: int = 65_536


@dataclass(frozen=True, slots=True)
class Config:
    """Everything one process is told. `directory` holds its keys, pins and default stores."""

    directory: Path
    party: int
    participant_id: str
    listen: ListenSettings
    peers: Mapping[int, PeerSettings]
    stores: StoreSettings = field(default_factory=StoreSettings)
    matching: MatchingSettings = field(default_factory=MatchingSettings)
    rates: RateSettings = field(default_factory=RateSettings)
    pad: PadSettings = field(default_factory=PadSettings)
    settlement: SettlementSettings = field(default_factory=SettlementSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)

    def store_url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of this process's stores."""
        return self.stores.url(name, self.directory)


def load_config(directory: Path) -> Config:
    """Read the settings in `directory`; raises `ConfigError`."""
    path = directory / CONFIG_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}); has `facepay-clearing init` been run?"
        ) from error
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return _config(directory, table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def forbid_older_tls() -> None:
    """Leave TLS 1.3 as the only version that two ends of ours can agree on.

    The gRPC library has no setting for the lowest version. Its list of cipher suites applies to TLS
    1.2 alone, so a list that holds only a suite for RSA certificates, which nobody here has, leaves
    TLS 1.2 nothing to agree on. The library reads it once, when it is imported: call this before.
    """
    os.environ["GRPC_SSL_CIPHER_SUITES"] = "ECDHE-RSA-AES256-GCM-SHA384"


def _config(directory: Path, table: dict[str, Any]) -> Config:
    _refuse_unknown("the file", table, {item.name for item in fields(Config)} - {"directory"})
    party = table.get("party")
    if party not in (1, 2, 3):
        raise ConfigError("`party` must be 1, 2 or 3")
    return Config(
        directory=directory,
        party=party,
        participant_id=str(table.get("participant_id", "")),
        listen=_section(ListenSettings, "listen", table.get("listen", {})),
        peers=_peers(party, table.get("peers", {})),
        stores=_section(StoreSettings, "stores", table.get("stores", {})),
        matching=_section(MatchingSettings, "matching", table.get("matching", {})),
        rates=_rates(table.get("rates", {})),
        pad=_section(PadSettings, "pad", table.get("pad", {})),
        settlement=_settlement(table.get("settlement", {})),
        service=_section(ServiceSettings, "service", table.get("service", {})),
    )


def _rates(table: object) -> RateSettings:
    rates = _section(RateSettings, "rates", table)
    for item in fields(rates):
        if not getattr(rates, item.name) > 0:
            raise ConfigError(f"`rates.{item.name}` must be above 0")
    return rates


def _settlement(table: object) -> SettlementSettings:
    settlement = _section(SettlementSettings, "settlement", table)
    if not 0 <= settlement.settle_after_minutes <= MINUTES_OF_A_DAY:
        raise ConfigError(f"`settlement.settle_after_minutes` is 0 to {MINUTES_OF_A_DAY}")
    return settlement


def _peers(party: int, table: dict[str, Any]) -> Mapping[int, PeerSettings]:
    expected = {str(number) for number in (1, 2, 3) if number != party}
    if set(table) != expected:
        raise ConfigError(f"`peers` must hold exactly {', '.join(sorted(expected))}")
    return {
        int(number): _section(PeerSettings, f"peers.{number}", content)
        for number, content in table.items()
    }


def _section(kind: type[_T], name: str, table: object) -> _T:
    if not isinstance(table, dict):
        raise ConfigError(f"`{name}` must be a table")
    _refuse_unknown(f"`{name}`", table, {item.name for item in fields(kind)})  # type: ignore[arg-type]
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name in table:
            table[item.name] = _checked(f"{name}.{item.name}", item.type, table[item.name])
    try:
        return kind(**table)
    except TypeError:
        raise ConfigError(f"`{name}` lacks a setting that has no default") from None


def _checked(name: str, kind: object, value: object) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(kind, type) and type(value) is not kind:
        raise ConfigError(f"`{name}` must be of type {kind.__name__}")
    return value


def _refuse_unknown(place: str, table: Mapping[str, object], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise ConfigError(f"{place} has no setting named {', '.join(unknown)}")
