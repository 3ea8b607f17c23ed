"""Who may sell, through whom, on which device."""

from dataclasses import replace
from datetime import date

import pytest

from clearing_service.clock import beijing_day
from clearing_service.participants.participant import ParticipantRole, Standing
from clearing_service.participants.register import (
    Admission,
    Register,
    SaleParties,
    register_terminal,
)
from clearing_service.participants.terminal import Terminal, TerminalState
from facepay.identifiers import AcceptorId, ParticipantId, TerminalId
from tests.fakes.money_world import ACCEPTOR, ACQUIRER, TERMINALS, make_register, make_terminal
from tests.fakes.ports import START

PARTIES = SaleParties(TERMINALS[0], ACCEPTOR, ACQUIRER)
TODAY = beijing_day(START)


def with_terminal(terminal: Terminal) -> Register:
    register = make_register()
    acceptor = register.acceptor(ACCEPTOR)
    assert acceptor is not None
    participants = [item for role in ParticipantRole for item in register.participants(role)]
    return Register(participants, [acceptor], [terminal])


def test_a_live_terminal_sells_for_its_acceptor() -> None:
    assert make_register().admit(PARTIES, START, TODAY) is Admission.ADMITTED


@pytest.mark.rule("CAP-06")
@pytest.mark.parametrize(
    "change",
    [
        {"state": TerminalState.BLOCKED},
        {"state": TerminalState.REVOKED},
        {"model_certificate_valid_until": START},
        {"keys": replace(make_terminal(TERMINALS[0]).keys, valid_until=START)},
    ],
)
def test_a_terminal_that_is_not_live_does_not(change: dict[str, object]) -> None:
    terminal = replace(make_terminal(TERMINALS[0]), **change)  # type: ignore[arg-type]
    found = with_terminal(terminal).admit(PARTIES, START, TODAY)
    assert found is Admission.TERMINAL_NOT_LIVE


@pytest.mark.rule("CAP-07")
@pytest.mark.parametrize(
    "change",
    [
        {"acquirer_id": ParticipantId("20000002")},
        {"acceptor_id": AcceptorId("ACCEPTOR0000002")},
        {"acceptor_credit_code": "other"},
        {"settlement_account": "other"},
        {"placement": ""},
    ],
)
def test_a_change_of_any_of_the_five_bonds_is_refused(change: dict[str, object]) -> None:
    terminal = make_terminal(TERMINALS[0])
    moved = replace(terminal, binding=replace(terminal.binding, **change))  # type: ignore[arg-type]
    assert with_terminal(moved).admit(PARTIES, START, TODAY) is Admission.BINDING_BROKEN


@pytest.mark.rule("CAP-07")
def test_one_serial_number_on_two_devices_blocks_both() -> None:
    register = make_register()
    twin = replace(
        make_terminal(TerminalId("POS00009")), serial_number=register.terminals[0].serial_number
    )
    saved = register_terminal(register, twin)
    assert {item.terminal_id for item in saved} == {TERMINALS[0], twin.terminal_id}
    assert {item.state for item in saved} == {TerminalState.BLOCKED}
    assert register_terminal(register, register.terminals[0]) == (register.terminals[0],)


@pytest.mark.rule("TPL-02")
@pytest.mark.parametrize(
    "change",
    [
        {"standing": Standing.SUSPENDED},
        {"standing": Standing.EXPELLED},
        {"licence_number": ""},
        {"licence_expires_on": date(2026, 3, 1)},
    ],
)
def test_an_institution_without_a_live_licence_takes_no_part(change: dict[str, object]) -> None:
    acquirer = make_register().participant(ACQUIRER, ParticipantRole.ACQUIRER)
    assert acquirer is not None
    assert acquirer.may_take_part(TODAY)
    assert not replace(acquirer, **change).may_take_part(TODAY)  # type: ignore[arg-type]


def test_a_certificate_names_its_terminal() -> None:
    register = make_register()
    terminal = register.terminals[0]
    found = register.terminal_of_certificate(terminal.keys.tls_certificate_sha256)
    assert found == terminal
    assert register.terminal_of_certificate(bytes(32)) is None
