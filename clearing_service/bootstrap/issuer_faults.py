"""What the simulated issuers do wrong, in a file that a drill can change while the service runs."""

import tomllib
from pathlib import Path

from clearing_service.config import ConfigError
from clearing_service.issuer.fault_profile import Fault, FaultBoard, FaultProfile
from facepay.identifiers import ParticipantId

FAULTS_NAME = "issuer_faults.toml"


class FaultFile(FaultBoard):
    """The board as the file has it; read again when it has changed. No file, no faults.

    The file holds one line an issuer, such as `61020001 = "ANSWERS_LATE"`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._mark: tuple[int, int] | None = None

    def of(self, issuer_id: ParticipantId) -> FaultProfile:
        """Return how an issuer behaves now."""
        self._reload()
        return super().of(issuer_id)

    def _reload(self) -> None:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return
        mark = (state.st_mtime_ns, state.st_size)
        if mark != self._mark:
            self._mark = mark
            for issuer_id, fault in read_faults(self._path).items():
                self.set(issuer_id, FaultProfile(fault))


def read_faults(path: Path) -> dict[ParticipantId, Fault]:
    """Return the file's content; raises `ConfigError`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {ParticipantId(issuer): Fault[name] for issuer, name in table.items()}
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{path} cannot be read") from error
