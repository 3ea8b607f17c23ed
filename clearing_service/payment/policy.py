"""Timers, ceilings and counts of a payment, as data. Each has its reason."""

from dataclasses import dataclass, field
from datetime import timedelta

from clearing_service.payment.risk_rules import RiskRules
from clearing_service.routing.challenge_drawing import ChallengePolicy
from clearing_service.routing.evidence_policy import EvidencePolicy
from facepay.money import Money

PER_PAYMENT_CEILING = Money(100_000)
PER_DAY_CEILING = Money(500_000)


@dataclass(frozen=True, slots=True)
class AmountLimits:
    """Ceilings of face payment for one payment and one Beijing calendar day.

    The defaults are choices of this product by analogy with rules for bar-code payment with two
    factors; no rule for face payment names a figure.
    """

    per_payment: Money = PER_PAYMENT_CEILING
    per_day: Money = PER_DAY_CEILING

    def lowered_to(self, wish: "AmountLimits | None") -> "AmountLimits":
        """Return the payer's own limits where they are lower; nobody can raise a ceiling."""
        if wish is None:
            return self
        return AmountLimits(
            min(self.per_payment, wish.per_payment), min(self.per_day, wish.per_day)
        )


@dataclass(frozen=True, slots=True)
class PaymentPolicy:
    """What a payment may take: time, tries, money.

    The order issuer < AuthorizePayment < polling < sweeper keeps every waiter alive longer than
    what it waits for; a test asserts it.
    """

    limits: AmountLimits = field(default_factory=AmountLimits)
    risk: RiskRules = field(default_factory=RiskRules)
    evidence: EvidencePolicy = field(default_factory=EvidencePolicy)
    opening_lifetime: timedelta = timedelta(seconds=300)
    issuer_deadline: timedelta = timedelta(seconds=8)
    authorize_deadline: timedelta = timedelta(seconds=12)
    polling: timedelta = timedelta(seconds=60)
    hold_sweep_after: timedelta = timedelta(minutes=10)
    clock_window: timedelta = timedelta(seconds=120)
    probes_max: int = 3
    refunds_max: int = 99
    """Of one payment; as many as two digits of a receipt can count."""
    pad: ChallengePolicy = field(default_factory=ChallengePolicy)
    reversal_first_delay: timedelta = timedelta(seconds=5)
    reversal_delay_max: timedelta = timedelta(minutes=15)

    def retry_delay(self, attempt_count: int) -> timedelta:
        """Return how long an issuer that did not answer is let alone; it doubles each time."""
        delay: timedelta = self.reversal_first_delay * 2 ** min(attempt_count, 16)
        return min(delay, self.reversal_delay_max)
