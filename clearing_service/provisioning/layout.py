"""Where things are in a sandbox directory, and which ports its processes listen on."""

from dataclasses import dataclass
from pathlib import Path

from clearing_service.errors import ClearingError
from facepay.identifiers import TerminalId

PARTY_NAMES = {1: "clearing", 2: "custodian", 3: "witness"}
OPERATOR_NAMES = ("operator-1", "operator-2")
"""Two people, so that one can check what the other wants."""
DEFAULT_BASE_PORT = 7400
_PORT_MAX = 65_535


class AddressesError(ClearingError):
    """No sandbox can listen there."""


@dataclass(frozen=True, slots=True)
class SandboxLayout:
    """The folders of one sandbox. Each party's folder is all that its process needs."""

    root: Path

    def party(self, number: int) -> Path:
        """Return the folder of a matching party's process."""
        return self.root / PARTY_NAMES[number]

    @property
    def clearing(self) -> Path:
        """The clearing institution's folder: party 1."""
        return self.party(1)

    @property
    def authorities(self) -> Path:
        """The certificate authorities' folder; nothing that serves needs it."""
        return self.root / "authority"

    def authority(self, name: str) -> Path:
        """Return the folder of one certificate authority."""
        return self.authorities / name

    def terminal(self, terminal_id: TerminalId) -> Path:
        """Return a terminal's bundle."""
        return self.root / "terminals" / terminal_id.value

    @property
    def operator(self) -> Path:
        """TLS files and `operator.toml` of whoever looks at the service: the console."""
        return self.root / "operator"

    @property
    def operators(self) -> Path:
        """The folder of the people who act: one folder each, named as their certificate."""
        return self.root / "operators"

    @property
    def acquirer(self) -> Path:
        """The acquirer's TLS files, for a relay."""
        return self.root / "acquirer"

    @property
    def decision_key(self) -> Path:
        """The public key of decisions and digests, as the institution gives it to participants."""
        return self.root / "decision_key.pem"

    @property
    def accounts(self) -> Path:
        """The table of sandbox accounts."""
        return self.root / "sandbox.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports of a sandbox, one after another from `base_port`."""

    host: str
    base_port: int

    def __post_init__(self) -> None:
        """Refuse ports that nothing can listen on."""
        if not 1 <= self.base_port <= _PORT_MAX - len(PARTY_NAMES):
            raise AddressesError(f"the base port is 1 to {_PORT_MAX - len(PARTY_NAMES)}")

    @property
    def terminals(self) -> str:
        """Where the clearing service takes terminals."""
        return f"{self.host}:{self.base_port}"

    def peers(self, party: int) -> str:
        """Where a matching party takes the other two."""
        return f"{self.host}:{self.base_port + party}"
