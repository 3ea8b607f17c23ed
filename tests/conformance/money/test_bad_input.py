"""What cannot be done gets an answer with a name and changes nothing, on every engine.

Amounts that are none are refused at the wire (`test_bad_messages`) and by refunds (`test_refunds`),
a participant suspended in the middle of a batch by `test_operation_stores`, and a matching party
that answers nonsense by `matching/test_failures`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from clearing_service.errors import RefusalReason, RequestRefusedError, StoreError
from clearing_service.payment.requests import PaymentAnswer, PaymentOpened, Routed
from clearing_service.stores.clearing_store import ClearingStore
from facepay.identifiers import RoutingToken
from facepay.money import Money
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode
from tests.fakes.money_terminal import Sale, TestTerminal
from tests.fakes.money_world import TERMINALS
from tests.fakes.ports import SeededRandomness
from tests.fakes.stored_money import World

Call = Callable[[World, TestTerminal, Sale], Awaitable[object]]

TOKEN = RoutingToken.generate(SeededRandomness(5))
CALLS: dict[str, Call] = {
    "route": lambda world, till, sale: world.money.payments.route_probe(till.probe(sale)),
    "authorize": lambda world, till, sale: world.money.payments.authorize_payment(
        till.authorize(sale, TOKEN)
    ),
    "get": lambda world, till, sale: world.money.payments.get_payment(till.get(sale)),
    "cancel": lambda world, till, sale: world.money.payments.cancel_payment(till.cancel(sale)),
    "reverse": lambda world, till, sale: world.money.payments.reverse_payment(till.reverse(sale)),
    "refund": lambda world, till, sale: world.money.payments.refund_payment(
        till.refund(sale, None, 1)
    ),
}


async def refused(call: Awaitable[object]) -> RefusalReason:
    with pytest.raises(RequestRefusedError) as caught:
        await call
    return caught.value.reason


async def paid(world: World, terminal: TestTerminal) -> Sale:
    await world.enrol()
    sale = terminal.sale()
    answer = await terminal.pay(world.money.payments, sale)
    assert answer.response_code is ResponseCode.APPROVED
    return sale


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_another_terminals_payment_is_not_there(
    ready: World, terminal: TestTerminal, name: str
) -> None:
    sale = await paid(ready, terminal)
    other = TestTerminal(ready.money.clock, TERMINALS[1])
    before = await ready.verify()
    assert await refused(CALLS[name](ready, other, sale)) is RefusalReason.PAYMENT_NOT_FOUND
    assert await ready.verify() == before
    assert await stands(ready, sale)


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_a_message_about_other_fields_touches_nothing(
    ready: World, terminal: TestTerminal, name: str
) -> None:
    sale = await paid(ready, terminal)
    forged = replace(sale, fields=replace(sale.fields, amount=Money(1)))
    before = await ready.verify()
    assert await refused(CALLS[name](ready, terminal, forged)) is (
        RefusalReason.PAYMENT_HASH_MISMATCH
    )
    assert await ready.verify() == before
    assert await stands(ready, sale)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"reverse"}))
async def test_a_payment_nobody_opened_is_not_there(
    ready: World, terminal: TestTerminal, name: str
) -> None:
    unknown = CALLS[name](ready, terminal, terminal.sale())
    assert await refused(unknown) is RefusalReason.PAYMENT_NOT_FOUND
    assert (await ready.verify()).transfer_count == 0


@pytest.mark.rule("OFF-02")
async def test_a_reversal_of_a_payment_nobody_opened_closes_its_id_and_moves_nothing(
    ready: World, terminal: TestTerminal
) -> None:
    sale = terminal.sale()
    answer = await ready.money.payments.reverse_payment(terminal.reverse(sale))
    assert answer.state is PaymentState.CANCELLED
    late = await ready.money.payments.open_payment(terminal.open(sale))
    assert isinstance(late, PaymentAnswer)
    assert late.state is PaymentState.CANCELLED
    assert (await ready.verify()).transfer_count == 0


@pytest.mark.rule("OFF-03")
@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
async def test_a_store_that_turns_read_only_stops_each_step_and_the_same_bytes_go_on(
    ready: World, terminal: TestTerminal
) -> None:
    account = await ready.enrol()
    payments, sale = ready.money.payments, terminal.sale()
    opening = terminal.open(sale)
    opened = await after_read_only(ready, lambda: payments.open_payment(opening))
    assert isinstance(opened, PaymentOpened)
    sale.opened = opened
    probe = terminal.probe(sale)
    routed = await after_read_only(ready, lambda: payments.route_probe(probe))
    assert isinstance(routed, Routed)
    authorizing = terminal.authorize(sale, routed.routing_token)
    answer = await after_read_only(ready, lambda: payments.authorize_payment(authorizing))
    assert isinstance(answer, PaymentAnswer)
    assert answer.response_code is ResponseCode.APPROVED
    reversal = terminal.reverse(sale)
    undone = await after_read_only(ready, lambda: payments.reverse_payment(reversal))
    assert isinstance(undone, PaymentAnswer)
    assert undone.state is PaymentState.REVERSED
    await ready.money.reversals.send_due()
    assert await ready.balance_of(account) == 2_000_00
    assert (await ready.verify()).transfer_count == 3


async def after_read_only(world: World, call: Callable[[], Awaitable[object]]) -> object:
    """Show that a call fails by name while the store is read-only, and then do it."""
    assert isinstance(world.clearing, ClearingStore)
    before = await world.verify()
    make_read_only(world.clearing, True)
    with pytest.raises(StoreError, match="the clearing store cannot be written"):
        await call()
    assert await world.verify() == before
    make_read_only(world.clearing, False)
    return await call()


def make_read_only(store: ClearingStore, is_read_only: bool) -> None:
    mode = "READ ONLY" if is_read_only else "READ WRITE"
    statements = {
        "sqlite": f"PRAGMA query_only={int(is_read_only)}",
        "postgresql": f"SET SESSION CHARACTERISTICS AS TRANSACTION {mode}",
    }
    connection = store._database.writer.raw_connection()
    connection.cursor().execute(statements[store._database.dialect])
    connection.commit()
    connection.close()


async def stands(world: World, sale: Sale) -> bool:
    payment = await world.clearing.find_payment(sale.payment_id)
    return payment is not None and payment.state is PaymentState.APPROVED
