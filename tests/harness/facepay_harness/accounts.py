"""The sandbox's table of invented people, as `facepay-clearing init` wrote it."""

import json
from dataclasses import dataclass
from pathlib import Path

from facepay.identifiers import ParticipantId
from pos_app.checkout.enrolment import IssuerLogin
from pos_app.errors import PosError


class AccountTableError(PosError):
    """The table cannot be read, or has no such person."""


@dataclass(frozen=True, slots=True, repr=False)
class SandboxPerson:
    """What a tester needs to play one person."""

    issuer_id: ParticipantId
    login: str
    one_time_code: str
    phone_tail: str
    passcode: str
    balance_minor_units: int

    @property
    def issuer_login(self) -> IssuerLogin:
        """What the person shows the issuer."""
        return IssuerLogin(self.issuer_id, self.login, self.one_time_code)

    def __repr__(self) -> str:
        """Show the login only."""
        return f"SandboxPerson({self.login})"


def load_accounts(path: Path) -> dict[str, SandboxPerson]:
    """Return the people by login; raises `AccountTableError`."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        rows = listed["accounts"] if isinstance(listed, dict) else listed
        people = [_person(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AccountTableError(f"{path} cannot be read as a table of accounts") from error
    return {person.login: person for person in people}


def _person(row: dict[str, object]) -> SandboxPerson:
    balance = row["balance_minor_units"]
    return SandboxPerson(
        issuer_id=ParticipantId(str(row["issuer_id"])),
        login=str(row["login"]),
        one_time_code=str(row["one_time_code"]),
        phone_tail=str(row["phone_tail"]),
        passcode=str(row["passcode"]),
        balance_minor_units=balance if isinstance(balance, int) else 0,
    )
