"""One-time codes of the issuer's own sign-in: RFC 6238 (TOTP) over RFC 4226 (HOTP), six digits."""

import hashlib
import hmac
from datetime import datetime

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A code of the step before or after is taken too: clocks differ and people are slow."""
DIGITS = 6


def time_step(moment: datetime) -> int:
    """Return the number of the time step."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(seed: bytes, step: int) -> str:
    """Return the six digits for a time step."""
    mac = hmac.digest(seed, step.to_bytes(8), hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(seed: bytes, code: str, moment: datetime, newer_than: int) -> int | None:
    """Return the unused time step that `code` belongs to, or None. Each step is good once."""
    now = time_step(moment)
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        if step > newer_than and hmac.compare_digest(code_of(seed, step), code):
            return step
    return None
