"""Bugs planted on purpose: a simulation that does not catch them shows nothing when it is clean.

Product code stays as it is; each bug is put in its place where the run is put together.
"""

from collections.abc import Sequence
from datetime import datetime

import pytest

from clearing_service.issuer.credit import CreditWork
from clearing_service.issuer.issuer_book import IssuerBook, IssuerCredited
from clearing_service.ledger import rules
from clearing_service.ledger.account import Balance
from clearing_service.ledger.book import LedgerBook, transfer_key
from clearing_service.ledger.rules import Booking
from clearing_service.ledger.transfer import Transfer
from clearing_service.payment import authorization_commits, reversal
from clearing_service.payment.recovery import Recovery
from facepay.money import Money
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.payment import JournaledPayment
from pos_app.checkout.payment_state import TerminalState
from tests.simulation.faults import FaultEvent, FaultKind
from tests.simulation.run import RunResult, Scenario, first_broken, shrink, simulate
from tests.simulation.service import ServicePlan
from tests.simulation.till import Till
from tests.simulation.world import RunSize

SEEDS_MAX = 40
SMALL = RunSize(sessions_per_day=1, faults_per_session=25)
TWICE_A_DAY = RunSize(sessions_per_day=2, faults_per_session=25)


def caught(scenario: Scenario, first_seed: int) -> RunResult:
    """Play seeds, the first of which is known to meet the bug as long as plans stay as they are."""
    found = first_broken(range(first_seed, first_seed + SEEDS_MAX), scenario)
    assert found is not None, "the planted bug went unnoticed"
    return found


def test_holds_that_do_not_count_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets_holds(self: Balance, amount: Money) -> bool:
        owed = self.debits_posted - self.credits_posted + amount.amount_minor_units
        return owed <= self.net_debit_cap_minor_units

    monkeypatch.setattr(Balance, "has_room_for", forgets_holds)
    assert caught(Scenario(SMALL), 7).rule == "holds count against the cap"


def test_a_reversal_posted_twice_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def posts_twice(book: LedgerBook, booking: Booking) -> Transfer:
        row = rules.reverse(book, booking)
        book.transfers.put(transfer_key(booking.payment_id, row.kind), None)  # type: ignore[arg-type]
        return rules.reverse(book, booking)

    monkeypatch.setattr(reversal, "reverse", posts_twice)
    assert caught(Scenario(SMALL), 1).rule == "ledger and audit chains verify"


class ForgetfulRecovery(Recovery):
    """Expires what was never authorized, and forgets what was being authorized."""

    async def _end_authorizing(self, before: datetime) -> int:
        return 0


def test_a_service_whose_recovery_forgets_authorizing_is_caught() -> None:
    plan = ServicePlan(recovery=ForgetfulRecovery)
    found = caught(Scenario(TWICE_A_DAY, plan), 59)
    assert found.rule == "no hold outlives its sweeper"


class ForgetfulCheckout(Checkout):
    """Settles after a restart what was started or in doubt, and forgets what was authorizing."""

    async def left_over(self) -> Sequence[JournaledPayment]:
        found = await super().left_over()
        return [item for item in found if item.state is not TerminalState.AUTHORIZING]


class ForgetfulTill(Till):
    checkout_class = ForgetfulCheckout


def test_a_terminal_whose_recovery_forgets_authorizing_is_caught() -> None:
    found = caught(Scenario(SMALL, till=ForgetfulTill), 2)
    assert found.rule == "a journal ends without doubt once the line is there"


def test_a_payment_in_flight_that_outruns_a_loss_report_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faults = [FaultEvent(n, 1.0 * n, FaultKind.LOSS_REPORT, 0, 1.5) for n in range(1, 580)]
    assert simulate(1, Scenario(SMALL), faults).is_clean
    monkeypatch.setattr(authorization_commits, "is_stopped", lambda _book, _payer: False)
    found = simulate(1, Scenario(SMALL), faults)
    assert found.rule == "a loss report stops what is not posted yet"


def test_a_refund_credited_again_after_a_lost_answer_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembers = CreditWork.apply

    def forgets(self: CreditWork, book: IssuerBook) -> IssuerCredited:
        book.credits.put(self.credit.operation_id, None)  # type: ignore[arg-type]
        return remembers(self, book)

    monkeypatch.setattr(CreditWork, "apply", forgets)
    lost = FaultKind.ISSUER_LOSES_REPLY
    faults = [FaultEvent(n, 10.0 * n, lost, 0, 0) for n in range(50)]
    found = next(
        result
        for seed in range(5, 5 + SEEDS_MAX)
        if not (result := simulate(seed, Scenario(SMALL), faults)).is_clean
    )
    assert found.rule in {
        "an issuer debits what is posted and credits what is refunded",
        "every refund is credited by its issuer once it can be",
    }


def test_a_failing_run_is_shrunk_to_few_faults_and_replays_exactly() -> None:
    scenario = Scenario(SMALL, till=ForgetfulTill)
    found = caught(scenario, 2)
    shrunk = shrink(found, scenario, runs_max=12)
    again = simulate(shrunk.seed, scenario, shrunk.faults)
    assert again == shrunk
    assert len(shrunk.faults) < len(found.faults)
    assert f"--seed {shrunk.seed}" in shrunk.report(SMALL)
