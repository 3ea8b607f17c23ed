"""What operators see of windows; a report's files are read in parts, and made once for it."""

from collections.abc import Iterator, Sequence

import pytest

from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.operation import settlement_view
from clearing_service.operation.settlement_view import ReportFile, SettlementView
from clearing_service.settlement.ports import NoSuchWindowError
from clearing_service.settlement.reports import SettlementReports
from facepay.identifiers import ParticipantId
from facepay.operator_act import ActKind
from tests.fakes.money_terminal import TestTerminal
from tests.fakes.money_world import ACQUIRER, ISSUER, OTHER_ISSUER, MoneyWorld
from tests.fakes.operators import Operators


class CountedReads:
    """The book of somebody who counts how often a window is read from its beginning."""

    def __init__(self, world: MoneyWorld) -> None:
        self.windows_read = 0
        self._store = world.store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def rows_of(self, window: SettlementWindow, after: int = 0) -> Sequence[Transfer]:
        self.windows_read += after == 0
        return await self._store.rows_of(window, after)


@pytest.fixture
def book(world: MoneyWorld) -> CountedReads:
    return CountedReads(world)


@pytest.fixture
def view(
    world: MoneyWorld, operators: Operators, book: CountedReads, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SettlementView]:
    monkeypatch.setattr(settlement_view, "PART_BYTES", 100)
    reports = SettlementReports(book, world.security, world.clock)  # type: ignore[arg-type]
    yield SettlementView(operators.settlement, reports, world.store)
    reports.close()


@pytest.fixture
async def final_window(world: MoneyWorld, terminal: TestTerminal, operators: Operators) -> int:
    world.enrol(1, balance=1_000_00)
    world.show(1)
    await terminal.pay(world.payments, terminal.sale(12_30))
    window = await operators.settlement.open_window()
    await operators.act(ActKind.CLOSE_WINDOW, window=window.number)
    await operators.run.run()
    return window.number


class Reading:
    """One operator's reading of a file, part by part."""

    def __init__(self, view: SettlementView, window: int, participant: ParticipantId) -> None:
        self._view, self._window, self._participant = view, window, participant
        self.content = b""

    async def go_on(self, file: ReportFile) -> bool:
        part = await self._view.report_part(
            self._window, self._participant, file, len(self.content)
        )
        self.content += part.content
        return bool(part.content)


async def test_the_files_of_a_report_are_read_from_one_making(
    view: SettlementView, book: CountedReads, final_window: int
) -> None:
    for file in ReportFile:
        reading = Reading(view, final_window, ACQUIRER)
        while await reading.go_on(file):
            pass
        assert len(reading.content) > 100
    assert book.windows_read == 1


async def test_two_operators_who_read_by_turns_each_have_a_report_made_once(
    view: SettlementView, book: CountedReads, final_window: int
) -> None:
    first, second = (Reading(view, final_window, who) for who in (ACQUIRER, ISSUER))
    while [await first.go_on(ReportFile.ROWS), await second.go_on(ReportFile.ROWS)] != [False] * 2:
        pass
    assert first.content != second.content
    assert book.windows_read == 2


async def test_a_report_that_others_displaced_goes_on_as_it_began(
    view: SettlementView, book: CountedReads, final_window: int
) -> None:
    whole, cut_off = (Reading(view, final_window, ACQUIRER) for _ in range(2))
    while await whole.go_on(ReportFile.ROWS):
        pass
    await cut_off.go_on(ReportFile.ROWS)
    for other in (ISSUER, OTHER_ISSUER):
        await Reading(view, final_window, other).go_on(ReportFile.ROWS)
    while await cut_off.go_on(ReportFile.ROWS):
        pass
    assert cut_off.content == whole.content
    assert book.windows_read == 5  # the first, its beginning again, two others, and once more


async def test_a_window_that_is_not_there_has_no_positions(
    view: SettlementView, final_window: int
) -> None:
    assert (await view.positions(final_window)).window.number == final_window
    with pytest.raises(NoSuchWindowError):
        await view.positions(final_window + 2)
