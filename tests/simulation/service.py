"""The clearing institution of a run: the product's edge and use cases, started, killed, restarted.

Stores, keys, used PIN keys and the block of query numbers are on its disk and outlive a process.
Matching is the one part that is stood in for: it knows who stands at the terminal, and takes its
query numbers as the real one does.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clearing_service.bootstrap.upkeep import Duty, Upkeep
from clearing_service.enrolment.consented_directory import ConsentedDirectory
from clearing_service.enrolment.notice import NoticeBook
from clearing_service.errors import StoreError
from clearing_service.participants.register import Register
from clearing_service.payment.issuer_reversals import IssuerReversalSender
from clearing_service.payment.payment_service import PaymentParts, PaymentService, RegisterSource
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import IssuerGateway
from clearing_service.payment.recovery import Recovery
from clearing_service.payment.refund_credits import RefundCreditSender
from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.routing.narrowing import ErrorBudget
from clearing_service.routing.router import Router, RoutingPolicy
from clearing_service.rpc.call_rules import CALL_RULES
from clearing_service.rpc.error_table import failure_of
from clearing_service.rpc.message_checks import MessageChecks
from clearing_service.rpc.operation_gate import OperationGate
from clearing_service.rpc.payment_calls import PaymentCalls
from clearing_service.rpc.signed_calls import SignedCalls
from clearing_service.rpc.terminal_calls import SignOnTerms, TerminalCalls
from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.key_store import open_key_store
from clearing_service.security_module.software import SoftwareSecurityModule
from clearing_service.settlement.terminal_totals import TerminalReconciliation
from clearing_service.settlement.use_cases import Settlement
from clearing_service.transport.call_guard import CallGuard
from facepay.sealed_envelope import KemPrivateKey, sign_kem_key
from facepay.v1.payment_pb2_grpc import add_PaymentServiceServicer_to_server
from facepay.v1.terminal_pb2_grpc import add_TerminalServiceServicer_to_server
from facepay.vocabulary import KemKeyOwner
from facepay.wire.terminal import SignedKemKey, Timers
from tests.fakes.money_stores import MemoryDirectory
from tests.fakes.ports import SeededRandomness
from tests.simulation.line import (
    CallDetails,
    Serve,
    ServerContext,
    ServiceAddress,
    SimulatedServer,
)
from tests.simulation.records import Records
from tests.simulation.service_parts import (
    KnowingMatching,
    Peers,
    QueryBlocks,
    RecordingModule,
    RecordingUsage,
)
from tests.simulation.settling import (
    INSTITUTION,
    SCHEDULE,
    Steps,
    StruckBook,
    open_settling,
    settle_after,
)
from tests.simulation.stores import ClearingDisk
from tests.simulation.trace import Trace
from tests.simulation.virtual_time import Disk, Process, VirtualClock, VirtualLoop

MODEL_ID = "simulated"
SETTLEMENT_SECONDS = 5.0
DIGEST_SECONDS = 10.0
RESTART_SECONDS = 5.0
"""How soon a supervisor starts a service again that could not start."""


@dataclass(frozen=True)
class ServicePlan:
    """What a service is made of. A test plants a bug by giving another class here."""

    recovery: type[Recovery] = Recovery
    policy: PaymentPolicy = field(
        default_factory=lambda: PaymentPolicy(evidence=EvidencePolicy.with_synthetic())
    )
    gallery_rows: int = 0
    settlement: type[Settlement] = Settlement


class ServiceMachine:
    """The machine the clearing service runs on."""

    def __init__(
        self,
        loop: VirtualLoop,
        folder: Path,
        clearing: ClearingDisk,
        plan: ServicePlan,
        records: Records,
        trace: Trace,
        seed: int,
    ) -> None:
        self._loop = loop
        self._clearing = clearing
        self._plan = plan
        self._records = records
        self._trace = trace
        self._seed = seed
        self._lives = 0
        self._blocks = QueryBlocks()
        self._keys = (folder / "keys.json", folder / "kek.bin")
        self._usage = RecordingUsage(Path(":memory:"), records)
        self._party_keys = _party_keys(SeededRandomness(seed * 1000 + 7))
        self.clock = VirtualClock(loop)
        self.directory = MemoryDirectory()
        self.registers = RegisterSource(Register())
        self.notices = NoticeBook()
        self.address = ServiceAddress()
        self.disk = Disk(
            "service",
            {
                "clearing": lambda: StoreError("the clearing store cannot be written: disk full"),
                "clearing-read": lambda: StoreError("the clearing store cannot be read"),
                "clearing-reader": lambda: StoreError("the clearing store cannot be read"),
                "pin-usage": lambda: KeyStoreError("used keys cannot be stored"),
            },
        )
        self.steps = Steps(loop.call_later)
        self.matching: KnowingMatching | None = None
        self.matching_down_until = 0.0
        self.is_matching_slow = False
        self.up_since: float | None = None
        self.issuers: IssuerGateway
        self.is_quiet = False
        """Out of hours duties come round more slowly: only the length of a run depends on it."""
        self.module = self._module(SeededRandomness(seed))

    @property
    def identity_keys(self) -> dict[KemKeyOwner, Ed25519PublicKey]:
        """The pinned keys that vouch for every sealing key."""
        of_module = Ed25519PublicKey.from_public_bytes(self.module.identity_public_key)
        found = dict.fromkeys(KemKeyOwner, of_module)
        for owner, party in self._party_keys.items():
            found[owner] = party.identity.public_key()
        return found

    @property
    def decision_key(self) -> Ed25519PublicKey:
        """The pinned key of decisions."""
        return Ed25519PublicKey.from_public_bytes(self.module.decision_public_key)

    def mend(self) -> None:
        """End every fault of the machine, and start what is down."""
        self.disk.mend()
        self.steps.forget()
        self.clock.offset_seconds = 0.0
        self.matching_down_until = 0.0
        if self.matching is not None:
            self.matching.down_until = 0.0

    def end(self) -> None:
        """Switch the machine off for good."""
        if self.address.process is not None:
            self.address.process.kill()

    def close(self) -> None:
        """Close the module's own database."""
        self._usage._connection.close()

    def start(self) -> None:
        """Start the service; one that cannot start is tried again."""
        self._lives += 1
        process = Process(self._loop, "service", self.disk)
        self.address.process = process
        self.disk.forget_plans()
        self._trace.add(self._loop.time(), "service", f"START life {self._lives}")
        process.start(self._run(process))

    def kill(self, seconds: float) -> None:
        """Kill the service; it is started again after `seconds`."""
        if self.address.process is None:
            return
        self._trace.add(self._loop.time(), "service", f"CRASH for {seconds:g} s")
        self._records.count("service crashes")
        self.address.process.kill()
        self.address.process = self.address.serve = self.matching = None
        self.up_since = None
        self._loop.call_later(seconds, self.start)

    async def _run(self, process: Process) -> None:
        randomness = SeededRandomness(self._seed * 100_000 + self._lives)
        try:
            parts = await self._open(randomness)
        except StoreError as error:
            self._trace.add(self._loop.time(), "service", f"CANNOT START {error}")
            self.kill(RESTART_SECONDS)
            return
        server, upkeep = parts
        self.address.serve = server
        self.up_since = self._loop.time()
        upkeep.start()

    async def _open(self, randomness: SeededRandomness):  # type: ignore[no-untyped-def]  # noqa: ANN202
        store, plan, clock = self._clearing.connect(), self._plan, self.clock
        module = self.module = self._module(randomness)
        matching = KnowingMatching(self._loop, self._blocks, self._records)
        matching.active_rows = plan.gallery_rows
        matching.down_until = self.matching_down_until
        matching.is_slow = self.is_matching_slow
        self.matching = matching
        router = Router(
            matching,  # type: ignore[arg-type]  # a search is all that routing asks for
            ConsentedDirectory(self.directory, self.notices),
            module,
            RoutingPolicy(ErrorBudget(false_match_rate=6e-5, fpir_budget=0.01)),
            clock,
            randomness,
        )
        payments = PaymentService(
            PaymentParts(
                store,
                router,
                self.issuers,
                module,
                self.notices,
                self.registers,
                plan.policy,
                clock,
                randomness,
            )
        )
        recovery = plan.recovery(store, payments.authorization, plan.policy, clock)
        reversals = IssuerReversalSender(store, self.issuers, plan.policy, clock)
        credits_due = RefundCreditSender(store, self.issuers, plan.policy, clock)
        book = StruckBook(store, self.steps)
        settlement = plan.settlement(book, SCHEDULE, INSTITUTION, clock)  # type: ignore[arg-type]
        settling = open_settling(settlement, settle_after(self._seed), book, module, clock)
        await settling.run.run()
        await recovery.recover()
        duties = (
            Duty("settlement", SETTLEMENT_SECONDS, settling.run.run),
            Duty("digests", DIGEST_SECONDS, settling.reports.make_due),
            Duty("sweeper", 10.0, recovery.sweep),
            Duty("issuer reversals", 1.0, reversals.send_due),
            Duty("refund credits", 1.0, credits_due.send_due),
        )
        gate = OperationGate(store, clock, plan.policy.clock_window)
        calls = SignedCalls(MessageChecks(self.registers, MODEL_ID, clock), module)
        terms = SignOnTerms(
            epoch_keys=module,
            notices=self.notices,
            registers=self.registers,
            kem_keys=self._kem_keys(module),
            model_id=MODEL_ID,
            complaint_phone="400-000-0000",
            complaint_url="https://complaints.example",
            timers=Timers(),
        )
        server = SimulatedServer()
        add_PaymentServiceServicer_to_server(  # type: ignore[no-untyped-call]
            PaymentCalls(payments, calls, randomness), server
        )
        add_TerminalServiceServicer_to_server(  # type: ignore[no-untyped-call]
            TerminalCalls(calls, gate, terms, TerminalReconciliation(store, clock), clock), server
        )
        return _serving(server, clock), Upkeep(duties, _DutyClock(self, clock))

    def _module(self, randomness: SeededRandomness) -> RecordingModule:
        module = RecordingModule(open_key_store(*self._keys, randomness), self._usage, randomness)
        module.records = self._records
        return module

    def _kem_keys(self, module: SoftwareSecurityModule) -> tuple[SignedKemKey, ...]:
        of_parties = tuple(
            SignedKemKey(
                owner,
                party.sealing.recipient.public_key_bytes,
                sign_kem_key(owner, party.sealing.recipient, party.identity),
            )
            for owner, party in self._party_keys.items()
        )
        return of_parties + tuple(
            SignedKemKey(key.owner, key.recipient.public_key_bytes, key.signature)
            for key in module.kem_keys
        )


@dataclass(frozen=True, slots=True)
class _Party:
    identity: Ed25519PrivateKey
    sealing: KemPrivateKey


def _party_keys(randomness: SeededRandomness) -> dict[KemKeyOwner, _Party]:
    owners = (KemKeyOwner.PARTY_1, KemKeyOwner.PARTY_2, KemKeyOwner.PARTY_3)
    return {
        owner: _Party(
            Ed25519PrivateKey.from_private_bytes(randomness.bytes(32)),
            KemPrivateKey.generate(randomness),
        )
        for owner in owners
    }


class _DutyClock:
    """The service's clock for its duties: at night a second of theirs is a minute."""

    def __init__(self, machine: ServiceMachine, clock: VirtualClock) -> None:
        self._machine = machine
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds * (60 if self._machine.is_quiet else 1))


def _serving(server: SimulatedServer, clock: VirtualClock) -> Serve:
    guard = CallGuard(CALL_RULES, Peers(), failure_of, clock)  # type: ignore[arg-type]

    async def serve(path: str, encoded: bytes, context: ServerContext) -> bytes:
        async def found(_: object) -> object:
            return server.methods[path]

        handler = await guard.intercept_service(found, CallDetails(path))  # type: ignore[arg-type]
        reply = await handler.unary_unary(encoded, context)
        serialized: bytes = handler.response_serializer(reply)
        return serialized

    return serve
