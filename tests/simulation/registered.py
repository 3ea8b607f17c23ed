"""Who is registered in a run: one acquirer with one acceptor and its tills, and two issuers."""

from collections.abc import Collection, Sequence
from datetime import date

from clearing_service.participants.participant import Acceptor, Participant, Standing
from clearing_service.participants.participant import ParticipantRole as Role
from clearing_service.participants.register import Register
from clearing_service.participants.terminal import (
    Terminal,
    TerminalBinding,
    TerminalKeys,
    TerminalRole,
    TerminalState,
)
from facepay.identifiers import AcceptorId, ParticipantId
from facepay.signed_request import signing_key_id
from tests.fakes.ports import START
from tests.simulation.till import Till

ACQUIRER = ParticipantId("20000001")
ISSUERS = (ParticipantId("30000001"), ParticipantId("30000002"))
ACCEPTOR = AcceptorId("ACCEPTOR0000001")
CREDIT_CODE = "91310000000000000X"
SETTLEMENT_ACCOUNT = "6200000000000001"


def register_of(tills: Sequence[Till], suspended: Collection[ParticipantId]) -> Register:
    """Return the register with these tills, and with those participants suspended."""
    licence_ends = date(2036, 1, 1)
    roles = {ACQUIRER: Role.ACQUIRER, **dict.fromkeys(ISSUERS, Role.ISSUER)}
    participants = [
        Participant(
            number,
            f"Institution {number}",
            role,
            "L1",
            licence_ends,
            Standing.SUSPENDED if number in suspended else Standing.ACTIVE,
        )
        for number, role in roles.items()
    ]
    acceptor = Acceptor(
        ACCEPTOR,
        ACQUIRER,
        "茶馆 / Tea House",
        CREDIT_CODE,
        SETTLEMENT_ACCOUNT,
        licence_ends,
        forbids_face_retention=True,
        standing=Standing.ACTIVE,
    )
    return Register(participants, [acceptor], [_registered(till) for till in tills])


def _registered(till: Till) -> Terminal:
    public = till.own_keys.signing.public_key()
    recipient = till.own_keys.sealing.recipient
    keys = TerminalKeys(
        signing_key_id(public),
        public.public_bytes_raw(),
        recipient.key_id,
        recipient.public_key_bytes,
        till.terminal_id.value.encode(),
        START.replace(year=2036),
    )
    binding = TerminalBinding(ACQUIRER, ACCEPTOR, CREDIT_CODE, SETTLEMENT_ACCOUNT, "Hall 1")
    return Terminal(
        till.terminal_id,
        f"SN-{till.terminal_id}",
        TerminalRole.POINT_OF_SALE,
        "SIM-1",
        START.replace(year=2036),
        binding,
        keys,
        TerminalState.ACTIVE,
    )
