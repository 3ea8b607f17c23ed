"""Institutions that take part in clearing, and the acceptors that sell."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from facepay.identifiers import AcceptorId, ParticipantId


class ParticipantRole(Enum):
    """What a participant does. One institution may be registered in several roles."""

    CLEARING = 1
    CUSTODIAN = 2
    WITNESS = 3
    ACQUIRER = 4
    ISSUER = 5


class Standing(Enum):
    """Whether a party may take part now."""

    ACTIVE = 1
    SUSPENDED = 2
    EXPELLED = 3


WITH_POSITION = (ParticipantRole.ACQUIRER, ParticipantRole.ISSUER)
"""The roles in which an institution owes and is owed."""

ParticipantKey = tuple[ParticipantId, ParticipantRole]


@dataclass(frozen=True, slots=True)
class Participant:
    """A licensed institution. `licence_expires_on` is the last day the licence holds."""

    participant_id: ParticipantId
    name: str
    role: ParticipantRole
    licence_number: str
    licence_expires_on: date
    standing: Standing
    net_debit_cap_minor_units: int = 0
    tls_certificate_sha256: bytes = b""

    @property
    def key(self) -> ParticipantKey:
        """By what the institution in this role is found."""
        return (self.participant_id, self.role)

    def may_give_back(self, today: date) -> bool:
        """Whether money of earlier payments may go back today: a suspension does not stop that."""
        return self.standing is not Standing.EXPELLED and self._has_licence(today)

    def may_take_part(self, today: date) -> bool:
        """Whether licence and standing permit business today."""
        return self.standing is Standing.ACTIVE and self._has_licence(today)

    def _has_licence(self, today: date) -> bool:
        return bool(self.licence_number) and today <= self.licence_expires_on


@dataclass(frozen=True, slots=True)
class Acceptor:
    """A merchant. Admitted only with a real-name check and an agreement that bans face retention."""

    acceptor_id: AcceptorId
    acquirer_id: ParticipantId
    name: str
    credit_code: str
    settlement_account: str
    agreement_expires_on: date
    forbids_face_retention: bool
    standing: Standing

    def may_sell(self, today: date) -> bool:
        """Whether the acceptor may take a payment by face today."""
        return (
            self.standing is Standing.ACTIVE
            and self.forbids_face_retention
            and bool(self.credit_code)
            and today <= self.agreement_expires_on
        )
