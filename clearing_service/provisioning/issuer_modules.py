"""Makes each issuer's security module and gives it its zone PIN key."""

from pathlib import Path

from clearing_service.provisioning.private_files import make_private_directory
from clearing_service.security_module.issuer_module import open_issuer_module
from clearing_service.security_module.protocol import ClearingSecurityModule
from facepay.identifiers import ParticipantId
from facepay.ports import Randomness

ISSUERS_FOLDER = "issuers"
_ZONE_HEADER = b"facepay/provisioning/zone-key/1"


def issuer_kek_path(folder: Path, issuer_id: ParticipantId) -> Path:
    """Return where an issuer's key-encrypting key is."""
    return folder / f"issuer-{issuer_id}.kek.bin"


def make_issuer_modules(
    folder: Path,
    issuer_ids: tuple[ParticipantId, ...],
    clearing: ClearingSecurityModule,
    randomness: Randomness,
) -> None:
    """Make the modules in a new private `folder` and hand each its zone key, sealed to it."""
    make_private_directory(folder)
    for issuer_id in issuer_ids:
        module = open_issuer_module(
            issuer_id, folder, issuer_kek_path(folder, issuer_id), randomness
        )
        envelope = clearing.export_zone_key(issuer_id, module.recipient, _ZONE_HEADER)
        module.import_zone_key(envelope, _ZONE_HEADER)
        module.close()
