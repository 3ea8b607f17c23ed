"""What an operator asks the running service, and is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.v1 import operator_pb2 as pb
from facepay.vocabulary import LossReporter
from facepay.wire.strict import day, from_milliseconds, require_strict, to_milliseconds, word

GENERATED_REFERENCES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class WindowOverview:
    """The settlement window that takes bookings now, and how many closed ones are not settled.

    `aborted_count` of those were given up and wait for an operator.
    """

    number: int
    business_date: date
    closes_at: datetime
    unsettled_count: int
    aborted_count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the service. `payments_by_state` is keyed by the state's name.

    `certificates_valid_until`: when the first certificate or revocation list ends that the clearing
    institution depends on.
    """

    active_references: int
    generation: int
    epoch: int
    payments_by_state: Mapping[str, int]
    trial_balance_minor_units: int
    held_minor_units: int
    audit_chain_intact: bool
    certificates_valid_until: datetime
    window: WindowOverview

    def to_message(self) -> pb.GetOverviewResponse:
        """Return the protobuf message."""
        return pb.GetOverviewResponse(
            active_references=self.active_references,
            generation=self.generation,
            epoch=self.epoch,
            payments_by_state=self.payments_by_state,
            trial_balance_minor_units=self.trial_balance_minor_units,
            held_minor_units=self.held_minor_units,
            audit_chain_intact=self.audit_chain_intact,
            certificates_valid_until_ms=to_milliseconds(self.certificates_valid_until),
            window_number=self.window.number,
            window_business_date=self.window.business_date.isoformat(),
            window_closes_at_ms=to_milliseconds(self.window.closes_at),
            windows_unsettled=self.window.unsettled_count,
            windows_aborted=self.window.aborted_count,
        )

    @classmethod
    def from_message(cls, message: pb.GetOverviewResponse) -> Self:
        """Read a reply strictly; raises `MalformedFieldError`."""
        require_strict(message)
        return cls(
            active_references=message.active_references,
            generation=message.generation,
            epoch=message.epoch,
            payments_by_state=dict(message.payments_by_state),
            trial_balance_minor_units=message.trial_balance_minor_units,
            held_minor_units=message.held_minor_units,
            audit_chain_intact=message.audit_chain_intact,
            certificates_valid_until=from_milliseconds(message.certificates_valid_until_ms),
            window=WindowOverview(
                message.window_number,
                day(message.window_business_date),
                from_milliseconds(message.window_closes_at_ms),
                message.windows_unsettled,
                message.windows_aborted,
            ),
        )


@dataclass(frozen=True, slots=True)
class LossReportRequest:
    """Whose face payment is to be stopped, and on whose word."""

    issuer_id: ParticipantId
    account_alias: AccountAlias
    reporter: LossReporter

    def to_message(self) -> pb.ReportLossRequest:
        """Return the protobuf message."""
        return pb.ReportLossRequest(
            issuer_id=self.issuer_id.value,
            account_alias=self.account_alias.value,
            reporter=pb.LossReporter.ValueType(self.reporter.value),
        )

    @classmethod
    def from_message(cls, message: pb.ReportLossRequest) -> Self:
        """Read a request strictly; raises `MalformedFieldError`."""
        require_strict(message)
        return cls(
            ParticipantId(message.issuer_id),
            AccountAlias(message.account_alias),
            word(LossReporter, message.reporter),
        )


def reference_count_from_message(message: pb.GenerateReferencesRequest) -> int:
    """Return how many references to generate; raises `MalformedFieldError` out of range."""
    require_strict(message)
    if not 1 <= message.count <= GENERATED_REFERENCES_MAX:
        raise MalformedFieldError(f"count is 1 to {GENERATED_REFERENCES_MAX}")
    return message.count
