"""A small business day, always the same: what `facepay-sim day` plays and the operators' guide uses.

Six sales by five people of two banks at two tills, one refund in part, one void, one decline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from facepay.identifiers import RetrievalReferenceNumber
from facepay.money import Money
from facepay.vocabulary import RefundKind
from facepay_harness.accounts import SandboxPerson
from facepay_harness.terminal import ScenarioTerminal
from pos_app.checkout.payment import Approved, Declined, PaymentOutcome
from pos_app.checkout.refund import Refunded, RefundIntent
from pos_app.errors import PosError


@dataclass(frozen=True, slots=True)
class DayStep:
    """One sale, and what is given back of it at once. `given_back` of the whole sum is a void."""

    account: str
    terminal_id: str
    amount_minor_units: int
    given_back: int = 0

    @property
    def refund(self) -> RefundIntent | None:
        """What is asked for, if anything goes back."""
        if not self.given_back:
            return None
        is_all = self.given_back == self.amount_minor_units
        return RefundIntent(
            RefundKind.VOID if is_all else RefundKind.REFUND, Money(self.given_back)
        )


DAY: tuple[DayStep, ...] = (
    DayStep("li.na", "TILL0001", 120_50),
    DayStep("wang.wei", "TILL0001", 38_00, given_back=8_00),
    DayStep("chen.jie", "TILL0002", 56_80),
    DayStep("zhao.min", "TILL0001", 12_50),
    DayStep("li.na", "TILL0002", 20_00, given_back=20_00),
    DayStep("liu.yang", "TILL0002", 64_00),
)


class DayFailedError(PosError):
    """A step of the day went another way than it always does. The message says which."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """How one step went. `rrn` is the number on the receipt, none after a decline."""

    step: DayStep
    response_code: str
    rrn: RetrievalReferenceNumber | None

    def text(self) -> str:
        """Return one aligned line for a person."""
        paid, back = _yuan(self.step.amount_minor_units), _yuan(self.step.given_back)
        number = self.rrn.value if self.rrn else "-"
        account, till = self.step.account, self.step.terminal_id
        return f"{till}  {account:8}  {paid:>7}  {self.response_code}  {number:12}  {back:>7}"

    def row(self) -> dict[str, str | int | None]:
        """Return plain values for a program."""
        return {
            "terminal": self.step.terminal_id,
            "account": self.step.account,
            "amount_minor_units": self.step.amount_minor_units,
            "response_code": self.response_code,
            "rrn": self.rrn.value if self.rrn else None,
            "given_back_minor_units": self.step.given_back,
        }


HEADINGS = "terminal  account     amount  code  payment     given back"


def people_of(steps: Sequence[DayStep] = DAY) -> tuple[str, ...]:
    """Return who pays, each once, in order."""
    return tuple(dict.fromkeys(step.account for step in steps))


async def play_step(till: ScenarioTerminal, person: SandboxPerson, step: DayStep) -> DayLine:
    """Play one step at its till; raises `DayFailedError` and what the till raises."""
    till.stand(person)
    outcome = await till.pay(step.amount_minor_units)
    line = _line(step, outcome)
    refund = step.refund
    if refund is not None and line.rrn is not None:
        result = await till.terminal.refund_flow().refund(line.rrn, refund)
        if not isinstance(result, Refunded):
            raise DayFailedError(f"nothing was given back to {step.account}")
    return line


def _line(step: DayStep, outcome: PaymentOutcome) -> DayLine:
    match outcome:
        case Approved(receipt) if receipt.face is not None:
            return DayLine(step, "00", receipt.face.rrn)
        case Declined(code):
            return DayLine(step, code.value, None)
        case _:
            raise DayFailedError(f"{step.account} could not pay at {step.terminal_id}")


def _yuan(minor_units: int) -> str:
    return f"{minor_units // 100}.{minor_units % 100:02d}"
