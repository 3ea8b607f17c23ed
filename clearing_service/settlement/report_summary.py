"""The summary of a report: what a participant owes or is owed, and which kinds of rows make it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from clearing_service.ledger.account import AccountKind
from clearing_service.ledger.transfer import TransferKind
from clearing_service.settlement.report_layout import ReportRow
from clearing_service.settlement.report_proof import canonical_json
from facepay.identifiers import ParticipantId
from facepay.settlement_proof.transfer_leaf import Side

SUMMARY_FORMAT = "facepay-report-summary/1"

KindKey = tuple[str, str]
"""An account's kind and a row's kind."""


@dataclass(frozen=True, slots=True, order=True)
class KindTotals:
    """Lines of one kind on one account: how many, and their sums in minor units."""

    account: str
    kind: str
    count: int
    debits_minor_units: int
    credits_minor_units: int


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """The figures of one report. Positive positions are owed to the participant."""

    participant: ParticipantId
    window: int
    business_date: date
    currency: str
    kinds: tuple[KindTotals, ...]
    digest_hash: bytes

    @property
    def net_position_minor_units(self) -> int:
        """What the window's settlement will pay (positive) or collect (negative)."""
        return self.position_of(AccountKind.POSITION)

    @property
    def fees_minor_units(self) -> int:
        """Fees earned less fees paid on the position."""
        position = AccountKind.POSITION.name
        return sum(
            item.credits_minor_units - item.debits_minor_units
            for item in self.kinds
            if (item.account, item.kind) == (position, TransferKind.FEE.name)
        )

    def position_of(self, account: AccountKind) -> int:
        """Return credits less debits of one of the participant's accounts."""
        return sum(
            item.credits_minor_units - item.debits_minor_units
            for item in self.kinds
            if item.account == account.name
        )

    def content(self) -> dict[str, object]:
        """Return the summary as a JSON object."""
        return {
            "format": SUMMARY_FORMAT,
            "participant": self.participant.value,
            "window": self.window,
            "business_date": self.business_date.isoformat(),
            "currency": self.currency,
            "net_position_minor_units": self.net_position_minor_units,
            "fees_minor_units": self.fees_minor_units,
            "accounts": {
                kind.name: self.position_of(kind)
                for kind in AccountKind
                if any(item.account == kind.name for item in self.kinds)
            },
            "kinds": [asdict(item) for item in self.kinds],
            "digest_sha256": self.digest_hash.hex(),
        }

    def to_bytes(self) -> bytes:
        """Return the summary file's bytes."""
        return canonical_json(self.content())


def totals_by_kind(rows: Iterable[ReportRow]) -> tuple[KindTotals, ...]:
    """Return counts and sums of a report's lines by account and kind, in order of their names."""
    sums: dict[KindKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        found = sums[row.own.account.split("/")[1], row.shared.kind]
        found[0] += 1
        found[1 if row.own.side is Side.DEBIT else 2] += row.shared.amount.amount_minor_units
    return tuple(sorted(KindTotals(*key, *found) for key, found in sums.items()))
