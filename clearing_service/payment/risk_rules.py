"""Rules about odd payments as data: what each looks for, its name, and what then happens.

A rule can alert, ask for more, or refuse. None can ask for less: the factors of a payment by face
start at face and passcode and only ever grow.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

from clearing_service.errors import ClearingError
from clearing_service.rule_files import read_rule_file
from facepay.errors import MalformedFieldError
from facepay.money import Money
from facepay.response_code import ResponseCode

RULES_NAME = "risk_rules.toml"
PAYER_ENTRIES_MAX = 64
PAYER_MEMORY = timedelta(hours=24)
"""How many of a payer's payments are remembered, and how long: no rule can look further back."""
TERMINAL_ENTRIES_MAX = 256
TERMINAL_MEMORY = timedelta(hours=1)


class RiskRulesError(ClearingError):
    """The rules cannot be used. The message says why, for the person who wrote them."""


class Factor(Enum):
    """What a payer proves a payment with."""

    FACE = 1
    PASSCODE = 2
    PHONE_DIGITS = 3


LEAST_FACTORS = frozenset({Factor.FACE, Factor.PASSCODE})
"""Of every payment by face, whatever the risk or the sum."""


class RiskAction(Enum):
    """What happens when a rule applies. The values stand in the file of rules."""

    ALERT = "alert"
    STEP_UP = "step_up"
    REFUSE = "refuse"


REFUSAL_CODES = frozenset({ResponseCode.SUSPECTED_FRAUD, ResponseCode.COUNT_LIMIT_EXCEEDED})


@dataclass(frozen=True, slots=True)
class Response:
    """A rule's name, what it does, and with which code it refuses (None unless it does)."""

    name: str
    action: RiskAction
    code: ResponseCode | None = None


@dataclass(frozen=True, slots=True)
class PayerCount:
    """More than `payments` of one payer within a time: velocity, or a burst if it is short."""

    response: Response
    payments: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class FarApart:
    """Two payments of one payer at places nobody travels between so fast."""

    response: Response
    kilometres: float
    kilometres_per_hour: float


@dataclass(frozen=True, slots=True)
class NightSum:
    """More than `amount` of one payer in one night, from and to full hours in Beijing."""

    response: Response
    from_hour: int
    to_hour: int
    amount: Money


@dataclass(frozen=True, slots=True)
class TerminalPayers:
    """More than `payers` different payers at one terminal within a time."""

    response: Response
    payers: int
    within: timedelta


RiskRule = PayerCount | FarApart | NightSum | TerminalPayers


@dataclass(frozen=True, slots=True)
class RiskRules:
    """All rules, in the order in which they are looked at; the first refusal gives the code."""

    rules: tuple[RiskRule, ...] = ()

    @property
    def are_none(self) -> bool:
        """Whether nothing is watched, so that nothing needs to be remembered."""
        return not self.rules


def load_risk_rules(folder: Path | None = None) -> RiskRules:
    """Return the rules in `folder` if it has a file of them, else those of the program.

    Raises `RiskRulesError`.
    """
    return read_risk_rules(
        read_rule_file("clearing_service.payment", RULES_NAME, folder, RiskRulesError)
    )


def read_risk_rules(text: str) -> RiskRules:
    """Read a file of rules strictly; raises `RiskRulesError`."""
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise RiskRulesError(f"the risk rules are not TOML: {error}") from error
    listed = table.get("rule", [])
    is_tables = isinstance(listed, list) and all(isinstance(item, dict) for item in listed)
    if not set(table) <= {"rule"} or not is_tables:
        raise RiskRulesError("a file of risk rules holds [[rule]] tables and nothing else")
    return RiskRules(tuple(_rule(item) for item in listed))


class _Fields:
    """The fields of one rule; each is taken once and nothing may be left."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self._left = dict(table)
        self.name = str(table.get("name", "without a name"))

    def word(self, field: str) -> str:
        value = self._left.pop(field, None)
        if not isinstance(value, str) or not value:
            raise self.wrong(f"`{field}` is a word")
        return value

    def number(self, field: str, least: float, most: float) -> int:
        value = self._left.pop(field, None)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(f"`{field}` is {least} to {most}")
        return value

    def seconds(self, most: timedelta) -> timedelta:
        return timedelta(seconds=self.number("within_seconds", 1, most.total_seconds()))

    def has(self, field: str) -> bool:
        return field in self._left

    def end(self) -> None:
        if self._left:
            raise self.wrong(f"it has no field named {', '.join(sorted(self._left))}")

    def wrong(self, what: str) -> RiskRulesError:
        return RiskRulesError(f"risk rule {self.name}: {what}")


def _rule(table: Mapping[str, object]) -> RiskRule:
    fields = _Fields(table)
    kind = fields.word("kind")
    if kind not in _KINDS:
        raise fields.wrong(f"there is no kind {kind}")
    rule = _KINDS[kind](fields, _response(fields))
    fields.end()
    is_step_up = rule.response.action is RiskAction.STEP_UP
    if is_step_up and not isinstance(rule, TerminalPayers):
        raise fields.wrong("only what is known before the face can ask for phone digits")
    return rule


def _response(fields: _Fields) -> Response:
    name = fields.word("name")
    try:
        action = RiskAction(fields.word("action"))
        code = ResponseCode(fields.word("response_code")) if fields.has("response_code") else None
    except ValueError as error:
        raise fields.wrong("the action or code is unknown") from error
    if (action is RiskAction.REFUSE) is not (code in REFUSAL_CODES) or (
        action is not RiskAction.REFUSE and code is not None
    ):
        raise fields.wrong("a refusal, and nothing else, has response_code 59 or 65")
    return Response(name, action, code)


def _payer_count(fields: _Fields, response: Response) -> RiskRule:
    payments = fields.number("payments", 1, PAYER_ENTRIES_MAX)
    return PayerCount(response, payments, fields.seconds(PAYER_MEMORY))


def _far_apart(fields: _Fields, response: Response) -> RiskRule:
    return FarApart(
        response,
        fields.number("kilometres", 1, 20_000),
        fields.number("kilometres_per_hour", 1, 100_000),
    )


def _night_sum(fields: _Fields, response: Response) -> RiskRule:
    first, last = fields.number("from_hour", 0, 23), fields.number("to_hour", 0, 23)
    if first == last:
        raise fields.wrong("a night has a length")
    try:
        amount = Money(fields.number("amount_minor_units", 0, 10**12))
    except MalformedFieldError as error:
        raise fields.wrong("no such amount") from error
    return NightSum(response, first, last, amount)


def _terminal_payers(fields: _Fields, response: Response) -> RiskRule:
    payers = fields.number("payers", 1, TERMINAL_ENTRIES_MAX)
    return TerminalPayers(response, payers, fields.seconds(TERMINAL_MEMORY))


_KINDS: Mapping[str, Callable[[_Fields, Response], RiskRule]] = {
    "payer_count": _payer_count,
    "far_apart": _far_apart,
    "night_sum": _night_sum,
    "terminal_payers": _terminal_payers,
}
