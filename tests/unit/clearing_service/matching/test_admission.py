"""What each party checks for itself before it uses a terminal's message."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearing_service.matching.admission import Inadmissible
from clearing_service.matching.errors import ReferenceRefusedError
from clearing_service.matching.ports import (
    WHOLE_GALLERY,
    NoMatch,
    RelayedProbe,
    SearchMatch,
    SearchScope,
)
from clearing_service.matching.rates import Rate, RateLimiter, RatePolicy
from facepay.identifiers import TerminalId
from facepay.message_header import Purpose
from facepay.sealed_envelope import seal
from tests.fakes.matching import Terminal, ThreeParties, people, seen_again
from tests.fakes.ports import ManualClock

TAG = b"t" * 16


async def enrolled(parties: ThreeParties) -> np.ndarray:
    persons = people(4)
    for person in persons:
        await parties.enrol(person, TAG)
    return seen_again(persons[0])


def other_purpose(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    return terminal.message(terminal.share(face), Purpose.AUTHORIZE_PAYMENT)


def other_epoch(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    terminal.epoch = 2
    return terminal.probe(face)


def forged(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    probe = terminal.probe(face)
    return replace(probe, signature=probe.signature[:-1] + bytes([probe.signature[-1] ^ 1]))


def other_envelope(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    return replace(terminal.probe(face), envelopes=terminal.probe(face).envelopes)


def sealed_again(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    """Return the committed shares under the signed header, in envelopes that were not signed."""
    shares = terminal.share(face)
    probe = terminal.message(shares, Purpose.ROUTE_PROBE)
    first, second, third = (
        seal(shares.pair_for(party).to_bytes(), kem.recipient, probe.header)
        for party, kem in sorted(terminal.kems.items())
    )
    return replace(probe, envelopes=(first, second, third))


def too_old(terminal: Terminal, face: np.ndarray) -> RelayedProbe:
    probe = terminal.probe(face)
    terminal.clock.advance(121)
    return probe


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (other_purpose, Inadmissible.PURPOSE),
        (other_epoch, Inadmissible.EPOCH),
        (forged, Inadmissible.SIGNATURE),
        (other_envelope, Inadmissible.ENVELOPE),
        (sealed_again, Inadmissible.ENVELOPE),
        (too_old, Inadmissible.TIME),
    ],
)
async def test_a_message_that_does_not_hold_finds_nobody(
    parties: ThreeParties,
    make: Callable[[Terminal, np.ndarray], RelayedProbe],
    reason: Inadmissible,
) -> None:
    face = await enrolled(parties)
    answer = await parties.service.search(make(parties.terminal, face), WHOLE_GALLERY)
    assert answer == NoMatch()
    assert parties.observers[1].inadmissible == [reason]


async def test_a_terminal_that_one_party_does_not_know_finds_nobody(
    parties: ThreeParties,
) -> None:
    """Party 3 has its own register and believes nobody else."""
    face = await enrolled(parties)
    stranger = Terminal(parties.kems, parties.clock, seed=8)
    known_elsewhere = parties.parties[1].workplace.admission
    known_elsewhere._register = _Both(parties, stranger)
    answer = await parties.service.search(stranger.probe(face), WHOLE_GALLERY)
    assert answer == NoMatch()
    assert parties.observers[1].inadmissible == []
    assert parties.observers[3].inadmissible == [Inadmissible.SIGNATURE]


class _Both:
    """A register that also knows one more terminal."""

    def __init__(self, parties: ThreeParties, terminal: Terminal) -> None:
        self._known = parties.register
        self._key = terminal.signing_key.public_key()

    def public_key(self, terminal_id: TerminalId, key_id: bytes) -> Ed25519PublicKey:
        return self._key


async def test_a_header_is_good_once_whatever_the_candidates(parties: ThreeParties) -> None:
    face = await enrolled(parties)
    probe = parties.terminal.probe(face)
    first = await parties.service.search(probe, WHOLE_GALLERY)
    again = await parties.service.search(probe, SearchScope((TAG,)))
    assert isinstance(first, SearchMatch)
    assert again == NoMatch()


async def test_a_header_stays_used_after_every_party_was_restarted(
    parties: ThreeParties,
) -> None:
    face = await enrolled(parties)
    probe = parties.terminal.probe(face)
    await parties.service.search(probe, WHOLE_GALLERY)
    for number in (2, 3, 1):
        await parties.stop_party(number)
        await parties.restart_party(number)
    assert await parties.service.search(probe, WHOLE_GALLERY) == NoMatch()
    assert Inadmissible.REPEATED_HEADER in parties.observers[1].inadmissible


async def test_a_terminal_and_a_bucket_have_their_rates() -> None:
    rates = RatePolicy(per_terminal=Rate(60, 3), per_bucket=Rate(60, 2))
    parties = await ThreeParties(rates=rates, min_bucket_rows=3).start()
    face = await enrolled(parties)
    for _ in range(3):
        await parties.service.search(parties.terminal.probe(face), SearchScope((TAG,)))
    await parties.service.search(parties.terminal.probe(face), WHOLE_GALLERY)
    assert parties.observers[1].inadmissible == [
        Inadmissible.BUCKET_RATE,
        Inadmissible.TERMINAL_RATE,
    ]
    parties.clock.advance(1.5)
    refilled = await parties.service.search(parties.terminal.probe(face), WHOLE_GALLERY)
    assert isinstance(refilled, SearchMatch)
    await parties.close()


async def test_a_reference_needs_a_message_that_was_signed_for_it(parties: ThreeParties) -> None:
    person = people(1)[0]
    reference = parties.terminal.reference(person, TAG)
    probe = parties.terminal.probe(person)
    with pytest.raises(ReferenceRefusedError):
        await parties.service.prepare(replace(reference, message=probe))


def test_a_rate_refills_with_time_and_forgets_idle_keys() -> None:
    clock = ManualClock()
    limiter = RateLimiter(Rate(per_minute=60, burst=1), clock)
    assert limiter.allows(b"a")
    assert not limiter.allows(b"a")
    assert limiter.allows(b"b")
    clock.advance(1.0)
    assert limiter.allows(b"a")
