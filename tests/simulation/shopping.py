"""Who buys what, when, and how they behave; drawn ahead from the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from facepay.vocabulary import RefundKind
from pos_app.checkout.ports import PayerWord

PEOPLE = 16
PASSCODE = "271828"
WRONG_PASSCODE = "314159"
RUSHES = 4


@dataclass(frozen=True, slots=True)
class Return:
    """What is given back of an approved purchase, `after_seconds` of the receipt or the last return.

    `percent` of the sum; a void asks for all of it in any case. More than 100 in all is refused.
    """

    after_seconds: float
    kind: RefundKind
    percent: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """One payment at one till. `person` 0 is a stranger, whose face leads nowhere.

    `passcode` is None if the payer leaves the PIN pad alone, and empty if they cancel there.
    `undone_after` seconds after the receipt the cashier reverses it; else there may be returns.
    """

    at: float
    person: int
    amount: int
    thinking_seconds: float
    word: PayerWord
    passcode: str | None
    tries_again: bool
    undone_after: float | None
    returns: tuple[Return, ...] = ()


def draw_purchases(
    seed: int, till: int, sessions: Sequence[tuple[float, float]], count: int
) -> tuple[Purchase, ...]:
    """Return a till's purchases, `count` a session; some of them when all tills have one."""
    stream = Random(f"shopping/{seed}/{till}")
    found = []
    for begin, end in sessions:
        rushes = rush_times(begin, end)
        others = (stream.uniform(begin + 5, end - 30) for _ in range(max(count - RUSHES, 0)))
        found += [_purchase(stream, at, is_rush=at in rushes) for at in sorted([*rushes, *others])]
    return tuple(found)


def rush_times(begin: float, end: float) -> list[float]:
    """Return the moments of a session at which every till has a purchase."""
    return [begin + 4 + (end - begin - 60) * part / RUSHES for part in range(RUSHES)]


def _purchase(stream: Random, at: float, *, is_rush: bool) -> Purchase:
    words = [PayerWord.CONFIRM] * 30 + [PayerWord.NOT_ME, PayerWord.STOP]
    passcodes = [PASSCODE] * 40 + [WRONG_PASSCODE, WRONG_PASSCODE, "", None]
    return Purchase(
        at=at,
        person=stream.choice([*range(1, PEOPLE + 1), *range(1, PEOPLE + 1), 0]),
        amount=stream.choice(
            [1, 650, 5_000, 8_800, 9_900, 18_000, 25_000, 25_000, 60_000, 100_000]
        ),
        thinking_seconds=round(stream.uniform(0.4, 0.6 if is_rush else 4.0), 3),
        word=stream.choice(words),
        passcode=stream.choice(passcodes),
        tries_again=stream.random() < 0.5,
        undone_after=round(stream.uniform(0.1, 30), 3) if stream.random() < 0.1 else None,
        returns=_returns(stream),
    )


def _returns(stream: Random) -> tuple[Return, ...]:
    count = stream.choice([0] * 7 + [1, 1, 2])
    kinds = [RefundKind.REFUND] * 3 + [RefundKind.VOID]
    return tuple(
        Return(
            round(stream.uniform(0.1, 15), 3),
            stream.choice(kinds),
            stream.choice([20, 50, 50, 80, 100, 101]),
        )
        for _ in range(count)
    )
