"""ParticipantService: how each institution stands, for operators."""

import grpc.aio

from clearing_service.operation.participant_view import ParticipantPosition, ParticipantView
from clearing_service.participants.participant import ParticipantRole, Standing
from facepay.identifiers import ParticipantId
from facepay.v1 import participant_pb2 as pb
from facepay.v1.participant_pb2_grpc import ParticipantServiceServicer
from facepay.wire.strict import day, require_strict, text, word


class ParticipantCalls(ParticipantServiceServicer):
    """Decodes, calls, encodes."""

    def __init__(self, view: ParticipantView) -> None:
        self._view = view

    async def ListParticipants(  # noqa: N802 - the contract's name
        self, request: pb.ListParticipantsRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ListParticipantsResponse:
        """List every issuer and acquirer."""
        require_strict(request)
        found = await self._view.positions()
        return pb.ListParticipantsResponse(participants=[_to_message(item) for item in found])


def positions_from_message(
    message: pb.ListParticipantsResponse,
) -> tuple[ParticipantPosition, ...]:
    """Read a reply strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return tuple(_from_message(item) for item in message.participants)


def _to_message(item: ParticipantPosition) -> pb.ParticipantPosition:
    return pb.ParticipantPosition(
        participant_id=item.participant_id.value,
        name=item.name,
        roles=[pb.ParticipantRole.ValueType(role.value) for role in item.roles],
        standing=pb.ParticipantStanding.ValueType(item.standing.value),
        licence_expires_on=item.licence_expires_on.isoformat(),
        net_debit_cap_minor_units=item.net_debit_cap_minor_units,
        position_minor_units=item.position_minor_units,
        held_minor_units=item.held_minor_units,
        room_minor_units=item.room_minor_units,
        funds_minor_units=item.funds_minor_units,
    )


def _from_message(message: pb.ParticipantPosition) -> ParticipantPosition:
    return ParticipantPosition(
        participant_id=ParticipantId(message.participant_id),
        name=text(message.name, "a name"),
        roles=tuple(word(ParticipantRole, role) for role in message.roles),
        standing=word(Standing, message.standing),
        licence_expires_on=day(message.licence_expires_on),
        net_debit_cap_minor_units=message.net_debit_cap_minor_units,
        position_minor_units=message.position_minor_units,
        held_minor_units=message.held_minor_units,
        room_minor_units=message.room_minor_units,
        funds_minor_units=message.funds_minor_units,
    )
