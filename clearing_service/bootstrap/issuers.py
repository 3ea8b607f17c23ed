"""The simulated issuers, each with a security module of its own."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from clearing_service.bootstrap.issuer_faults import FAULTS_NAME, FaultFile
from clearing_service.bootstrap.stores import Stores
from clearing_service.config import Config, ConfigError
from clearing_service.issuer.simulated_issuers import IssuerParts, SimulatedIssuers
from clearing_service.provisioning.issuer_modules import ISSUERS_FOLDER, issuer_kek_path
from clearing_service.provisioning.sandbox import ISSUER_IDS
from clearing_service.security_module.issuer_module import (
    SoftwareIssuerModule,
    open_issuer_module,
)
from facepay.identifiers import ParticipantId
from facepay.ports import Clock, Randomness

ISSUER_DEADLINE = timedelta(seconds=8)


def known_issuer(issuer_id: ParticipantId) -> ParticipantId:
    """Return the number of a simulated issuer; raises `ConfigError` for any other."""
    if issuer_id not in ISSUER_IDS:
        known = ", ".join(issuer.value for issuer in ISSUER_IDS)
        raise ConfigError(f"there is no issuer {issuer_id}; there are {known}")
    return issuer_id


@dataclass(frozen=True, slots=True)
class Issuers:
    """The way to all issuers, and their modules."""

    gateway: SimulatedIssuers
    modules: dict[ParticipantId, SoftwareIssuerModule]

    async def close(self) -> None:
        """Wait for what late issuers still do, then wipe every key."""
        await self.gateway.drain()
        for module in self.modules.values():
            module.close()


def open_issuers(config: Config, stores: Stores, clock: Clock, randomness: Randomness) -> Issuers:
    """Open every issuer that was provisioned in the process's folder."""
    folder = config.directory / ISSUERS_FOLDER
    modules = {
        issuer_id: open_issuer_module(
            issuer_id, folder, issuer_kek_path(folder, issuer_id), randomness
        )
        for issuer_id in _provisioned(folder)
    }
    parts = IssuerParts(
        store=stores.issuers,
        security=modules,
        faults=FaultFile(config.directory / FAULTS_NAME),
        deadline=ISSUER_DEADLINE,
        clock=clock,
        randomness=randomness,
    )
    return Issuers(SimulatedIssuers(parts), modules)


def _provisioned(folder: Path) -> list[ParticipantId]:
    names = sorted(path.stem for path in folder.glob("issuer-*.json"))
    return [ParticipantId(name.removeprefix("issuer-")) for name in names]
