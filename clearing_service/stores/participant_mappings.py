"""Rows of institutions: the register reads them, an operator's act changes them."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from clearing_service.participants.participant import (
    Participant,
    ParticipantKey,
    ParticipantRole,
    Standing,
)
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import ParticipantId


def write_participant(participant: Participant) -> Columns:
    """Return the columns of an institution in a role."""
    return {
        "participant_id": participant.participant_id.value,
        "role": participant.role.value,
        "name": participant.name,
        "licence_number": participant.licence_number,
        "licence_expires_on": participant.licence_expires_on.isoformat(),
        "standing": participant.standing.name,
        "net_debit_cap_minor_units": participant.net_debit_cap_minor_units,
        "tls_certificate_sha256": participant.tls_certificate_sha256,
    }


def read_participant(row: Row[Any]) -> Participant:
    """Return an institution in a role."""
    return Participant(
        ParticipantId(row.participant_id),
        row.name,
        ParticipantRole(row.role),
        row.licence_number,
        date.fromisoformat(row.licence_expires_on),
        Standing[row.standing],
        row.net_debit_cap_minor_units,
        row.tls_certificate_sha256,
    )


def _read(row: Row[Any]) -> tuple[ParticipantKey, Participant]:
    participant = read_participant(row)
    return participant.key, participant


PARTICIPANTS = RowMapping[ParticipantKey, Participant](
    tables.PARTICIPANT,
    tables.PARTICIPANT.c.participant_id,
    lambda key: key[0].value,
    _read,
    lambda _, participant: write_participant(participant),
)
