import pytest

from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import TERMINALS, MoneyWorld
from tests.fakes.ports import SeededRandomness


@pytest.fixture
def world() -> MoneyWorld:
    return MoneyWorld()


@pytest.fixture
def terminal(world: MoneyWorld) -> TestTerminal:
    return TestTerminal(world.clock)


@pytest.fixture
def other_terminal(world: MoneyWorld) -> TestTerminal:
    return TestTerminal(world.clock, TERMINALS[1], randomness=SeededRandomness(98))
