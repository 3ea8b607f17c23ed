"""What is remembered of payments so that odd ones stand out: a short list for payer and terminal."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

from clearing_service.payment.risk_rules import (
    PAYER_ENTRIES_MAX,
    PAYER_MEMORY,
    TERMINAL_ENTRIES_MAX,
    TERMINAL_MEMORY,
)
from facepay.identifiers import AccountAlias, ParticipantId

_GEO = re.compile(r"geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
_EARTH_KILOMETRES = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth in degrees: north and east are positive."""

    latitude: float
    longitude: float

    def kilometres_to(self, other: "Place") -> float:
        """Return the great-circle distance."""
        north, other_north = math.radians(self.latitude), math.radians(other.latitude)
        east = math.radians(other.longitude - self.longitude)
        half = (
            math.sin((other_north - north) / 2) ** 2
            + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
        )
        return 2 * _EARTH_KILOMETRES * math.asin(math.sqrt(min(half, 1.0)))


def place_of(placement: str) -> Place | None:
    """Return the place in a terminal's placement, if it names one as a geo URI (RFC 5870)."""
    found = _GEO.search(placement)
    if found is None:
        return None
    place = Place(float(found[1]), float(found[2]))
    return place if abs(place.latitude) <= 90 and abs(place.longitude) <= 180 else None


@dataclass(frozen=True, slots=True)
class PayerEntry:
    """One payment of a payer: when, how much in minor units, and where if that is known."""

    at: datetime
    amount_minor_units: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PayerActivity:
    """A payer's latest payments, oldest first."""

    entries: tuple[PayerEntry, ...] = ()

    def with_entry(self, entry: PayerEntry) -> "PayerActivity":
        """Return it with one more; what is too old or too much is forgotten."""
        young = [item for item in self.entries if entry.at - item.at < PAYER_MEMORY]
        return PayerActivity((*young, entry)[-PAYER_ENTRIES_MAX:])


@dataclass(frozen=True, slots=True)
class TerminalEntry:
    """One payment at a terminal: when, and whose."""

    at: datetime
    issuer_id: ParticipantId
    account_alias: AccountAlias


@dataclass(frozen=True, slots=True)
class TerminalActivity:
    """A terminal's latest payments, oldest first."""

    entries: tuple[TerminalEntry, ...] = ()

    def with_entry(self, entry: TerminalEntry) -> "TerminalActivity":
        """Return it with one more; what is too old or too much is forgotten."""
        young = [item for item in self.entries if entry.at - item.at < TERMINAL_MEMORY]
        return TerminalActivity((*young, entry)[-TERMINAL_ENTRIES_MAX:])
