"""Used once stays used: the counter window, both stores alike, batches that share a commit."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.key_store import KeyStore, open_key_store
from clearing_service.security_module.sqlite_usage import SqliteUsageStore, open_usage_store
from clearing_service.security_module.usage import (
    COUNTER_WINDOW,
    ClaimOutcome,
    CounterWindow,
    PinClaim,
    UsageDesk,
    UsageStore,
)
from facepay.dukpt import KeySerialNumber
from tests.fakes.ports import START, SeededRandomness
from tests.fakes.usage import MemoryUsageStore

DEVICE, OTHER_DEVICE = bytes(8), bytes([1] * 8)


def a_claim(record: int, counter: int, device: bytes = DEVICE) -> PinClaim:
    return PinClaim(
        record.to_bytes(16), START + timedelta(seconds=120), KeySerialNumber(device, counter)
    )


@contextmanager
def opened_keys(folder: Path, randomness: SeededRandomness) -> Iterator[KeyStore]:
    keys = open_key_store(folder / "keys.json", folder / "kek.bin", randomness)
    yield keys
    keys.close()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[UsageStore]:
    made: dict[str, Callable[[], UsageStore]] = {
        "memory": MemoryUsageStore,
        "sqlite": lambda: SqliteUsageStore(tmp_path / "usage.sqlite3"),
    }
    usage = made[request.param]()
    yield usage
    usage.close()


def decide(store: UsageStore, *claims: PinClaim) -> tuple[ClaimOutcome, ...]:
    return store.claim_all(claims, START)


@pytest.mark.rule("AUT-06")
def test_a_record_and_a_counter_are_granted_once(store: UsageStore) -> None:
    assert decide(store, a_claim(1, 1)) == (ClaimOutcome.GRANTED,)
    assert decide(store, a_claim(1, 2)) == (ClaimOutcome.RECORD_USED,)
    assert decide(store, a_claim(2, 1)) == (ClaimOutcome.KEY_USED,)


def test_claims_of_one_batch_see_each_other(store: UsageStore) -> None:
    outcomes = decide(store, a_claim(1, 1), a_claim(1, 2), a_claim(2, 1), a_claim(2, 2))
    granted, used = ClaimOutcome.GRANTED, ClaimOutcome.RECORD_USED
    assert outcomes == (granted, used, ClaimOutcome.KEY_USED, granted)


def test_a_refused_claim_uses_nothing_up(store: UsageStore) -> None:
    decide(store, a_claim(1, 1), a_claim(1, 2), a_claim(2, 1))
    assert decide(store, a_claim(2, 2)) == (ClaimOutcome.GRANTED,)


@pytest.mark.rule("AUT-06")
def test_lower_counters_are_refused_beyond_the_window(store: UsageStore) -> None:
    decide(store, a_claim(1, 100))
    oldest = 100 - COUNTER_WINDOW + 1
    assert decide(store, a_claim(2, oldest)) == (ClaimOutcome.GRANTED,)
    assert decide(store, a_claim(3, oldest - 1)) == (ClaimOutcome.KEY_USED,)
    assert decide(store, a_claim(4, oldest)) == (ClaimOutcome.KEY_USED,)


def test_devices_count_for_themselves(store: UsageStore) -> None:
    assert decide(store, a_claim(1, 1), a_claim(2, 1, OTHER_DEVICE)) == (ClaimOutcome.GRANTED,) * 2


def test_expired_records_are_forgotten_but_counters_are_not(tmp_path: Path) -> None:
    """A forgotten record is refused by its own time; the counter still guards the key."""
    store = SqliteUsageStore(tmp_path / "usage.sqlite3")
    decide(store, a_claim(1, 1))
    much_later = START + timedelta(days=1)
    assert store.claim_all([a_claim(1, 1)], much_later) == (ClaimOutcome.KEY_USED,)
    assert store.claim_all([a_claim(1, 2)], much_later) == (ClaimOutcome.GRANTED,)
    store.close()


@pytest.mark.rule("AUT-06")
def test_what_was_used_stays_used_after_a_restart(tmp_path: Path) -> None:
    store = SqliteUsageStore(tmp_path / "usage.sqlite3")
    decide(store, a_claim(1, 5))
    store.close()
    store = SqliteUsageStore(tmp_path / "usage.sqlite3")
    assert decide(store, a_claim(1, 6), a_claim(2, 5)) == (
        ClaimOutcome.RECORD_USED,
        ClaimOutcome.KEY_USED,
    )
    store.close()


def test_a_store_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    path = tmp_path / "usage.sqlite3"
    path.write_bytes(b"this is no database, and it is long enough to be looked at as one" * 20)
    with pytest.raises(KeyStoreError):
        SqliteUsageStore(path)


@pytest.mark.rule("AUT-06")
@pytest.mark.parametrize("loss", ["deleted", "emptied", "another's"])
def test_a_lost_record_of_used_keys_is_not_begun_anew(tmp_path: Path, loss: str) -> None:
    path, randomness = tmp_path / "usage.sqlite3", SeededRandomness()
    with opened_keys(tmp_path / "own", randomness) as keys:
        open_usage_store(path, keys, randomness).close()
        open_usage_store(path, keys, randomness).close()
        if loss == "deleted":
            path.unlink()
        elif loss == "emptied":
            path.write_bytes(b"")
        else:
            path.unlink()
            with opened_keys(tmp_path / "other", randomness) as others:
                open_usage_store(path, others, randomness).close()
        with pytest.raises(KeyStoreError, match=r"usage\.sqlite3"):
            open_usage_store(path, keys, randomness)
        assert path.exists() is (loss != "deleted")


def test_a_record_from_before_it_was_marked_stays_in_use(tmp_path: Path) -> None:
    path, randomness = tmp_path / "usage.sqlite3", SeededRandomness()
    older = SqliteUsageStore(path)
    decide(older, a_claim(1, 5))
    older.close()
    with opened_keys(tmp_path / "own", randomness) as keys:
        store = open_usage_store(path, keys, randomness)
        assert decide(store, a_claim(2, 5)) == (ClaimOutcome.KEY_USED,)
        store.close()


def test_a_batch_that_fails_uses_nothing_up(tmp_path: Path) -> None:
    store = SqliteUsageStore(tmp_path / "usage.sqlite3")
    store._connection.execute("ALTER TABLE used_counter RENAME TO hidden")
    with pytest.raises(KeyStoreError):
        decide(store, a_claim(1, 1))
    store._connection.execute("ALTER TABLE hidden RENAME TO used_counter")
    assert decide(store, a_claim(1, 1)) == (ClaimOutcome.GRANTED,)
    store.close()
    with pytest.raises(KeyStoreError):
        decide(store, a_claim(2, 2))


@pytest.mark.rule("AUT-06")
@given(counters=st.lists(st.integers(1, 200), max_size=120))
def test_the_window_grants_every_counter_at_most_once(counters: list[int]) -> None:
    window = CounterWindow()
    granted = []
    for counter in counters:
        following = window.after(counter)
        is_fresh = counter not in granted and counter > window.highest - COUNTER_WINDOW
        assert (following is not None) == is_fresh
        if following is not None:
            granted.append(counter)
            window = following
    assert window.highest == max(granted, default=0)


async def test_claims_that_wait_together_share_a_commit() -> None:
    store = MemoryUsageStore()
    desk = UsageDesk(store)
    claims = [desk.claim(a_claim(number, number), START) for number in range(1, 51)]
    assert set(await asyncio.gather(*claims)) == {ClaimOutcome.GRANTED}
    assert sum(store.batches) == 50
    assert len(store.batches) < 5
    desk.close()


async def test_everybody_in_a_failed_batch_is_told_and_the_desk_goes_on() -> None:
    store = MemoryUsageStore()
    desk = UsageDesk(store)
    store.failure = KeyStoreError("disk full")
    outcomes = await asyncio.gather(
        *(desk.claim(a_claim(number, number), START) for number in (1, 2)), return_exceptions=True
    )
    assert outcomes == [store.failure] * 2
    store.failure = None
    assert await desk.claim(a_claim(1, 1), START) is ClaimOutcome.GRANTED
    desk.close()
