"""The sandbox's table of invented people, as `facepay-clearing init` wrote it."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from clearing_service.issuer.one_time_code import STEPS_AROUND, code_of, time_step
from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId
from facepay.ports import Clock, SystemClock
from pos_app.checkout.enrolment_ports import IssuerLogin
from pos_app.errors import PosError

CODES_AT_ONCE = 2 * STEPS_AROUND + 1
"""How many different codes an issuer takes at one moment, each once."""


class AccountTableError(PosError):
    """The table cannot be read, or has no such person."""


class OneTimeCodes:
    """A person's code device: gives each code once, those of the near future included."""

    def __init__(self, seed: bytes, clock: Clock) -> None:
        self._seed = seed
        self._clock = clock
        self._last_step = 0

    def next(self) -> str:
        """Return a code that the issuer takes now and that was not given before."""
        step = max(time_step(self._clock.now()) - STEPS_AROUND, self._last_step + 1)
        self._last_step = step
        return code_of(self._seed, step)


@dataclass(frozen=True, slots=True)
class SandboxPerson:
    """What a tester needs to play one person."""

    issuer_id: ParticipantId
    login: str
    phone_tail: str
    passcode: str = field(repr=False)
    balance_minor_units: int
    codes: OneTimeCodes = field(repr=False, compare=False)

    @property
    def issuer_login(self) -> IssuerLogin:
        """What the person shows the issuer, with a fresh code each time."""
        return IssuerLogin(self.issuer_id, self.login, self.codes.next())


def load_accounts(path: Path, clock: Clock | None = None) -> dict[str, SandboxPerson]:
    """Return the people by login; raises `AccountTableError`."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        people = [_person(row, clock or SystemClock()) for row in rows]
    except FileNotFoundError as error:
        raise AccountTableError(
            f"there is no sandbox in {path.parent}; make one with "
            f"`facepay-clearing init --directory {path.parent}`"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, MalformedFieldError) as error:
        raise AccountTableError(f"{path} cannot be read as a table of accounts") from error
    return {person.login: person for person in people}


def _person(row: dict[str, str | int], clock: Clock) -> SandboxPerson:
    return SandboxPerson(
        issuer_id=ParticipantId(str(row["issuer"])),
        login=str(row["login"]),
        phone_tail=str(row["phone_tail"]),
        passcode=str(row["passcode"]),
        balance_minor_units=int(row["balance_minor_units"]),
        codes=OneTimeCodes(bytes.fromhex(str(row["login_seed"])), clock),
    )
