"""Accounts of the central book and the positions kept on them."""

from dataclasses import dataclass
from enum import Enum

from clearing_service.errors import LedgerInvariantError
from facepay.identifiers import ParticipantId
from facepay.money import Currency, Money


class AccountKind(Enum):
    """What an account of a participant is for."""

    POSITION = 1
    SETTLEMENT = 2
    FEE = 3
    RISK_RESERVE = 4


@dataclass(frozen=True, slots=True, order=True)
class AccountId:
    """One account of one participant in one currency."""

    participant_id: ParticipantId
    kind: AccountKind = AccountKind.POSITION
    currency: Currency = Currency.CNY

    def __str__(self) -> str:
        return f"{self.participant_id}/{self.kind.name}/{self.currency.name}"


@dataclass(frozen=True, slots=True)
class Balance:
    """Running totals of an account in minor units.

    `posted` sums have moved; `held` sums are promised and will be posted or released. The net debit
    cap bounds what the participant may owe, posted and held together. Credits held do not widen it:
    they may still be released. Nothing new is held for a suspended participant.
    """

    account: AccountId
    net_debit_cap_minor_units: int
    debits_posted: int = 0
    credits_posted: int = 0
    debits_held: int = 0
    credits_held: int = 0
    is_suspended: bool = False

    def __post_init__(self) -> None:
        if self.debits_held < 0 or self.credits_held < 0:
            raise LedgerInvariantError(f"account {self.account} would hold less than nothing")

    @property
    def net_debit_minor_units(self) -> int:
        """What the participant owes now, posted and held together; negative if it is owed."""
        return self.debits_held - self.credit_minor_units

    @property
    def credit_minor_units(self) -> int:
        """What has been posted to its credit; negative if more was to its debit."""
        return self.credits_posted - self.debits_posted

    @property
    def is_even(self) -> bool:
        """Whether nothing is owed either way, and nothing held."""
        return (
            self.debits_posted == self.credits_posted and self.debits_held == self.credits_held == 0
        )

    def has_room_for(self, amount: Money) -> bool:
        """Whether a debit of `amount` stays within the cap."""
        owed = self.net_debit_minor_units + amount.amount_minor_units
        return owed <= self.net_debit_cap_minor_units

    def changed(
        self,
        *,
        debits_posted: int = 0,
        credits_posted: int = 0,
        debits_held: int = 0,
        credits_held: int = 0,
    ) -> "Balance":
        """Return the balance with so much more (or, negative, less) in each total."""
        return Balance(
            self.account,
            self.net_debit_cap_minor_units,
            self.debits_posted + debits_posted,
            self.credits_posted + credits_posted,
            self.debits_held + debits_held,
            self.credits_held + credits_held,
            self.is_suspended,
        )
