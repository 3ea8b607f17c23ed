"""Who takes part in a new sandbox. Institutions, shop and people are invented.

Every account exists for something that can be tried with it; `purpose` says what.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clearing_service.clock import beijing_day
from clearing_service.participants.participant import (
    WITH_POSITION,
    Acceptor,
    Participant,
    ParticipantRole,
    Standing,
)
from clearing_service.participants.terminal import TerminalBinding, TerminalRole
from facepay.identifiers import AcceptorId, ParticipantId, TerminalId

CLEARING_ID = ParticipantId("10010001")
CUSTODIAN_ID = ParticipantId("10020001")
WITNESS_ID = ParticipantId("10030001")
ISSUER_IDS = (ParticipantId("61010001"), ParticipantId("61020001"))
ISSUER_NAMES = {
    ISSUER_IDS[0]: ("沙箱第一银行", "First Sandbox Bank"),
    ISSUER_IDS[1]: ("沙箱第二银行", "Second Sandbox Bank"),
}
"""In Chinese and in English, as enrolment stations offer them."""
ACQUIRER_ID = ParticipantId("51010001")
ACCEPTOR_ID = AcceptorId("SANDBOXSHOP0001")
CREDIT_CODE = "91310000SANDBOX001"
SETTLEMENT_ACCOUNT = "sandbox-settlement-0001"
PLACEMENT = "1 Sandbox Road, Shanghai"

_NET_DEBIT_CAP_MINOR_UNITS = 1_000_000_000
RISK_RESERVE_MINOR_UNITS = 10_000_000
_LICENCE_DAYS = 5 * 365


@dataclass(frozen=True, slots=True)
class SandboxTerminal:
    """A device to be made."""

    terminal_id: TerminalId
    role: TerminalRole


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """An invented person's account, and what a tester needs to play them."""

    issuer_id: ParticipantId
    login: str
    name: str
    phone_tail: str
    birthday: date
    balance_minor_units: int
    passcode: str
    purpose: str
    is_open: bool = True


TERMINALS = (
    SandboxTerminal(TerminalId("TILL0001"), TerminalRole.POINT_OF_SALE),
    SandboxTerminal(TerminalId("TILL0002"), TerminalRole.POINT_OF_SALE),
    SandboxTerminal(TerminalId("ENRL0001"), TerminalRole.ENROLMENT),
)

ACCOUNTS = (
    SandboxAccount(
        ISSUER_IDS[0], "li.na", "李娜", "381274", date(1988, 5, 17),
        100_000_000, "271845", "pays anything within the limits",
    ),
    SandboxAccount(
        ISSUER_IDS[0], "wang.wei", "王伟", "902746", date(1979, 11, 3),
        5_000_000, "936172", "an everyday account",
    ),
    SandboxAccount(
        ISSUER_IDS[0], "zhao.min", "赵敏", "640513", date(1995, 2, 28),
        100, "528463", "has 1.00 yuan: insufficient funds",
    ),
    SandboxAccount(
        ISSUER_IDS[0], "zhang.xiaoming", "张小明", "217590", date(2018, 6, 1),
        10_000, "649173", "a child: enrolment is refused",
    ),
    SandboxAccount(
        ISSUER_IDS[1], "chen.jie", "陈洁", "573908", date(1991, 9, 12),
        20_000_000, "384926", "pays through the second issuer",
    ),
    SandboxAccount(
        ISSUER_IDS[1], "liu.yang", "刘洋", "118364", date(1984, 7, 23),
        20_000_000, "751938", "for drills in which the second issuer answers too late",
    ),
    SandboxAccount(
        ISSUER_IDS[1], "sun.li", "孙丽", "859027", date(1999, 12, 30),
        20_000_000, "417382", "for drills in which wrong PINs lock the face channel",
    ),
    SandboxAccount(
        ISSUER_IDS[1], "zhou.tao", "周涛", "436185", date(1970, 1, 9),
        20_000_000, "863517", "the account is closed at the issuer", is_open=False,
    ),
)  # fmt: skip
"""Passcodes are what the tester types when enrolling; nothing here is stored as a passcode."""


def participants(now: datetime) -> tuple[Participant, ...]:
    """Return every institution, licensed from today."""
    listed = (
        (CLEARING_ID, "沙箱清算 / Sandbox Clearing", ParticipantRole.CLEARING),
        (CUSTODIAN_ID, "沙箱托管 / Sandbox Custodian", ParticipantRole.CUSTODIAN),
        (WITNESS_ID, "沙箱见证 / Sandbox Witness", ParticipantRole.WITNESS),
        *(
            (issuer_id, " / ".join(names), ParticipantRole.ISSUER)
            for issuer_id, names in ISSUER_NAMES.items()
        ),
        (ACQUIRER_ID, "沙箱收单 / Sandbox Acquiring", ParticipantRole.ACQUIRER),
    )
    return tuple(
        Participant(
            participant_id=participant_id,
            name=name,
            role=role,
            licence_number=f"SANDBOX-{participant_id}",
            licence_expires_on=_licence_end(now),
            standing=Standing.ACTIVE,
            net_debit_cap_minor_units=(_NET_DEBIT_CAP_MINOR_UNITS if role in WITH_POSITION else 0),
        )
        for participant_id, name, role in listed
    )


def acceptor(now: datetime) -> Acceptor:
    """Return the one shop."""
    return Acceptor(
        acceptor_id=ACCEPTOR_ID,
        acquirer_id=ACQUIRER_ID,
        name="沙箱便利店 / Sandbox Store",
        credit_code=CREDIT_CODE,
        settlement_account=SETTLEMENT_ACCOUNT,
        agreement_expires_on=_licence_end(now),
        forbids_face_retention=True,
        standing=Standing.ACTIVE,
    )


def binding() -> TerminalBinding:
    """Return the five things that every device of the shop is bound to."""
    return TerminalBinding(ACQUIRER_ID, ACCEPTOR_ID, CREDIT_CODE, SETTLEMENT_ACCOUNT, PLACEMENT)


def _licence_end(now: datetime) -> date:
    return beijing_day(now + timedelta(days=_LICENCE_DAYS))
