"""The audit trail: an edit, a gap or a swap shows, and no secret has a place in it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.audit.entry import AuditEntry, AuditKind, AuditRecord, append
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import PIN, WRONG_PIN, MoneyWorld
from tests.fakes.ports import START

CHAIN = ChainHead("audit/test")


def trail(length: int) -> list[AuditEntry]:
    head, entries = CHAIN, []
    for number in range(length):
        record = AuditRecord(AuditKind.PAYMENT_OPENED, f"payment {number}", START, (("n", "1"),))
        entries.append(append(head, record))
        head = entries[-1].head
    return entries


@pytest.mark.rule("OPS-03", "GOV-03")
def test_an_untouched_trail_verifies_up_to_its_head() -> None:
    entries = trail(5)
    assert verify_chain(CHAIN, entries) == entries[-1].head
    assert [later.head.number - entry.head.number for entry, later in pairwise(entries)] == [1] * 4


@pytest.mark.rule("OPS-03", "GOV-03")
@pytest.mark.parametrize("harm", ["edit", "remove", "swap", "insert"])
def test_a_touched_trail_does_not(harm: str) -> None:
    entries = trail(5)
    if harm == "edit":
        record = replace(entries[2].record, subject="payment 9")
        entries[2] = replace(entries[2], record=record)
    elif harm == "remove":
        del entries[2]
    elif harm == "swap":
        entries[2], entries[3] = entries[3], entries[2]
    else:
        entries.insert(2, append(entries[1].head, replace(entries[0].record, subject="forged")))
    with pytest.raises(ChainBrokenError):
        verify_chain(CHAIN, entries)


def test_a_trail_of_another_chain_is_no_part_of_this_one() -> None:
    with pytest.raises(ChainBrokenError):
        verify_chain(ChainHead("audit/other"), trail(1))


def test_a_detail_is_an_id_or_a_code_and_no_more() -> None:
    with pytest.raises(ValueError, match="too long"):
        AuditRecord(AuditKind.PAYMENT_OPENED, "payment", START, (("note", "x" * 257),))


@pytest.mark.rule("AUT-04", "OPS-03")
async def test_a_payments_trail_proves_what_happened_and_holds_no_pin() -> None:
    world = MoneyWorld()
    terminal = TestTerminal(world.clock)
    world.enrol()
    sale = terminal.sale()
    await terminal.pay(world.payments, sale)
    await terminal.pay(world.payments, terminal.sale(), pin=WRONG_PIN)
    kinds = [e.record.kind for e in world.store.audit if e.record.subject == str(sale.payment_id)]
    assert kinds == [
        AuditKind.PAYMENT_OPENED,
        AuditKind.PROBE_ROUTED,
        AuditKind.AUTHORIZATION_BEGUN,
        AuditKind.PAYMENT_APPROVED,
    ]
    whole = repr(world.store.audit)
    assert sale.opened is not None
    assert sale.opened.challenge.nonce.hex() in whole
    for secret in (PIN, WRONG_PIN):
        assert secret.decode() not in whole
        assert secret.hex() not in whole
    assert "张小明" not in whole
