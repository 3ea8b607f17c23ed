"""What one party checks before it uses a terminal's message: its own register, clock and memory.

Order: signature; purpose, time, epoch and model; the envelope is one of those signed; rates; the
header was not used before; only then decrypt, and check that the shares are this party's own two and
the committed ones.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clearing_service.matching.errors import TerminalRefusedError
from clearing_service.matching.frames import RelayedMessage
from clearing_service.matching.gallery import GalleryHead
from clearing_service.matching.ports import SearchScope
from clearing_service.matching.rates import RateLimiter, RatePolicy
from clearing_service.matching.terminal_keys import TerminalRegister
from facepay.errors import FacepayError
from facepay.message_header import MessageHeader, Purpose
from facepay.ports import Clock
from facepay.sealed_envelope import KemPrivateKey, open_envelope
from facepay.signed_request import EnvelopeDigest, verify_relayed
from facepay.template import SharePair, verify_commitments

CLOCK_WINDOW = timedelta(seconds=120)
"""How far a terminal's clock may be off, either way."""

SEARCH_PURPOSES = frozenset(
    {Purpose.ROUTE_PROBE, Purpose.CONFIRM_REFERENCE, Purpose.SUBMIT_REFERENCE}
)
"""A reference is also searched for before it is stored: nobody enrols twice."""
REFERENCE_PURPOSES = frozenset({Purpose.SUBMIT_REFERENCE})


class Inadmissible(Enum):
    """Why a party does not use a message. Logged here; the others only learn that it is refused."""

    SIGNATURE = "no live terminal key vouches for it"
    PURPOSE = "it was signed for another purpose"
    TIME = "it is too old or from the future"
    EPOCH = "it is of another epoch or model"
    ENVELOPE = "its envelope is not the signed one, or does not open"
    COMMITMENT = "its shares are not the committed ones of this party"
    TERMINAL_RATE = "the terminal asks too often"
    BUCKET_RATE = "the bucket is asked too often"
    REPEATED_HEADER = "its header was used before"
    REPEATED_NUMBER = "its query number is at or below the mark"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message that may be used. The caller wipes the shares."""

    header: MessageHeader
    shares: SharePair


class HeaderMemory:
    """Which signed headers this party has accepted; each is good once, whatever it was used for.

    `claim` decides at once in memory; the caller stores `unsaved` durably before anything that
    follows from the claim leaves the party.
    """

    def __init__(self, remembered: Mapping[bytes, datetime], clock: Clock) -> None:
        # Ordered, because the first key of a plain dictionary is found past all that were deleted.
        self._until = OrderedDict(remembered)
        self._unsaved: dict[bytes, datetime] = {}
        self._clock = clock

    def claim(self, header: bytes) -> bool:
        """Tell whether `header` is used for the first time, and remember it if so."""
        digest = hashlib.sha256(header).digest()
        if digest in self._until:
            return False
        # A header is refused by its time when the window has passed both ways.
        until = self._clock.now() + 2 * CLOCK_WINDOW
        self._until[digest] = self._unsaved[digest] = until
        return True

    def take_unsaved(self) -> Mapping[bytes, datetime]:
        """Return what was claimed since the last call, and forget what may be forgotten."""
        unsaved, self._unsaved = self._unsaved, {}
        now = self._clock.now()
        while self._until and self._until[oldest := next(iter(self._until))] < now:
            del self._until[oldest]
        return unsaved


class Admission:
    """The checks of party 1, 2 or 3."""

    def __init__(
        self,
        party: int,
        register: TerminalRegister,
        kem: KemPrivateKey,
        rates: RatePolicy,
        clock: Clock,
    ) -> None:
        self._party = party
        self._register = register
        self._kem = kem
        self._clock = clock
        self._terminals = RateLimiter(rates.per_terminal, clock)
        self._buckets = RateLimiter(rates.per_bucket, clock)

    def admit_search(
        self, message: RelayedMessage, scope: SearchScope, head: GalleryHead, headers: HeaderMemory
    ) -> Admitted | Inadmissible:
        """Return the probe's shares, or why this party will not use them."""
        header = self._verified(message)
        if isinstance(header, Inadmissible):
            return header
        if header.purpose not in SEARCH_PURPOSES:
            return Inadmissible.PURPOSE
        if not self._is_current(header):
            return Inadmissible.TIME
        if (header.epoch, header.model_id) != (head.epoch, head.model_id):
            return Inadmissible.EPOCH
        if not self._terminals.allows(header.terminal_id.value.encode()):
            return Inadmissible.TERMINAL_RATE
        if not all(self._buckets.allows(tag) for tag in scope.tags or ()):
            return Inadmissible.BUCKET_RATE
        if not headers.claim(message.header):
            return Inadmissible.REPEATED_HEADER
        return self._open(message, header)

    def admit_reference(
        self, message: RelayedMessage, head: GalleryHead
    ) -> Admitted | Inadmissible:
        """Return a new reference's shares, or why this party will not store them.

        A repeat is admitted: storing the same reference again does nothing.
        """
        header = self._verified(message)
        if isinstance(header, Inadmissible):
            return header
        if header.purpose not in REFERENCE_PURPOSES:
            return Inadmissible.PURPOSE
        if not self._is_current(header):
            return Inadmissible.TIME
        if (header.epoch, header.model_id) != (head.epoch, head.model_id):
            return Inadmissible.EPOCH
        return self._open(message, header)

    def _verified(self, message: RelayedMessage) -> MessageHeader | Inadmissible:
        try:
            unverified = MessageHeader.from_bytes(message.header)
            key = self._register.public_key(unverified.terminal_id, unverified.signing_key_id)
            return verify_relayed(message.header, message.digests, message.signature, key)
        except (FacepayError, TerminalRefusedError):
            return Inadmissible.SIGNATURE

    def _is_current(self, header: MessageHeader) -> bool:
        return abs(self._clock.now() - header.sent_at) <= CLOCK_WINDOW

    def _open(self, message: RelayedMessage, header: MessageHeader) -> Admitted | Inadmissible:
        envelope = message.envelope
        if EnvelopeDigest(envelope.recipient_key_id, envelope.digest) not in message.digests:
            return Inadmissible.ENVELOPE
        try:
            with open_envelope(envelope, self._kem, message.header) as content:
                pair = SharePair.from_bytes(content.view)
        except FacepayError:
            return Inadmissible.ENVELOPE
        return self._committed(pair, header)

    def _committed(self, pair: SharePair, header: MessageHeader) -> Admitted | Inadmissible:
        # Another party's pair is committed to as well. Scored as one's own it would make another
        # probe, whose length the opened norm does not tell.
        is_own = pair.party == self._party
        if not is_own or not _is_committed(pair, header):
            pair.wipe()
            return Inadmissible.COMMITMENT
        return Admitted(header, pair)


def _is_committed(pair: SharePair, header: MessageHeader) -> bool:
    try:
        first, second, third = header.commitments
        verify_commitments(pair, (first, second, third))
    except (FacepayError, ValueError):
        return False
    return True


def fingerprint_of(header: MessageHeader) -> bytes:
    """Return the 32 bytes that stand for a reference's three commitments in every digest."""
    return hashlib.sha256(b"facepay/matching/fingerprint/1" + b"".join(header.commitments)).digest()
