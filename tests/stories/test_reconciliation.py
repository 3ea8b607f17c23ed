"""The end of a till's day over the real line: its totals against the service's."""

import json
import sqlite3

import pytest

from facepay.business_date import business_date
from facepay.money import Money
from facepay.ports import SystemClock
from facepay.terminal_totals import TerminalTotals
from facepay.vocabulary import RefundKind
from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import SandboxWorld
from pos_app.__main__ import main
from pos_app.bootstrap import reconcile
from pos_app.checkout.payment import Approved
from pos_app.checkout.reconciliation import OneSided, Reconciled, reconciliation_json
from pos_app.checkout.refund import Refunded, RefundIntent


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
