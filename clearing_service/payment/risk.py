"""Watching payments as they happen: which rules apply to one, and what follows.

Judged when the sum is about to be held, in the same commit, so that parallel payments see each
other. A rule about the terminal alone can be judged earlier, at the opening, and then asks for
phone digits as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from clearing_service.clock import BEIJING
from clearing_service.payment.activity import (
    PayerActivity,
    PayerEntry,
    TerminalActivity,
    TerminalEntry,
)
from clearing_service.payment.risk_rules import (
    LEAST_FACTORS,
    Factor,
    FarApart,
    NightSum,
    PayerCount,
    Response,
    RiskAction,
    RiskRule,
    RiskRules,
    TerminalPayers,
)
from facepay.response_code import ResponseCode


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment about to be held, and what came before it."""

    payer: PayerEntry
    terminal: TerminalEntry
    payer_before: PayerActivity
    terminal_before: TerminalActivity


@dataclass(frozen=True, slots=True)
class RiskDecision:
    """The rules that apply, in their order."""

    alerts: tuple[Response, ...] = ()

    @property
    def refusal(self) -> ResponseCode | None:
        """The code of the first rule that refuses, if one does."""
        codes = (item.code for item in self.alerts if item.action is RiskAction.REFUSE)
        return next(codes, None)

    @property
    def factors(self) -> frozenset[Factor]:
        """What the payer must prove the payment with: never less than face and passcode."""
        has_more = any(item.action is RiskAction.STEP_UP for item in self.alerts)
        return LEAST_FACTORS | ({Factor.PHONE_DIGITS} if has_more else frozenset())


def assess(rules: RiskRules, attempt: Attempt) -> RiskDecision:
    """Return which rules apply to a payment about to be held."""
    return RiskDecision(tuple(rule.response for rule in rules.rules if _applies(rule, attempt)))


def assess_opening(rules: RiskRules, before: TerminalActivity, now: datetime) -> RiskDecision:
    """Return which rules already ask for more at a terminal, before anybody's face is seen."""
    applying = [
        rule.response
        for rule in rules.rules
        if isinstance(rule, TerminalPayers)
        and rule.response.action is RiskAction.STEP_UP
        and len(_payers(before, now - rule.within)) > rule.payers
    ]
    return RiskDecision(tuple(applying))


def _applies(rule: RiskRule, attempt: Attempt) -> bool:
    match rule:
        case PayerCount():
            return _is_crowded(rule, attempt)
        case FarApart():
            return _is_far(rule, attempt)
        case NightSum():
            return _is_night_spike(rule, attempt)
        case TerminalPayers():
            return _has_many_payers(rule, attempt)
        case _:
            assert_never(rule)


def _is_crowded(rule: PayerCount, attempt: Attempt) -> bool:
    since = attempt.payer.at - rule.within
    earlier = sum(entry.at > since for entry in attempt.payer_before.entries)
    return earlier >= rule.payments


def _is_far(rule: FarApart, attempt: Attempt) -> bool:
    here = attempt.payer
    return any(_is_too_fast(rule, here, earlier) for earlier in attempt.payer_before.entries)


def _is_too_fast(rule: FarApart, here: PayerEntry, earlier: PayerEntry) -> bool:
    if here.place is None or earlier.place is None:
        return False
    kilometres = here.place.kilometres_to(earlier.place)
    hours = abs(here.at - earlier.at) / timedelta(hours=1)
    return kilometres >= rule.kilometres and kilometres > rule.kilometres_per_hour * hours


def _is_night_spike(rule: NightSum, attempt: Attempt) -> bool:
    now = attempt.payer.at.astimezone(BEIJING)
    into_night = (now.hour - rule.from_hour) % 24
    if into_night >= (rule.to_hour - rule.from_hour) % 24:
        return False
    began = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=into_night)
    earlier = [item for item in attempt.payer_before.entries if item.at >= began]
    total = sum(item.amount_minor_units for item in [*earlier, attempt.payer])
    return total > rule.amount.amount_minor_units


def _has_many_payers(rule: TerminalPayers, attempt: Attempt) -> bool:
    if rule.response.action is RiskAction.STEP_UP:  # asked for at the opening, or too late to ask
        return False
    here = attempt.terminal
    payers = _payers(attempt.terminal_before, here.at - rule.within)
    return len(payers | {_payer(here)}) > rule.payers


def _payers(activity: TerminalActivity, since: datetime) -> frozenset[tuple[str, str]]:
    return frozenset(_payer(entry) for entry in activity.entries if entry.at > since)


def _payer(entry: TerminalEntry) -> tuple[str, str]:
    """Return whose it was as plain text: a busy till's hour is compared at every payment."""
    return (entry.issuer_id.value, entry.account_alias.value)
