"""What happened, line by line, and its hash: two runs of a seed have the same one."""

import hashlib
from collections import deque
from dataclasses import dataclass, field

LINES_KEPT = 20_000


@dataclass
class Trace:
    """Lines with their virtual time. All of them are in the hash; the newest are kept to print."""

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))
    line_count: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, at: float, who: str, what: str) -> None:
        line = f"{at:13.6f} {who:<9} {what}"
        self.line_count += 1
        self.lines.append(line)
        self._hash.update(line.encode() + b"\n")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def about(self, names: tuple[str, ...], limit: int = 80) -> list[str]:
        """Return the last lines that name one of `names`, and every fault and crash."""
        wanted = (*names, "FAULT", "CRASH", "START")
        found = [line for line in self.lines if any(name in line for name in wanted)]
        return found[-limit:]
