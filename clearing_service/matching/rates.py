"""How many probes a terminal may send and a bucket may be asked, at this party.

Chosen probes with many answers would lead to a reference; rates slow that down. They are counted
by each party for itself, so no party can be talked out of them.
"""

from dataclasses import dataclass

from facepay.ports import Clock

_KEYS_MAX = 100_000
"""Above this many keys, those whose allowance is full again are forgotten."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, refilled at `per_minute`."""

    per_minute: float
    burst: int


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """Limits of one party. A till that is always busy sends about six probes a minute."""

    per_terminal: Rate = Rate(per_minute=30, burst=30)
    per_bucket: Rate = Rate(per_minute=60, burst=120)


class RateLimiter:
    """Token buckets by key, on the monotonic clock."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._levels: dict[bytes, tuple[float, float]] = {}

    def allows(self, key: bytes) -> bool:
        """Count one use of `key`, and tell whether it was within the rate; a refused one is free."""
        now = self._clock.monotonic()
        level, at = self._levels.get(key, (float(self._rate.burst), now))
        level = min(self._rate.burst, level + (now - at) * self._rate.per_minute / 60)
        is_allowed = level >= 1
        self._levels[key] = (level - 1 if is_allowed else level, now)
        if len(self._levels) > _KEYS_MAX:
            self._forget_full(now)
        return is_allowed

    def _forget_full(self, now: float) -> None:
        refill_seconds = 60 * self._rate.burst / self._rate.per_minute
        self._levels = {
            key: (level, at)
            for key, (level, at) in self._levels.items()
            if now - at < refill_seconds
        }
