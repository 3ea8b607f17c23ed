"""What an issuer does wrong on purpose, so that everything around it can be tried."""

from dataclasses import dataclass
from enum import Enum

from facepay.identifiers import ParticipantId


class Fault(Enum):
    """How an issuer misbehaves."""

    NONE = "answers in time"
    UNREACHABLE = "does not answer and does nothing"
    ANSWERS_LATE = "does what it was asked, but its answer comes after the deadline"
    REFUSES = "refuses every debit"


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """One issuer's behaviour. A late issuer acts `late_by_seconds` after it was asked."""

    fault: Fault = Fault.NONE
    late_by_seconds: float = 20.0


class FaultBoard:
    """The behaviour of every issuer now. Tests and drills turn it."""

    def __init__(self) -> None:
        self._profiles: dict[ParticipantId, FaultProfile] = {}

    def set(self, issuer_id: ParticipantId, profile: FaultProfile) -> None:
        """Let an issuer behave so from now on."""
        self._profiles[issuer_id] = profile

    def of(self, issuer_id: ParticipantId) -> FaultProfile:
        """Return how an issuer behaves."""
        return self._profiles.get(issuer_id, FaultProfile())
