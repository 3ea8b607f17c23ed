"""Three matching parties in one process, and terminals that send them signed probes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clearing_service.matching.admission import Inadmissible
from clearing_service.matching.coordinator import Coordinator
from clearing_service.matching.errors import TerminalRefusedError
from clearing_service.matching.guards import Refusal, ScorePolicy
from clearing_service.matching.link import MemoryLink
from clearing_service.matching.party import MatchingParty, PartySettings, PartySurroundings
from clearing_service.matching.ports import RelayedProbe, RelayedReference
from clearing_service.matching.rates import Rate, RatePolicy
from clearing_service.matching.session import PartyKeys
from clearing_service.matching.synthetic import draw_templates
from clearing_service.matching.worker import InlineWorker
from facepay.identifiers import OperationId, ReferenceId, TerminalId
from facepay.message_header import MessageHeader, Purpose, truncate_to_milliseconds
from facepay.sealed_envelope import KemPrivateKey, seal
from facepay.signed_request import digest_envelopes, sign_request, signing_key_id
from facepay.template import QuantisedTemplate, ThreeShares, split
from tests.fakes.gallery_store import MemoryGalleryStore
from tests.fakes.ports import ManualClock, SeededRandomness

MODEL_ID = "test-model"
POLICY = ScorePolicy(model_id=MODEL_ID, threshold=1536, margin=160, impostor_median=230)
UNLIMITED = RatePolicy(Rate(1e9, 10**9), Rate(1e9, 10**9))
EPOCH = 1


class MemoryRegister:
    """Terminal keys by hand."""

    def __init__(self) -> None:
        self.keys: dict[tuple[TerminalId, bytes], Ed25519PublicKey] = {}

    def add(self, terminal: "Terminal") -> None:
        public = terminal.signing_key.public_key()
        self.keys[terminal.terminal_id, signing_key_id(public)] = public

    def public_key(self, terminal_id: TerminalId, key_id: bytes) -> Ed25519PublicKey:
        try:
            return self.keys[terminal_id, key_id]
        except KeyError:
            raise TerminalRefusedError("unknown terminal") from None


@dataclass
class RecordingObserver:
    """Remembers what a party's operators would see."""

    inadmissible: list[Inadmissible] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def query_inadmissible(self, number: int, reason: Inadmissible) -> None:
        self.inadmissible.append(reason)

    def probe_refused(self, number: int, reason: Refusal) -> None:
        self.refused.append(reason)

    def peer_joined(self, peer: int) -> None:
        self.joined.append(peer)
        self.happened.set()

    def peer_lost(self, peer: int, reason: str) -> None:
        self.lost.append((peer, reason))
        self.happened.set()

    async def until_joined(self, peer: int, times: int = 1) -> None:
        while self.joined.count(peer) < times:
            self.happened.clear()
            await self.happened.wait()

    async def until_lost(self, peer: int) -> None:
        while peer not in [lost for lost, _ in self.lost]:
            self.happened.clear()
            await self.happened.wait()

    def stream_refused(self, reason: str) -> None:
        self.strangers.append(reason)

    def out_of_step(self, peer: int) -> None:
        self.behind.append(peer)

    def round_failed(self, batch: int, error: Exception) -> None:
        self.failed.append(error)


class Terminal:
    """Signs and seals as a terminal does, and as a dishonest one could."""

    def __init__(self, kems: dict[int, KemPrivateKey], clock: ManualClock, seed: int = 7) -> None:
        self.randomness = SeededRandomness(seed)
        self.clock = clock
        self.terminal_id = TerminalId(f"T{seed:07d}")
        self.signing_key = Ed25519PrivateKey.from_private_bytes(self.randomness.bytes(32))
        self.kems = kems
        self.epoch = EPOCH
        self._counter = 0

    def probe(self, template: np.ndarray) -> RelayedProbe:
        """Return an honest probe of `template` (int16[128])."""
        return self.message(self.share(template), Purpose.ROUTE_PROBE)

    def reference(
        self, template: np.ndarray, tag: bytes, reference_id: ReferenceId | None = None
    ) -> RelayedReference:
        chosen = reference_id or ReferenceId.generate(self.randomness)
        message = self.message(self.share(template), Purpose.SUBMIT_REFERENCE)
        return RelayedReference(chosen, tag, message)

    def share(self, template: np.ndarray) -> ThreeShares:
        """Split any int16 vector; a dishonest terminal does not keep to the range."""
        if np.abs(template.astype(int)).max() <= 15:
            return split(QuantisedTemplate(template.astype(np.int16)), self.randomness)
        within = split(QuantisedTemplate(np.zeros(128, np.int16)), self.randomness)
        shares = (*within.shares[:2], within.shares[2] + template.astype(np.int16).view(np.uint16))
        return ThreeShares(shares, within.openings)

    def message(
        self,
        shares: ThreeShares,
        purpose: Purpose,
        other_pair_for: dict[int, ThreeShares] | None = None,
        pair_of_party: dict[int, int] | None = None,
    ) -> RelayedProbe:
        """Seal and sign.

        `other_pair_for` gives some parties pairs that were not committed, `pair_of_party` the
        committed pair of another party.
        """
        header = self.header(shares.commitments, purpose).to_bytes()
        given, whose = other_pair_for or {}, pair_of_party or {}
        envelopes = tuple(
            seal(
                given.get(party, shares).pair_for(whose.get(party, party)).to_bytes(),
                kem.recipient,
                header,
            )
            for party, kem in sorted(self.kems.items())
        )
        request = sign_request(header, b"body", envelopes, self.signing_key)
        first, second, third = envelopes
        return RelayedProbe(
            header, request.signature, digest_envelopes(envelopes), (first, second, third)
        )

    def header(self, commitments: tuple[bytes, ...], purpose: Purpose) -> MessageHeader:
        self._counter += 1
        return MessageHeader(
            suite_id=1,
            purpose=purpose,
            terminal_id=self.terminal_id,
            signing_key_id=signing_key_id(self.signing_key.public_key()),
            operation_id=OperationId.generate(self.clock, self.randomness),
            counter=self._counter,
            sent_at=truncate_to_milliseconds(self.clock.now()),
            nonce=self.randomness.bytes(16),
            challenge_nonce=b"",
            epoch=self.epoch,
            model_id=MODEL_ID,
            commitments=commitments,
            payment_hash=b"",
            notice_hash=b"",
            body_hash=bytes(32),
        )


LinkPair = Callable[[int, int], tuple[MemoryLink, MemoryLink]]


class ThreeParties:
    """The three parties on memory stores; each can be stopped and started again."""

    def __init__(
        self,
        *,
        rates: RatePolicy = UNLIMITED,
        policy: ScorePolicy = POLICY,
        min_bucket_rows: int = 50,
    ) -> None:
        self.clock = ManualClock()
        self.randomness = SeededRandomness(99)
        self.register = MemoryRegister()
        self.settings = PartySettings(EPOCH, policy, rates, min_bucket_rows)
        self.stores = {number: MemoryGalleryStore() for number in (1, 2, 3)}
        self.kems = {n: KemPrivateKey.generate(self.randomness) for n in (1, 2, 3)}
        self.identities = {
            n: Ed25519PrivateKey.from_private_bytes(self.randomness.bytes(32)) for n in (1, 2, 3)
        }
        self.observers = {n: RecordingObserver() for n in (1, 2, 3)}
        self.parties: dict[int, MatchingParty] = {}
        self.service: Coordinator
        self.make_links: LinkPair = lambda left, right: MemoryLink.pair()
        self.terminal = self.add_terminal(7)

    def add_terminal(self, seed: int) -> Terminal:
        terminal = Terminal(self.kems, self.clock, seed)
        self.register.add(terminal)
        return terminal

    async def start(self) -> "ThreeParties":
        for number in (1, 2, 3):
            await self.start_party(number)
        for left, right in ((1, 2), (1, 3), (2, 3)):
            self.connect(left, right)
        await self.settle()
        await self.service.redraw_synthetic()
        return self

    async def start_party(self, number: int) -> None:
        peers = {n: key.public_key() for n, key in self.identities.items() if n != number}
        keys = PartyKeys(number, self.identities[number], self.kems[number], peers)
        around = PartySurroundings(
            store=self.stores[number],
            register=self.register,
            store_worker=InlineWorker(),
            compute_worker=InlineWorker(),
            observer=self.observers[number],
            clock=self.clock,
            randomness=self.randomness,
        )
        party = MatchingParty(keys, around, self.settings)
        self.parties[number] = party
        if number == 1:
            self.service = Coordinator(party)
            await self.service.start()
        else:
            await party.start()

    def connect(self, left: int, right: int) -> None:
        left_link, right_link = self.make_links(left, right)
        self.parties[left].spawn(self.parties[left].serve(left_link))
        self.parties[right].spawn(self.parties[right].serve(right_link))

    async def stop_party(self, number: int) -> None:
        await self.parties[number].close()
        await self.settle()

    async def restart_party(self, number: int) -> None:
        """Start a stopped party on its store and connect it again."""
        await self.start_party(number)
        for other in {1, 2, 3} - {number}:
            self.connect(min(number, other), max(number, other))
        await self.settle()

    async def settle(self) -> None:
        """Let everything that is ready happen."""
        for _ in range(200):
            await asyncio.sleep(0)

    async def enrol(self, template: np.ndarray, tag: bytes) -> ReferenceId:
        reference = self.terminal.reference(template, tag)
        await self.service.prepare(reference)
        await self.service.activate([reference.reference_id])
        return reference.reference_id

    async def close(self) -> None:
        for party in self.parties.values():
            await party.close()


def people(count: int, seed: int = 5) -> np.ndarray:
    """Return `count` random templates, int16[count, 128]."""
    return draw_templates(count, SeededRandomness(seed))


def seen_again(template: np.ndarray, seed: int = 11, noise: float = 0.35) -> np.ndarray:
    """Return another capture of the same person: cosine about 0.94."""
    generator = np.random.default_rng(seed)
    direction = template + generator.normal(0, noise * 5, 128)
    direction *= np.sqrt(3200) / np.linalg.norm(direction)
    return np.clip(np.rint(direction), -15, 15).astype(np.int16)


__all__ = [
    "MemoryRegister",
    "RecordingObserver",
    "Terminal",
    "ThreeParties",
    "people",
    "replace",
    "seen_again",
]
