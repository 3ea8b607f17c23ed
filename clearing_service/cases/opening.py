"""How a case comes to be: once for each source, whoever asks and however often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.cases.case import Case, Claim
from clearing_service.cases.policy import CasePolicy
from clearing_service.ledger.working_set import WorkingSet

CASE_SEQUENCE = "case"


class CaseBook(Protocol):
    """The rows that cases read and write."""

    cases: WorkingSet[int, Case]
    case_numbers: WorkingSet[str, int]

    def next_in_sequence(self, name: str) -> int:
        """Return the next number of a sequence; the first is 1."""

    def audit(self, record: AuditRecord) -> None:
        """Append to the audit trail."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Who opens a case, and when. `owner` takes it; empty leaves it to the policy's."""

    name: str
    now: datetime
    owner: str = ""


def open_case(book: CaseBook, claim: Claim, opener: Opener, policy: CasePolicy) -> Case:
    """Open a case, or return the one of this source as it stands."""
    found = case_of(book, claim.source)
    if found is not None:
        return found
    rule = policy.rules[claim.kind]
    case = Case(
        number=book.next_in_sequence(CASE_SEQUENCE),
        claim=claim,
        owner=opener.owner or rule.owner,
        opened_by=opener.name,
        opened_at=opener.now,
        due_at=opener.now + rule.due_after,
    )
    book.case_numbers.put(claim.source, case.number)
    detail = (("kind", claim.kind.name), ("owner", case.owner), ("source", claim.source))
    return keep_case(book, case, AuditKind.CASE_OPENED, opener.now, detail)


def case_of(book: CaseBook, source: str) -> Case | None:
    """Return the case of a source, whatever its state."""
    number = book.case_numbers.get(source)
    return None if number is None else book.cases.get(number)


def keep_case(
    book: CaseBook,
    case: Case,
    kind: AuditKind,
    now: datetime,
    detail: tuple[tuple[str, str], ...] = (),
) -> Case:
    """Keep the case as it is now and write down why."""
    book.cases.put(case.number, case)
    book.audit(AuditRecord(kind, case.subject, now, detail))
    return case
