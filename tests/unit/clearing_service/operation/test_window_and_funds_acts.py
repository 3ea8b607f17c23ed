"""Windows and funds on operators' word: each refusal has a name and changes nothing."""

import pytest

from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.window import WindowState
from clearing_service.settlement.settlement import funds_of
from facepay.identifiers import ParticipantId
from facepay.operator_act import ActKind, ActOutcome, ActState
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ACQUIRER, ISSUER, MoneyWorld
from tests.fakes.operators import CHECKER, Operators

CLOSE, SETTLE, ABORT, REJOIN = (
    ActKind.CLOSE_WINDOW,
    ActKind.SETTLE_WINDOW,
    ActKind.ABORT_WINDOW,
    ActKind.REJOIN_WINDOW,
)
IN, OUT = ActKind.FUNDS_IN, ActKind.FUNDS_OUT


async def states(operators: Operators) -> list[WindowState]:
    return [window.state for window in await operators.settlement.windows()]


def funds(world: MoneyWorld, participant: ParticipantId) -> int:
    account = AccountId(participant, AccountKind.SETTLEMENT)
    return funds_of(world.store.rows.tables["balance"].get(account))


@pytest.fixture
async def traded(world: MoneyWorld, terminal: TestTerminal, operators: Operators) -> Operators:
    """One payment of 100 yuan in the first window, and no funds yet."""
    await operators.settlement.open_window()
    world.enrol()
    answer = await terminal.pay(world.payments, terminal.sale(100_00))
    assert answer.response_code.value == "00"
    return operators


@pytest.mark.rule("TPL-02")
async def test_a_window_is_closed_by_one_and_settled_by_two(
    world: MoneyWorld, traded: Operators
) -> None:
    closed = await traded.propose(CLOSE, window=1)
    assert (closed.state, closed.checker) == (ActState.EXECUTED, closed.maker)
    assert await traded.refused(SETTLE, window=1) is ActOutcome.NOT_PRICED
    await traded.settlement.price(1)
    assert await traded.refused(SETTLE, window=1) is ActOutcome.LACKS_FUNDS
    await traded.act(IN, ISSUER, 100_00)
    await traded.act(IN, ACQUIRER, 10_00)
    answer = await traded.act(SETTLE, window=1)
    assert answer.proposal is not None
    assert answer.proposal.state is ActState.EXECUTED
    assert await states(traded) == [WindowState.SETTLED, WindowState.OPEN]
    assert world.position(ISSUER).is_even
    assert world.position(ACQUIRER).is_even
    assert funds(world, ISSUER) < 100_00 < funds(world, ACQUIRER)
    assert await traded.refused(SETTLE, window=1) is ActOutcome.SETTLED_BEFORE
    again = await traded.desk.approve(answer.proposal.number, CHECKER)
    assert again == answer
    world.verify()


async def test_funds_that_went_between_proposal_and_approval_settle_nothing(
    world: MoneyWorld, traded: Operators
) -> None:
    await traded.propose(CLOSE, window=1)
    await traded.settlement.price(1)
    await traded.act(IN, ISSUER, 100_00)
    await traded.act(IN, ACQUIRER, 10_00)
    proposal = await traded.propose(SETTLE, window=1)
    await traded.settlement.abort(1)
    answer = await traded.desk.approve(proposal.number, CHECKER)
    assert answer.proposal is not None
    assert answer.proposal.outcome is ActOutcome.IS_ABORTED
    assert await states(traded) == [WindowState.ABORTED, WindowState.OPEN]
    assert not world.position(ISSUER).is_even


async def test_an_aborted_window_rejoins(traded: Operators) -> None:
    await traded.propose(CLOSE, window=1)
    await traded.settlement.price(1)
    await traded.act(ABORT, window=1)
    assert await traded.refused(ABORT, window=1) is ActOutcome.IS_ABORTED
    await traded.act(REJOIN, window=1)
    assert await traded.refused(REJOIN, window=1) is ActOutcome.NOT_ABORTED
    assert await states(traded) == [WindowState.PENDING_SETTLEMENT, WindowState.OPEN]


async def test_bad_windows_are_named(operators: Operators) -> None:
    await operators.settlement.open_window()
    assert await operators.refused(CLOSE, window=1) is ActOutcome.WINDOW_EMPTY
    assert await operators.refused(CLOSE, window=2) is ActOutcome.NO_SUCH_WINDOW
    assert await operators.refused(SETTLE, window=1) is ActOutcome.STILL_OPEN
    for kind in (SETTLE, ABORT, REJOIN):
        assert await operators.refused(kind, window=7) is ActOutcome.NO_SUCH_WINDOW


async def test_closing_an_already_closed_window_changes_nothing(traded: Operators) -> None:
    await traded.propose(CLOSE, window=1)
    assert await traded.refused(CLOSE, window=1) is ActOutcome.CLOSED_BEFORE
    assert await states(traded) == [WindowState.CLOSED, WindowState.OPEN]


@pytest.fixture
async def returned(world: MoneyWorld, terminal: TestTerminal, operators: Operators) -> Operators:
    """A payment of 100 yuan in a window that waits, given back whole in the next one."""
    await operators.settlement.open_window()
    world.enrol()
    sale = terminal.sale(100_00)
    await terminal.pay(world.payments, sale)
    await operators.act(IN, ISSUER, 100_00)
    await operators.act(IN, ACQUIRER, 10_00)
    await operators.propose(CLOSE, window=1)
    await operators.settlement.price(1)
    await world.payments.reverse_payment(terminal.reverse(sale))
    return operators


@pytest.mark.rule("TPL-02")
async def test_funds_that_a_waiting_window_needs_stay_though_the_next_gives_them_back(
    world: MoneyWorld, returned: Operators
) -> None:
    assert world.position(ISSUER).net_debit_minor_units <= 0
    assert await returned.refused(OUT, ISSUER, 100_00) is ActOutcome.INSUFFICIENT_FUNDS
    await returned.act(SETTLE, window=1)
    assert await states(returned) == [WindowState.SETTLED, WindowState.OPEN]
    world.verify()


@pytest.mark.rule("TPL-02")
async def test_funds_that_no_window_needs_may_go(world: MoneyWorld, returned: Operators) -> None:
    await returned.act(IN, ISSUER, 5_00)
    answer = await returned.act(OUT, ISSUER, 5_00)
    assert answer.proposal is not None
    assert answer.proposal.outcome is ActOutcome.DONE
    assert funds(world, ISSUER) == 100_00


@pytest.mark.rule("GOV-03")
async def test_funds_move_once_by_two_people(world: MoneyWorld, traded: Operators) -> None:
    answer = await traded.act(IN, ISSUER, 150_00)
    assert answer.proposal is not None
    await traded.desk.approve(answer.proposal.number, CHECKER)
    assert funds(world, ISSUER) == 150_00
    assert await traded.refused(OUT, ISSUER, 50_01) is ActOutcome.INSUFFICIENT_FUNDS
    await traded.act(OUT, ISSUER, 50_00)
    assert funds(world, ISSUER) == 100_00
    await traded.act(IN, ISSUER, 150_00)
    assert funds(world, ISSUER) == 250_00
    world.verify()


async def test_bad_movements_are_named(world: MoneyWorld, traded: Operators) -> None:
    assert await traded.refused(IN, ParticipantId("99990000"), 1) is ActOutcome.UNKNOWN_PARTICIPANT
    assert await traded.refused(IN, ISSUER, 0) is ActOutcome.NO_AMOUNT
    assert await traded.refused(ActKind.FEES_OUT, amount=1) is ActOutcome.INSUFFICIENT_FUNDS
    assert await traded.refused(ActKind.RESERVE_OUT, amount=1) is ActOutcome.INSUFFICIENT_FUNDS
    await traded.act(IN, ISSUER, 200_00)
    await traded.act(ActKind.SUSPEND_PARTICIPANT, ISSUER)
    assert await traded.refused(OUT, ISSUER, 1) is ActOutcome.PARTICIPANT_SUSPENDED
    assert funds(world, ISSUER) == 200_00


@pytest.mark.rule("TPL-02")
async def test_a_participant_with_funds_is_not_removed(traded: Operators) -> None:
    other = ParticipantId("30000002")
    await traded.act(IN, other, 5_00)
    assert await traded.refused(ActKind.REMOVE_PARTICIPANT, other) is ActOutcome.POSITION_OPEN
    await traded.act(OUT, other, 5_00)
    await traded.act(ActKind.REMOVE_PARTICIPANT, other)
