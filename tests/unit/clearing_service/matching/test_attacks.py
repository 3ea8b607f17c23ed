"""The attacks that shaped the protocol, each with and without the guard that answers it.

Whatever leaves a guard out exists here only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from clearing_service.matching.admission import Inadmissible
from clearing_service.matching.errors import GenerationMismatchError
from clearing_service.matching.frames import Frame, Query, QueryBatch
from clearing_service.matching.guards import Refusal, Winner, decide
from clearing_service.matching.link import MemoryLink
from clearing_service.matching.ports import WHOLE_GALLERY, NoMatch, RelayedProbe, SearchMatch
from clearing_service.matching.scoring import ProbeShares
from clearing_service.matching.shuffle import (
    KeyUse,
    StreamSecret,
    first_vector,
    mask,
    permutation,
)
from clearing_service.matching.synthetic import draw_templates
from facepay.message_header import Purpose
from tests.fakes.matching import POLICY, ThreeParties, people, seen_again
from tests.fakes.matching_rows import Shared, random_words
from tests.fakes.ports import SeededRandomness

TAG = b"t" * 16
ROWS, PROBES = 300, 130

Scores = npt.NDArray[np.int16]


def unguarded_winner(scores: Scores) -> int | None:
    """Threshold and margin alone, as if nobody could cheat."""
    order = np.argsort(scores)
    best, second = int(scores[order[-1]]), int(scores[order[-2]])
    return int(order[-1]) if best >= POLICY.threshold and best - second >= POLICY.margin else None


def plain_scores(templates: npt.NDArray[np.int16], probe: npt.NDArray[np.integer]) -> Scores:
    return (templates.astype(np.int64) @ probe.astype(np.int64)).astype(np.int16)


def norm_of(probe: npt.NDArray[np.integer]) -> int:
    return int((probe.astype(np.int64) ** 2).sum()) % 2**16


# --- the order of scores ---------------------------------------------------------------------


def solved(probes: npt.NDArray[np.int16], lists: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """What a witness with the probes computes from its score lists, one list a probe."""
    solution: npt.NDArray[np.float64] = np.linalg.lstsq(
        probes.astype(float), lists.astype(float), rcond=None
    )[0]
    return solution.T


def rows_recovered(guessed: npt.NDArray[np.float64], templates: npt.NDArray[np.int16]) -> int:
    """Count the templates that some guessed row equals, wherever it stands."""
    rounded = {row.tobytes() for row in np.rint(guessed).astype(np.int16)}
    return sum(row.tobytes() in rounded for row in templates)


def score_lists(orders: list[npt.NDArray[np.uint32]]) -> tuple[npt.NDArray[np.int16], ...]:
    templates = draw_templates(ROWS, SeededRandomness(1))
    probes = draw_templates(PROBES, SeededRandomness(2))
    lists = [
        plain_scores(templates, probe)[order] for probe, order in zip(probes, orders, strict=True)
    ]
    return templates, probes, np.array(lists)


def test_ordered_scores_of_130_probes_give_every_reference_away() -> None:
    unshuffled = [np.arange(ROWS, dtype=np.uint32)] * PROBES
    templates, probes, lists = score_lists(unshuffled)
    assert rows_recovered(solved(probes, lists), templates) == ROWS


def test_scores_shuffled_by_one_permutation_for_all_give_every_reference_away_too() -> None:
    """This is why every query of a batch has a permutation of its own."""
    shared = [permutation(StreamSecret(bytes(32)), 1, ROWS)] * PROBES
    templates, probes, lists = score_lists(shared)
    assert rows_recovered(solved(probes, lists), templates) == ROWS


@pytest.mark.rule("TPL-03")
def test_scores_shuffled_afresh_for_each_query_give_none_away() -> None:
    secret = StreamSecret(bytes(32))
    afresh = [permutation(secret, number, ROWS) for number in range(PROBES)]
    templates, probes, lists = score_lists(afresh)
    guessed = solved(probes, lists)
    assert rows_recovered(guessed, templates) == 0
    lengths = np.linalg.norm(guessed, axis=1)[:, None] * np.linalg.norm(templates, axis=1)
    similarity = guessed @ templates.T.astype(float) / lengths
    assert similarity.max() < 0.48  # Below the threshold, though the best of 90,000 pairs.


async def test_queries_of_one_batch_share_no_permutation_and_no_mask(
    parties: ThreeParties,
) -> None:
    batches: list[QueryBatch] = []
    record(parties, 3, batches)
    terminal = parties.terminal
    probes = [terminal.probe(person) for person in people(8)]
    await gather_searches(parties, probes)
    numbers = [query.number for batch in batches for query in batch.queries]
    assert max(len(batch.queries) for batch in batches) > 1
    assert len(set(numbers)) == len(probes)
    secret = parties.parties[1].session(2).secret
    orders = {permutation(secret, number, 256).tobytes() for number in numbers}
    masks = {mask(secret, number, KeyUse.SCORE_MASK, 256).tobytes() for number in numbers}
    assert len(orders) == len(masks) == len(probes)


# --- probes that are not what they seem ----------------------------------------------------------


async def test_unequal_probe_shares_are_refused_by_the_party_that_holds_them(
    parties: ThreeParties,
) -> None:
    """Party 2 is given a pair that the header does not commit to."""
    persons = people(3)
    for person in persons:
        await parties.enrol(person, TAG)
    terminal = parties.terminal
    committed, other = terminal.share(persons[0]), terminal.share(persons[1])
    probe = terminal.message(committed, Purpose.ROUTE_PROBE, other_pair_for={2: other})
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert parties.observers[2].inadmissible == [Inadmissible.COMMITMENT]
    assert parties.observers[3].refused == []


@pytest.mark.parametrize("party", [1, 2, 3])
async def test_the_committed_pair_of_another_party_is_refused(
    parties: ThreeParties, party: int
) -> None:
    """Every commitment holds, but the shares are not those that the party scores with."""
    persons = people(3)
    for person in persons:
        await parties.enrol(person, TAG)
    terminal = parties.terminal
    shares = terminal.share(persons[0])
    probe = terminal.message(shares, Purpose.ROUTE_PROBE, pair_of_party={party: party % 3 + 1})
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert parties.observers[party].inadmissible == [Inadmissible.COMMITMENT]
    assert parties.observers[3].refused == []


def test_one_pair_for_all_parties_would_hide_a_long_probe_from_the_norm_guard() -> None:
    """All three with the pair (a, b) score the probe 2a + b, and open 3 (a.a + 2 a.b) as its norm."""
    long = np.rint(1.45 * draw_templates(1, SeededRandomness(4))[0]).astype(np.int16)
    first = hiding_share(long)
    pair = ProbeShares(first.view(np.uint16), (long - 2 * first).view(np.uint16))
    generator = np.random.default_rng(5)
    reference = draw_templates(1, SeededRandomness(3))
    shared = Shared.of(reference, generator)
    total = np.zeros(1, np.uint16)
    for party in (1, 2, 3):
        own, following = shared.pair(party)
        total += (own * (pair.first + pair.second) + following * pair.first).sum(
            axis=1, dtype=np.uint16
        )
    assert int(total.view(np.int16)[0]) == int(reference[0].astype(int) @ long)
    assert norm_of(long) > 2 * POLICY.norm_minimum
    assert POLICY.norm_minimum <= 3 * pair.norm_piece % 2**16 <= POLICY.norm_maximum


def hiding_share(long: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Return a share a of 2a + b = `long` for which the opened norm is within the band."""
    generator = np.random.default_rng(6)
    while True:
        share = generator.integers(-15, 16, 128).astype(np.int16)
        opened = 3 * (2 * int(share.astype(int) @ long) - 3 * norm_of(share))
        if POLICY.norm_minimum <= opened % 2**16 <= POLICY.norm_maximum:
            return share


def test_unequal_probe_shares_would_otherwise_win_often() -> None:
    """Without commitments each row's score is uniform, and a fifth of single rows would pass."""
    generator = np.random.default_rng(5)
    wins = sum(score_with_unequal_shares(generator) >= POLICY.threshold for _ in range(300))
    assert wins > 100


def score_with_unequal_shares(generator: np.random.Generator) -> int:
    reference = Shared.of(draw_templates(1, SeededRandomness(3)), generator)
    honest = Shared.of(draw_templates(1, SeededRandomness(4)), generator)
    other = Shared.of(draw_templates(1, SeededRandomness(4)), generator)
    total = np.zeros(1, np.uint16)
    for party in (1, 2, 3):
        first, second = reference.pair(party)
        own, following = (other if party == 2 else honest).pair(party)
        total += (first * (own + following) + second * own).sum(axis=1, dtype=np.uint16)
    return int(total.view(np.int16)[0])


def inflated(probe: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    return (15 * np.where(probe < 0, -1, 1)).astype(np.int16)


def wrapped(probe: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Return a probe so long that its squared length comes back to 3200 modulo 2^16."""
    wanted = 2**16 + 3200
    long: npt.NDArray[np.int64] = np.rint(probe * np.sqrt(wanted / norm_of(probe))).astype(np.int64)
    for place in np.argsort(-abs(long)).tolist() * 40:
        gap = wanted - int((long**2).sum())
        step = int(np.sign(gap) * np.sign(long[place]))
        if abs(gap) >= abs((long[place] + step) ** 2 - long[place] ** 2):
            long[place] += step
    return long.astype(np.int16)


@pytest.mark.parametrize(("cheat", "reason"), [(inflated, Refusal.NORM), (wrapped, Refusal.MEDIAN)])
def test_a_long_probe_matches_strangers_only_without_the_guards(
    cheat: Callable[[npt.NDArray[np.int16]], npt.NDArray[np.int16]], reason: Refusal
) -> None:
    gallery = draw_templates(5000, SeededRandomness(6))
    strangers = draw_templates(40, SeededRandomness(7))
    long_probes = [cheat(stranger) for stranger in strangers]
    lists = [plain_scores(gallery, probe) for probe in long_probes]
    within = [np.clip(scores, -POLICY.ceiling, POLICY.ceiling) for scores in lists]
    passes = sum(int(scores.max()) >= POLICY.threshold for scores in lists)
    honest = [plain_scores(gallery, stranger) for stranger in strangers]
    decisions = {
        decide(scores, norm_of(probe), POLICY)
        for scores, probe in zip(within, long_probes, strict=True)
    }
    assert passes == 40
    assert sum(int(scores.max()) >= POLICY.threshold for scores in honest) == 0
    assert decisions == {reason}


async def test_an_inflated_probe_is_refused_by_the_witness(parties: ThreeParties) -> None:
    persons = people(4)
    for person in persons[:3]:
        await parties.enrol(person, TAG)
    probe = parties.terminal.probe(inflated(persons[3]))
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert parties.observers[3].refused == [Refusal.NORM]


async def test_a_probe_whose_norm_wraps_around_is_refused_by_the_witness(
    parties: ThreeParties,
) -> None:
    persons = people(4)
    for person in persons[:3]:
        await parties.enrol(person, TAG)
    long = wrapped(persons[3])
    assert POLICY.norm_minimum <= norm_of(long) <= POLICY.norm_maximum
    assert await parties.service.search(parties.terminal.probe(long), WHOLE_GALLERY) == NoMatch()
    assert parties.observers[3].refused[0] in (Refusal.MEDIAN, Refusal.CEILING)


# --- rows out of step ------------------------------------------------------------------------------


def test_one_row_out_of_step_wins_half_of_all_probes_only_without_the_ceiling() -> None:
    generator = np.random.default_rng(9)
    templates = draw_templates(400, SeededRandomness(8))
    probes = draw_templates(400, SeededRandomness(9))
    wins, refusals = 0, []
    for probe in probes:
        scores = plain_scores(templates, probe)
        scores[17] = random_words(generator, 1).view(np.int16)[0]
        wins += unguarded_winner(scores) == 17
        refusals.append(decide(scores, norm_of(probe), POLICY))
    assert 0.40 < wins / 400 < 0.55
    still_winning = sum(isinstance(decision, Winner) for decision in refusals)
    assert still_winning / 400 < 0.06
    assert refusals.count(Refusal.CEILING) / 400 > 0.85


async def test_a_party_with_a_shifted_row_is_found_out_before_anything_is_opened(
    parties: ThreeParties,
) -> None:
    persons = people(4)
    for person in persons:
        await parties.enrol(person, TAG)
    shift_rows(parties, 2)
    with pytest.raises(GenerationMismatchError):
        await parties.service.search(parties.terminal.probe(persons[0]), WHOLE_GALLERY)
    assert parties.observers[3].refused == []


def shift_rows(parties: ThreeParties, party: int) -> None:
    """Give one party its rows in another order, as a faulty restore would."""
    keeper = parties.parties[party].keeper
    gallery = keeper.gallery
    rows = next(gallery.rows())
    moved = replace(rows, slots=rows.slots[::-1].copy())
    keeper._gallery = type(gallery).build(
        gallery.head, moved, gallery.synthetic, gallery.min_bucket_rows
    )


async def test_a_party_at_a_stale_generation_is_found_out(parties: ThreeParties) -> None:
    persons = people(4)
    for person in persons:
        await parties.enrol(person, TAG)
    keeper = parties.parties[3].keeper
    head = keeper.gallery.head
    keeper._gallery = keeper.gallery.with_synthetic(
        keeper.gallery.synthetic, replace(head, generation=head.generation - 1)
    )
    with pytest.raises(GenerationMismatchError):
        await parties.service.search(parties.terminal.probe(persons[0]), WHOLE_GALLERY)
    assert parties.observers[1].behind == [3]


# --- numbers and headers used again ----------------------------------------------------------------


def test_a_number_used_twice_would_lift_the_masks() -> None:
    """The difference of two vectors under one number is the difference of party 1's scores."""
    generator = np.random.default_rng(10)
    secret, witness = StreamSecret(bytes(32)), StreamSecret(b"w" * 32)
    one, other = random_words(generator, 50), random_words(generator, 50)

    def sent(scores: npt.NDArray[np.uint16], number: int) -> npt.NDArray[np.uint16]:
        return first_vector(
            scores,
            mask(witness, number, KeyUse.WITNESS_MASK, 50),
            mask(secret, number, KeyUse.SCORE_MASK, 50),
            permutation(secret, number, 50),
        )

    order = permutation(secret, 1, 50)
    assert np.array_equal(sent(one, 1) - sent(other, 1), (one - other)[order])
    assert not np.array_equal(sent(one, 1) - sent(other, 2), (one - other)[order])


async def test_peers_refuse_a_number_that_was_used(parties: ThreeParties) -> None:
    persons = people(4)
    for person in persons:
        await parties.enrol(person, TAG)
    batches: list[QueryBatch] = []
    record(parties, 3, batches)
    await parties.service.search(parties.terminal.probe(persons[0]), WHOLE_GALLERY)
    fresh = parties.terminal.probe(persons[1])
    replayed = Query(
        batches[0].queries[0].number,
        replace(
            batches[0].queries[0].message,
            header=fresh.header,
            signature=fresh.signature,
            digests=fresh.digests,
            envelope=fresh.envelopes[2],
        ),
        WHOLE_GALLERY,
        batches[0].queries[0].digest,
    )
    batch = QueryBatch(replayed.number, batches[0].generation, (replayed,))
    parties.parties[1].session(3).link.send(batch)
    await parties.settle()
    assert parties.observers[3].inadmissible == [Inadmissible.REPEATED_NUMBER]


async def test_a_header_used_again_with_fewer_candidates_names_nobody(
    parties: ThreeParties,
) -> None:
    """Party 1 cannot halve the candidates until one is left: each step needs a new capture."""
    persons = people(6)
    for number, person in enumerate(persons):
        await parties.enrol(person, bytes([number % 2]) * 16)
    probe = parties.terminal.probe(seen_again(persons[0]))
    assert isinstance(await parties.service.search(probe, WHOLE_GALLERY), SearchMatch)
    forgetful = parties.parties[1].workplace.headers
    forgetful._until.clear()  # A party 1 that leaves its own check out.
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert parties.observers[2].inadmissible == [Inadmissible.REPEATED_HEADER]
    assert parties.observers[3].inadmissible == [Inadmissible.REPEATED_HEADER]


# --- helpers -----------------------------------------------------------------------------------------


async def gather_searches(parties: ThreeParties, probes: list[RelayedProbe]) -> None:
    await asyncio.gather(*(parties.service.search(probe, WHOLE_GALLERY) for probe in probes))


def record(parties: ThreeParties, peer: int, batches: list[QueryBatch]) -> None:
    """Keep a copy of every batch that party 1 sends to `peer`."""
    link = parties.parties[1].session(peer).link
    assert isinstance(link, MemoryLink)
    send = link.send

    def recording(frame: Frame) -> None:
        if isinstance(frame, QueryBatch):
            batches.append(frame)
        send(frame)

    link.send = recording  # type: ignore[method-assign]
