"""The use cases of payments on memory, SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import cast

import pytest

from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.directory_store import DirectoryStore
from clearing_service.stores.issuer_store import IssuerDatabase
from tests.fakes.money_stores import MemoryClearingStore, MemoryDirectory, MemoryIssuerStore
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import (
    MoneyWorld,
)
from tests.fakes.stored_money import World, made_ready, opened

NewUrl = Callable[[], str]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[World]:
    money = MoneyWorld()
    if request.param == "memory":
        yield World(money, MemoryClearingStore(), MemoryIssuerStore(), MemoryDirectory())
        return
    new_url = _new_url(request, tmp_path)
    with ExitStack() as stack:
        clearing = ClearingStore(opened("clearing", new_url()))
        stack.callback(clearing.close)
        issuer = IssuerDatabase(opened("issuer", new_url()))
        stack.callback(issuer.close)
        directory = DirectoryStore(opened("directory", new_url()))
        stack.callback(directory.close)
        yield World(money, clearing, issuer, directory)


def _new_url(request: pytest.FixtureRequest, tmp_path: object) -> NewUrl:
    if request.param == "sqlite":
        names = iter(range(100))
        return lambda: f"sqlite:///{tmp_path}/{next(names)}.sqlite"
    return cast("NewUrl", request.getfixturevalue("new_postgres_url"))


@pytest.fixture
async def ready(world: World) -> World:
    return await made_ready(world)


@pytest.fixture
def terminal(world: World) -> TestTerminal:
    return TestTerminal(world.money.clock)
