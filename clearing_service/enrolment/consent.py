"""Acts of consent: what they may say, and how they are recorded.

Consent to face processing and consent to sending the template over the network are two acts with
two records. No consent is without an end, beyond recall, or open to others' use.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from facepay.canonical import encode_fields
from facepay.identifiers import ParticipantId
from facepay.vocabulary import ConsentScope

CONSENT_ID_BYTES = 16
LIFETIME_MAX = timedelta(days=365)
GUARDIAN_AGE_YEARS = 14
"""Below this age a guardian has to consent, which this service does not offer: it refuses."""

_LABEL = b"facepay/consent/1"


class ProcessingPurpose(Enum):
    """What face data may be used for here. There is no other use, so there is no other word."""

    IN_STORE_PAYMENT = "in-store payment"
    IN_STORE_PAYMENT_ENROLMENT = "enrolment for in-store payment"


PERMITTED_PURPOSES = tuple(ProcessingPurpose)


class TermFault(Enum):
    """Why terms are void, whoever agreed to them."""

    NO_END = "the consent would never end"
    TOO_LONG = "the consent would last longer than needed"
    IRREVOCABLE = "the consent could not be withdrawn"
    SUBLICENSABLE = "others could be given the data"
    NO_PURPOSE = "the consent names no purpose"
    OTHER_PURPOSE = "the consent names a purpose that is not payment"
    UNLIMITED_WORDING = "the text claims an unlimited grant"


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What a consent would permit, before anybody is asked to give it."""

    given_at: datetime
    ends_at: datetime | None
    purposes: tuple[str, ...]
    is_revocable: bool = True
    is_sublicensable: bool = False
    text: str = ""


_UNLIMITED = re.compile(
    r"perpetual|irrevocabl|unlimited|sub-?licens|transferable|in all media|worldwide"
    r"|永久|不可撤销|不可撤回|无限期|再许可|转授权|可转让|全球范围|任何用途",
    re.IGNORECASE,
)


def find_fault(terms: ConsentTerms) -> TermFault | None:
    """Return why `terms` are void, or None if they may be put to a person."""
    if terms.ends_at is None:
        return TermFault.NO_END
    if terms.ends_at - terms.given_at > LIFETIME_MAX:
        return TermFault.TOO_LONG
    if not terms.is_revocable:
        return TermFault.IRREVOCABLE
    if terms.is_sublicensable:
        return TermFault.SUBLICENSABLE
    if not terms.purposes:
        return TermFault.NO_PURPOSE
    if not set(terms.purposes) <= {purpose.value for purpose in PERMITTED_PURPOSES}:
        return TermFault.OTHER_PURPOSE
    return TermFault.UNLIMITED_WORDING if _UNLIMITED.search(terms.text) else None


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One act of consent as it is kept, to prove it later. Withdrawn at any time by its giver."""

    consent_id: bytes
    scope: ConsentScope
    notice_version: str
    notice_sha256: bytes
    recipients: tuple[ParticipantId, ...]
    purposes: tuple[str, ...]
    given_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def is_revocable(self) -> bool:
        """Always: there is no other kind of consent."""
        return True

    @property
    def sha256(self) -> bytes:
        """The hash of what was consented to. Withdrawing does not change it."""
        return hashlib.sha256(
            encode_fields(
                [
                    _LABEL,
                    self.consent_id,
                    self.scope.name.encode(),
                    self.notice_version.encode(),
                    self.notice_sha256,
                    ",".join(item.value for item in self.recipients).encode(),
                    ",".join(self.purposes).encode(),
                    self.given_at.isoformat().encode(),
                    self.ends_at.isoformat().encode(),
                ]
            )
        ).digest()

    def is_live(self, now: datetime) -> bool:
        """Whether this consent permits what it is about at `now`."""
        return self.withdrawn_at is None and self.given_at <= now < self.ends_at

    def withdrawn(self, now: datetime) -> "ConsentRecord":
        """Return the record after withdrawal. A repeat keeps the first time."""
        return self if self.withdrawn_at else replace(self, withdrawn_at=now)
