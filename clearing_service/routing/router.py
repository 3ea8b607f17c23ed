"""The query over the three parties, and from the matching reference to an account.

Unknown, ambiguous, synthetic, closed, revoked and without live consent are one answer, reached by
the same steps: a directory look-up and a routing record are made either way, the latter a decoy.
The true cause goes to the audit trail only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clearing_service.directory.entry import DirectoryEntry, EntryState
from clearing_service.directory.ports import Directory
from clearing_service.matching.ports import (
    WHOLE_GALLERY,
    MatchingService,
    NoMatch,
    RelayedProbe,
    SearchMatch,
    SearchScope,
)
from clearing_service.routing.narrowing import DigitsNeeded, ErrorBudget, digits_needed
from clearing_service.routing.ports import RoutingSecurity
from clearing_service.security_module.protocol import RoutingRecord
from facepay.identifiers import AccountAlias, ParticipantId, ReferenceId, RoutingToken
from facepay.message_header import MessageHeader, truncate_to_milliseconds
from facepay.ports import Clock, Randomness
from facepay.sealed_envelope import SealedEnvelope

_DECOY_ISSUER = ParticipantId("0000")
_DECOY_ALIAS = AccountAlias("00000000")


class UnroutedCause(Enum):
    """Why a face leads nowhere. For the audit trail; never for an answer."""

    NO_MATCH = "no single reference matched"
    SYNTHETIC = "a synthetic reference matched"
    NO_ENTRY = "the reference has no directory entry"
    NOT_ACTIVE = "the entry is pending or closed"
    NO_LIVE_CONSENT = "the owner's consent is not live"


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """One probe to be routed for one payment."""

    header: MessageHeader
    probe: RelayedProbe
    digits: SealedEnvelope | None


@dataclass(frozen=True, slots=True)
class Route:
    """An account to ask, and the token and record by which it may be asked once."""

    token: RoutingToken
    issuer_id: ParticipantId
    account_alias: AccountAlias
    record: RoutingRecord
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Unrouted:
    """No account. The cause is for the audit trail."""

    cause: UnroutedCause


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """The error budget and how long a token may be used."""

    budget: ErrorBudget
    token_lifetime: timedelta = timedelta(seconds=120)


class Router:
    """Routes probes. Holds no secret and no state of its own."""

    def __init__(
        self,
        matching: MatchingService,
        directory: Directory,
        security: RoutingSecurity,
        policy: RoutingPolicy,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._matching = matching
        self._directory = directory
        self._security = security
        self._policy = policy
        self._clock = clock
        self._randomness = randomness

    def require_ready(self) -> None:
        """Raise what a search would raise before anything of it left party 1."""
        self._matching.require_ready()

    def digits_needed(self) -> DigitsNeeded:
        """Return how many phone digits a search of the present gallery needs."""
        return digits_needed(self._matching.active_rows, self._policy.budget)

    async def route(self, query: RouteQuery) -> Route | Unrouted:
        """Search, look up and bind.

        Raises `MatchingUnavailableError`, `GenerationMismatchError`, `StoreError`, and
        `EnvelopeOpeningError` for digits that do not open.
        """
        found = await self._matching.search(query.probe, self._scope(query))
        reference_id = self._reference_or_decoy(found)
        entry = await self._directory.find(reference_id)
        now = truncate_to_milliseconds(self._clock.now())  # as stores keep the token's end
        cause = _cause(found, entry, now)
        route = self._bind(query, entry if cause is None else None, now)
        return route if cause is None else Unrouted(cause)

    def _scope(self, query: RouteQuery) -> SearchScope:
        if query.digits is None:
            return WHOLE_GALLERY
        with self._security.open_digits(query.digits, query.probe.header) as digits:
            return SearchScope((self._security.bucket_tag(query.header.epoch, digits),))

    def _reference_or_decoy(self, found: SearchMatch | NoMatch) -> ReferenceId:
        decoy = ReferenceId.generate(self._randomness)
        return found.reference_id if isinstance(found, SearchMatch) else decoy

    def _bind(self, query: RouteQuery, entry: DirectoryEntry | None, now: datetime) -> Route:
        token = RoutingToken.generate(self._randomness)
        issuer_id = entry.issuer_id if entry else _DECOY_ISSUER
        account_alias = entry.account_alias if entry else _DECOY_ALIAS
        expires_at = now + self._policy.token_lifetime
        record = self._security.make_routing_record(
            token=token,
            payment_hash=query.header.payment_hash,
            issuer_id=issuer_id,
            account_alias=account_alias,
            expires_at=expires_at,
        )
        return Route(token, issuer_id, account_alias, record, expires_at)


def _cause(
    found: SearchMatch | NoMatch, entry: DirectoryEntry | None, now: datetime
) -> UnroutedCause | None:
    if not isinstance(found, SearchMatch):
        return UnroutedCause.NO_MATCH
    if found.is_synthetic:
        return UnroutedCause.SYNTHETIC
    if entry is None:
        return UnroutedCause.NO_ENTRY
    if entry.state is not EntryState.ACTIVE:
        return UnroutedCause.NOT_ACTIVE
    return None if entry.consent.is_live(now) else UnroutedCause.NO_LIVE_CONSENT
