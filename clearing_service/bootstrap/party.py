"""One matching party and its streams to the two others: all that parties 2 and 3 are."""

import asyncio
from collections.abc import Awaitable, Callable

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearing_service.bootstrap.error_budget import score_policy
from clearing_service.bootstrap.expiry import PartyCertificates
from clearing_service.bootstrap.gallery import open_gallery
from clearing_service.bootstrap.trust import RegisterFolder, peer_directory, read_certificate
from clearing_service.bootstrap.upkeep import Duty, Upkeep
from clearing_service.config import Config, ConfigError, PeerSettings, RateSettings
from clearing_service.matching.observer import LoggingObserver
from clearing_service.matching.party import MatchingParty, PartySettings, PartySurroundings
from clearing_service.matching.peer.streams import CHANNEL_OPTIONS, FRAME_MAX_BYTES, PeerDialler
from clearing_service.matching.rates import Rate, RatePolicy
from clearing_service.matching.server import EXCHANGE_METHOD, add_party_service
from clearing_service.matching.session import PartyKeys
from clearing_service.matching.terminal_keys import CertificateRegister
from clearing_service.matching.worker import ThreadWorker
from clearing_service.provisioning.party_keys import open_party_store, own_keys
from clearing_service.transport.call_guard import CallGuard, CallRule
from clearing_service.transport.credentials import TlsFiles, channel_credentials, server_credentials
from clearing_service.transport.failures import failure_table
from clearing_service.transport.roles import PARTY_ROLES
from clearing_service.transport.server import HEALTH_RULES, GrpcServer, ServerSettings
from facepay.ports import Clock, Randomness

PARTY_RULES = {
    EXCHANGE_METHOD: CallRule(frozenset(PARTY_ROLES.values()), None),
    **HEALTH_RULES,
}

TERMINAL_KEYS_SECONDS = 2.0
"""How soon a terminal that this party's operators added or revoked is known here."""
CERTIFICATES_SECONDS = 3600.0
"""How often somebody who reads the log is told that certificates end soon."""


class PartyProcess:
    """A matching party with its gallery, its server and its streams. Started and stopped once."""

    def __init__(self, config: Config, clock: Clock, randomness: Randomness) -> None:
        """Open gallery and keys; nothing listens yet. Raises what opening them raises."""
        self._config = config
        self._clock = clock
        self.certificates = PartyCertificates(config.directory)
        self.certificates.require_valid(clock)
        self._store_worker = ThreadWorker("gallery")
        self._compute_worker = ThreadWorker("scoring")
        self._gallery = open_gallery(config, randomness)
        self._register = CertificateRegister(
            read_certificate(config.directory / "terminals_authority.pem"),
            RegisterFolder(config.directory),
            clock,
        )
        surroundings = PartySurroundings(
            store=self._gallery,
            register=self._register,
            store_worker=self._store_worker,
            compute_worker=self._compute_worker,
            observer=LoggingObserver(),
            clock=clock,
            randomness=randomness,
        )
        self._credentials = TlsFiles.in_directory(config.directory)
        self.party = MatchingParty(_party_keys(config, randomness), surroundings, _settings(config))
        self._server = self._grpc_server()
        self._upkeep = Upkeep(
            (
                Duty("terminal keys", TERMINAL_KEYS_SECONDS, self._reload_terminal_keys),
                Duty("certificates", CERTIFICATES_SECONDS, self._look_at_certificates),
            ),
            clock,
        )
        self._diallers: list[PeerDialler] = []
        self._streams: list[asyncio.Task[None]] = []
        self.port = 0

    async def start(self, load: Callable[[], Awaitable[None]] | None = None) -> None:
        """Load the gallery (party 1 gives its coordinator's `start`), listen, dial the others.

        Each party opens the streams to those with higher numbers.
        """
        await (load or self.party.start)()
        self.port = await self._server.start()
        await self._look_at_certificates()
        self._upkeep.start()
        for number, peer in self._config.peers.items():
            if number > self._config.party:
                self._streams.append(asyncio.ensure_future(self._keep_connected(number, peer)))

    async def stop(self) -> None:
        """End streams and work, close the gallery."""
        await self._upkeep.stop()
        for task in self._streams:
            task.cancel()
        await asyncio.gather(*self._streams, return_exceptions=True)
        await self.party.close()
        for dialler in self._diallers:
            await dialler.close()
        await self._server.drain()
        self._compute_worker.close()
        self._store_worker.close()
        self._gallery.close()

    async def _reload_terminal_keys(self) -> int:
        """Take what this party's operators have loaded since; files are read off the event loop."""
        return int(await asyncio.to_thread(self._register.reload_if_changed))

    async def _look_at_certificates(self) -> int:
        """Write to the log when certificates end soon."""
        await asyncio.to_thread(self.certificates.warn, self._clock, self._config.party)
        return 0

    async def _keep_connected(self, number: int, peer: PeerSettings) -> None:
        def open_channel() -> grpc.aio.Channel:
            credentials = channel_credentials(self._credentials)
            return grpc.aio.secure_channel(peer.address, credentials, options=CHANNEL_OPTIONS)

        dialler = PeerDialler(open_channel)
        self._diallers.append(dialler)
        await self.party.keep_connected(number, dialler.dial)

    def _grpc_server(self) -> GrpcServer:
        settings = ServerSettings(
            address=self._config.listen.peers,
            credentials=server_credentials(self._credentials),
            drain_seconds=1.0,
            message_max_bytes=FRAME_MAX_BYTES,
        )
        peers = peer_directory(self._config.directory, self._clock)
        guard = CallGuard(PARTY_RULES, peers, failure_table({}), self._clock)
        return GrpcServer(settings, guard, lambda server: [add_party_service(server, self.party)])


def _party_keys(config: Config, randomness: Randomness) -> PartyKeys:
    store = open_party_store(config.directory, randomness)
    try:
        own = own_keys(store)
    finally:
        store.close()
    peers = {number: _identity(number, peer) for number, peer in config.peers.items()}
    return PartyKeys(config.party, own.identity, own.kem, peers)


def _identity(number: int, peer: PeerSettings) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(peer.identity_key))
    except ValueError as error:
        raise ConfigError(f"`peers.{number}.identity_key` is not an Ed25519 public key") from error


def _settings(config: Config) -> PartySettings:
    matching = config.matching
    policy = score_policy(matching, config.directory)
    return PartySettings(matching.epoch, policy, _rates(config.rates), matching.min_bucket)


def _rates(rates: RateSettings) -> RatePolicy:
    return RatePolicy(
        Rate(rates.probes_per_terminal_per_minute, rates.probes_per_terminal_at_once),
        Rate(rates.probes_per_bucket_per_minute, rates.probes_per_bucket_at_once),
    )
