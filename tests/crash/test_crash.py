"""Programs killed without warning while they trade; `make soak` kills many more of them."""

from pathlib import Path

import pytest

from tests.crash.kills import Campaign
from tests.crash.shop import SERVICE, TILLS

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("crash")]


@pytest.mark.rule("OFF-03", "WIR-05")
async def test_no_acknowledged_payment_is_lost_or_doubled_by_a_kill(tmp_path: Path) -> None:
    victims = ((SERVICE, TILLS[0]), ("custodian",), (SERVICE,))
    tally = await Campaign("sqlite", len(victims), seed=1, victims=victims).run(tmp_path / "shop")
    assert tally.notes["approved"] >= (len(victims) + 1) * len(TILLS)
    assert tally.checks == len(victims) + 1


@pytest.mark.rule("OFF-03")
async def test_nor_on_postgresql(tmp_path: Path) -> None:
    victims = ((SERVICE, TILLS[1]),)
    tally = await Campaign("postgresql", 1, seed=2, victims=victims).run(tmp_path / "shop")
    assert tally.notes["approved"] >= 2 * len(TILLS)
