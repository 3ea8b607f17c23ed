"""A usage store in memory, for tests that need no disk."""

from collections.abc import Sequence
from datetime import datetime

from clearing_service.security_module.usage import ClaimOutcome, CounterWindow, PinClaim


class MemoryUsageStore:
    def __init__(self) -> None:
        self.records: set[bytes] = set()
        self.windows: dict[bytes, CounterWindow] = {}
        self.batches: list[int] = []
        self.failure: Exception | None = None

    def claim_all(self, claims: Sequence[PinClaim], now: datetime) -> tuple[ClaimOutcome, ...]:
        if self.failure is not None:
            raise self.failure
        self.batches.append(len(claims))
        return tuple(self._claim(claim) for claim in claims)

    def close(self) -> None:
        pass

    def _claim(self, claim: PinClaim) -> ClaimOutcome:
        if claim.record_id in self.records:
            return ClaimOutcome.RECORD_USED
        device = claim.ksn.initial_key_id
        window = self.windows.get(device, CounterWindow()).after(claim.ksn.counter)
        if window is None:
            return ClaimOutcome.KEY_USED
        self.records.add(claim.record_id)
        self.windows[device] = window
        return ClaimOutcome.GRANTED
