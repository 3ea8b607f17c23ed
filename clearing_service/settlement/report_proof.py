"""The file beside a report that proves it: the signed digest and what opens one participant's part.

One JSON object in one form only (sorted keys, no spaces, a line end after it); bytes stand as lower
case hexadecimal digits. It holds blindings of the participant's own transfers and accounts, so it
is as confidential as the report.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId
from facepay.payment_decision import SignedDecision
from facepay.settlement_proof.window_digest import AccountEntry, AccountTotals

PROOF_FORMAT = "facepay-report-proof/1"

_NUMBER_MAX = 10**18 - 1


@dataclass(frozen=True, slots=True)
class AccountOpening:
    """One of the participant's accounts: its totals and the blinding of its entry."""

    totals: AccountTotals
    blinding: bytes


@dataclass(frozen=True, slots=True)
class RowOpening:
    """What opens one line: its place among the leaves, its blinding, the other side, the leaf."""

    place: int
    blinding: bytes
    other_side: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class ReportProof:
    """All of the file. `rows` are as many as the report's lines, in their order."""

    participant: ParticipantId
    signed_digest: SignedDecision
    accounts: tuple[AccountEntry, ...]
    openings: tuple[AccountOpening, ...]
    rows: tuple[RowOpening, ...]
    tree: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        content = {
            "format": PROOF_FORMAT,
            "participant": self.participant.value,
            "digest": self.signed_digest.decision.hex(),
            "signing_key_id": self.signed_digest.signing_key_id.hex(),
            "signature": self.signed_digest.signature.hex(),
            "accounts": [_entry_json(item) for item in self.accounts],
            "openings": [_opening_json(item) for item in self.openings],
            "rows": [_row_json(item) for item in self.rows],
            "tree": [item.hex() for item in self.tree],
        }
        return canonical_json(content)

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        try:
            content = json.loads(encoded)
            proof = cls(
                ParticipantId(content["participant"]),
                SignedDecision(
                    bytes.fromhex(content["digest"]),
                    bytes.fromhex(content["signing_key_id"]),
                    bytes.fromhex(content["signature"]),
                ),
                tuple(map(_entry, content["accounts"])),
                tuple(map(_opening, content["openings"])),
                tuple(map(_row, content["rows"])),
                tuple(map(bytes.fromhex, content["tree"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise MalformedFieldError("not a report's proof") from error
        if proof.to_bytes() != encoded:
            raise MalformedFieldError("a report's proof has one form only")
        return proof


def canonical_json(content: Mapping[str, object]) -> bytes:
    """Return the one form of a JSON object: sorted keys, ASCII, no spaces, a line end after it."""
    return (json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n").encode("ascii")


def own_entries(entries: Sequence[AccountEntry], participant: ParticipantId) -> list[AccountEntry]:
    """Return the accounts that belong to a participant."""
    return [item for item in entries if item.account.startswith(f"{participant}/")]


def _entry_json(entry: AccountEntry) -> dict[str, str]:
    return {
        "account": entry.account,
        "position": entry.position.hex(),
        "totals": entry.totals.hex(),
    }


def _entry(content: Mapping[str, Any]) -> AccountEntry:
    return AccountEntry(
        _text(content["account"]),
        bytes.fromhex(content["position"]),
        bytes.fromhex(content["totals"]),
    )


def _opening_json(opening: AccountOpening) -> dict[str, str | int]:
    totals = opening.totals
    return {
        "account": totals.account,
        "transfer_count": totals.transfer_count,
        "debits_minor_units": totals.debits_minor_units,
        "credits_minor_units": totals.credits_minor_units,
        "blinding": opening.blinding.hex(),
    }


def _opening(content: Mapping[str, Any]) -> AccountOpening:
    totals = AccountTotals(
        _text(content["account"]),
        _number(content["transfer_count"]),
        _number(content["debits_minor_units"]),
        _number(content["credits_minor_units"]),
    )
    return AccountOpening(totals, bytes.fromhex(content["blinding"]))


def _row_json(row: RowOpening) -> dict[str, str | int]:
    return {
        "place": row.place,
        "blinding": row.blinding.hex(),
        "other_side": row.other_side.hex(),
        "leaf": row.leaf.hex(),
    }


def _row(content: Mapping[str, Any]) -> RowOpening:
    return RowOpening(
        _number(content["place"]),
        bytes.fromhex(content["blinding"]),
        bytes.fromhex(content["other_side"]),
        bytes.fromhex(content["leaf"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isascii():
        raise MalformedFieldError("not a text of a proof")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _NUMBER_MAX:
        raise MalformedFieldError("not a number of a proof")
    return value
