import pytest

from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import MoneyWorld
from tests.fakes.operators import Operators


@pytest.fixture
def world() -> MoneyWorld:
    return MoneyWorld()


@pytest.fixture
def terminal(world: MoneyWorld) -> TestTerminal:
    return TestTerminal(world.clock)


@pytest.fixture
def operators(world: MoneyWorld) -> Operators:
    return Operators(world)
