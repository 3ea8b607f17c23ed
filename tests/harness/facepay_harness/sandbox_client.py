"""What `facepay-sim` does in a running sandbox: enrol invented people, and let them pay."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from facepay.wire.enrolment import EnrolmentActive, EnrolmentRefused
from facepay_harness.accounts import AccountTableError, SandboxPerson, load_accounts
from facepay_harness.day import DAY, DayLine, people_of, play_step
from facepay_harness.line import FaultyLine, LineFault
from facepay_harness.outcome_text import enrolment_text
from facepay_harness.terminal import ScenarioTerminal
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason
from pos_app.checkout.enrolment_ports import ClosingOutcome, EnrolmentFailed, EnrolmentOutcome
from pos_app.checkout.payment import PaymentOutcome
from pos_app.errors import PosError

ENROLMENT_STATION = "ENRL0001"
_MEMORY = "facepay-sim.json"


class ServiceUnreachableError(PosError):
    """The service of the sandbox gave no answer; the message names its address."""


class NotEnrolledError(PosError):
    """The person could not be enrolled, so they cannot pay by face."""


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """Who pays how much where. `face` and `passcode` may be another's than the account owner's."""

    account: str
    amount_minor_units: int
    terminal_id: str
    face: str | None = None
    passcode: str | None = None
    is_enrolled_first: bool = True
    fault: tuple[str, LineFault] | None = None
    """Name of a call, and what happens to its first sending."""


class SandboxClient:
    """Works on the directory that `facepay-clearing init` made; its parties must be running."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def account(self, login: str) -> SandboxPerson:
        """Return one person of the table; raises `AccountTableError`."""
        accounts = load_accounts(self._directory / "sandbox.json")
        if login not in accounts:
            known = ", ".join(sorted(accounts))
            raise AccountTableError(f"there is no account {login}; there are {known}")
        return accounts[login]

    def bundle(self, terminal_id: str) -> Path:
        """Return a terminal's bundle directory."""
        return self._directory / "terminals" / terminal_id

    async def enrol(self, login: str) -> EnrolmentOutcome:
        """Enrol one person at the enrolment station, with the station's own code."""
        account = self.account(login)
        station = ScenarioTerminal.open(self.bundle(ENROLMENT_STATION))
        try:
            with _explained(station):
                outcome = await station.enrol(account)
        finally:
            await station.close()
        if isinstance(outcome, EnrolmentActive):
            self._remember(self._enrolled | {login})
        return outcome

    async def close_face_payment(self, login: str) -> ClosingOutcome:
        """Close face payment for one person."""
        account = self.account(login)
        station = ScenarioTerminal.open(self.bundle(ENROLMENT_STATION))
        try:
            with _explained(station):
                outcome = await station.close_face_payment(account)
        finally:
            await station.close()
        if not isinstance(outcome, EnrolmentRefused | EnrolmentFailed):
            self._remember(self._enrolled - {login})
        return outcome

    async def pay(self, wish: PaymentWish) -> PaymentOutcome:
        """Let a person pay, enrolling them first if they never were.

        Raises `NotEnrolledError`, and `PosError` for a bundle or table that cannot be used.
        """
        account = self.account(wish.account)
        if wish.is_enrolled_first and wish.account not in self._enrolled:
            outcome = await self.enrol(wish.account)
            if not isinstance(outcome, EnrolmentActive):
                why = enrolment_text(outcome)
                raise NotEnrolledError(f"{wish.account} could not be enrolled: {why}")
        line = FaultyLine()
        if wish.fault is not None:
            line.fail(*wish.fault)
        terminal = ScenarioTerminal.open(self.bundle(wish.terminal_id), interceptors=[line])
        try:
            terminal.stand(account, face=wish.face)
            terminal.fingers.passcode = wish.passcode or account.passcode
            with _explained(terminal):
                return await terminal.pay(wish.amount_minor_units)
        finally:
            await terminal.close()

    async def day(self) -> tuple[DayLine, ...]:
        """Play a small business day, always the same, enrolling its people first.

        Raises `DayFailedError`, and what `pay` raises.
        """
        for login in people_of():
            if login not in self._enrolled:
                outcome = await self.enrol(login)
                if not isinstance(outcome, EnrolmentActive):
                    why = enrolment_text(outcome)
                    raise NotEnrolledError(f"{login} could not be enrolled: {why}")
        tills: dict[str, ScenarioTerminal] = {}
        lines = []
        try:
            for step in DAY:
                if step.terminal_id not in tills:
                    bundle = self.bundle(step.terminal_id)
                    tills[step.terminal_id] = ScenarioTerminal.open(bundle)
                till = tills[step.terminal_id]
                with _explained(till):
                    lines.append(await play_step(till, self.account(step.account), step))
        finally:
            for till in tills.values():
                await till.close()
        return tuple(lines)

    @property
    def _enrolled(self) -> frozenset[str]:
        try:
            return frozenset(json.loads((self._directory / _MEMORY).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return frozenset()

    def _remember(self, logins: frozenset[str]) -> None:
        text = json.dumps(sorted(logins))
        (self._directory / _MEMORY).write_text(text, encoding="utf-8")


@contextmanager
def _explained(terminal: ScenarioTerminal) -> Iterator[None]:
    """Name the address in the error of a service that does not answer."""
    try:
        yield
    except ClearingError as error:
        address = terminal.terminal.config.clearing_address
        why = error.reason.value.replace("_", " ")
        is_line = error.reason is ClearingErrorReason.UNREACHABLE
        hint = "; start it with `facepay-clearing serve`" if is_line else ""
        raise ServiceUnreachableError(f"the service at {address}: {why}{hint}") from error
