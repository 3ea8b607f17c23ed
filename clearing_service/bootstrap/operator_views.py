"""The operator commands that only look."""

import argparse

from clearing_service.bootstrap.operator_acts import operator_folder
from clearing_service.bootstrap.tables import (
    Column,
    PlainRow,
    amount,
    lower,
    show,
    words,
)
from clearing_service.operation.participant_view import ParticipantPosition
from clearing_service.rpc.operator_client import OperatorClient

PARTICIPANT_COLUMNS: tuple[Column, ...] = (
    words("participant", "participant_id"),
    words("name", "name"),
    words("roles", "roles"),
    words("standing", "standing"),
    amount("position", "position_minor_units"),
    amount("held", "held_minor_units"),
    amount("cap", "net_debit_cap_minor_units"),
    amount("room", "room_minor_units"),
    amount("funds", "funds_minor_units"),
)


async def list_participants(options: argparse.Namespace) -> None:
    """List every issuer and acquirer with what it owes."""
    async with OperatorClient(operator_folder(options)) as client:
        found = await client.participants()
    rows = [_participant_row(item) for item in found]
    show("participants", rows, PARTICIPANT_COLUMNS, is_json=options.json)


def _participant_row(item: ParticipantPosition) -> PlainRow:
    return {
        "participant_id": item.participant_id.value,
        "name": item.name,
        "roles": [lower(role) for role in item.roles],
        "standing": lower(item.standing),
        "licence_expires_on": item.licence_expires_on.isoformat(),
        "net_debit_cap_minor_units": item.net_debit_cap_minor_units,
        "position_minor_units": item.position_minor_units,
        "held_minor_units": item.held_minor_units,
        "room_minor_units": item.room_minor_units,
        "funds_minor_units": item.funds_minor_units,
    }
