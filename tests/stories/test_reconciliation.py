"""The end of a till's day over the real line: its totals against the service's."""

import json
import sqlite3
from pathlib import Path

import pytest

from facepay.business_date import business_date
from facepay.money import Money
from facepay.ports import SystemClock
from facepay.terminal_totals import TerminalTotals
from facepay.vocabulary import RefundKind
from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import InProcessParties, SandboxWorld
from pos_app.__main__ import main
from pos_app.bootstrap import reconcile
from pos_app.checkout.payment import Approved
from pos_app.checkout.reconciliation import OneSided, Reconciled, reconciliation_json
from pos_app.checkout.refund import Refunded, RefundIntent
from tests.fakes.operator_line import MAKER, OperatorLine


@pytest.mark.rule("OFF-03", "WIR-06")
async def test_a_tills_day_matches_until_its_journal_loses_a_sale(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    day = business_date(SystemClock().now())
    outcomes = [await till.pay(amount) for amount in (12_50, 30_00)]
    assert all(isinstance(outcome, Approved) for outcome in outcomes)
    first = outcomes[0]
    assert isinstance(first, Approved)
    assert first.receipt.face is not None
    part = RefundIntent(RefundKind.REFUND, Money(2_50))
    refunded = await till.terminal.refund_flow().refund(first.receipt.face.rrn, part)
    assert isinstance(refunded, Refunded)
    if business_date(SystemClock().now()) != day:
        return  # the business day has ended meanwhile

    matched = await till.terminal.reconciliation().run(day)
    assert isinstance(matched, Reconciled)
    assert matched.is_matched
    assert matched.service == TerminalTotals(2, 42_50, 1, 2_50)

    with sqlite3.connect(till.terminal.config.journal_path) as journal:
        journal.execute("UPDATE payment SET decision = NULL WHERE amount_minor_units = 3000")
    journal.close()
    differing = await reconcile(till.terminal.config, day)
    assert isinstance(differing, Reconciled)
    assert [item.one_sided for item in differing.differences] == [OneSided.ONLY_AT_SERVICE]
    told = json.loads(reconciliation_json(differing))
    assert (told["outcome"], told["differences"][0]["service_minor_units"]) == ("differs", 30_00)


def test_a_date_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["reconcile", "--bundle", "nowhere", "--date", "yesterday"])
    assert "yesterday is no date" in capsys.readouterr().err


@pytest.mark.rule("OPS-01", "OPS-03")
async def test_an_issuers_statement_matches_until_a_line_is_gone_and_a_case_is_opened(
    facepay_world: SandboxWorld, li_na: SandboxPerson, tmp_path: Path
) -> None:
    operator = OperatorLine(facepay_world)
    till = facepay_world.terminal("TILL0001")
    till.stand(li_na)
    day = business_date(SystemClock().now())
    for amount in (12_50, 30_00):
        assert isinstance(await till.pay(amount), Approved)
    closed = await operator("windows close 1 --reason drill", by=MAKER)
    assert closed.code == 0, closed.error
    await price(facepay_world)
    written = await operator(f"reports write --window 1 --to {tmp_path}")
    assert written.code == 0, written.error
    bank = li_na.issuer_id
    made = await operator.clearing(f"issuer-statement --issuer {bank} --date {day} --to {tmp_path}")
    assert made.code == 0, made.error
    statement = tmp_path / f"{bank}-statement-{day}.csv"
    if len(statement.read_bytes().splitlines()) != 3:
        return  # the business day has ended meanwhile
    compare = f"reconcile-statement {tmp_path}/{bank}-window-000001.csv --statement {statement}"
    matched = await operator.clearing(compare, by=MAKER)
    assert (matched.code, matched.content["matched_count"]) == (0, 2), matched.error

    lines = statement.read_bytes().splitlines(keepends=True)
    statement.write_bytes(b"".join(lines[:-1]))
    for _ in range(2):
        left = await operator.clearing(f"{compare} --open-cases", by=MAKER)
        (entry,) = left.content["entries"]
        is_at_cutover = entry["resolution"] == "awaited"
        assert entry["one_sided"] == "missing"
        assert is_at_cutover or (left.code, entry["case"]) == (3, 1)
    cases = (await operator("cases list", is_json=True)).content["cases"]
    assert is_at_cutover or [item["kind"] for item in cases] == ["one_sided"]


async def price(world: SandboxWorld) -> None:
    """Let the service book the fees of closed windows now instead of within a second."""
    parties = world.parties
    assert isinstance(parties, InProcessParties)
    assert parties.clearing is not None
    await parties.clearing.settlement.run.run()
