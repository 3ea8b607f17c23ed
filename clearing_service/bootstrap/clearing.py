"""Party 1 with everything a clearing institution does, from its folder to a listening service."""

from contextlib import ExitStack

from clearing_service.bootstrap.enrolment import EnrolmentParts
from clearing_service.bootstrap.error_budget import error_budget
from clearing_service.bootstrap.issuers import open_issuers
from clearing_service.bootstrap.operation import OperationParts, open_operation
from clearing_service.bootstrap.overview import Overviews
from clearing_service.bootstrap.party import PartyProcess
from clearing_service.bootstrap.settlement import open_settlement
from clearing_service.bootstrap.stores import open_stores
from clearing_service.bootstrap.trust import peer_directory
from clearing_service.bootstrap.upkeep import Duty, Upkeep
from clearing_service.config import Config
from clearing_service.enrolment.consented_directory import ConsentedDirectory
from clearing_service.enrolment.notice import NoticeBook
from clearing_service.enrolment.ports import EnrolmentPolicy
from clearing_service.matching.coordinator import Coordinator
from clearing_service.matching.errors import GenerationMismatchError, MatchingUnavailableError
from clearing_service.participants.register import Register
from clearing_service.payment.issuer_reversals import IssuerReversalSender
from clearing_service.payment.payment_service import PaymentParts, PaymentService, RegisterSource
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.recovery import Recovery
from clearing_service.payment.refund_credits import RefundCreditSender
from clearing_service.payment.risk_rules import load_risk_rules
from clearing_service.provisioning.initialise import MODULE_FOLDER, MODULE_KEK_NAME
from clearing_service.provisioning.party_keys import SEALING_KEYS_NAME, read_sealing_keys
from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.routing.evidence_rules import load_evidence_rules
from clearing_service.routing.router import Router, RoutingPolicy
from clearing_service.rpc.call_rules import CALL_RULES
from clearing_service.rpc.enrolment_calls import EnrolmentCalls
from clearing_service.rpc.error_table import failure_of
from clearing_service.rpc.message_checks import MessageChecks
from clearing_service.rpc.operation_gate import OperationGate
from clearing_service.rpc.payment_calls import PaymentCalls
from clearing_service.rpc.registration import Handlers
from clearing_service.rpc.signed_calls import SignedCalls
from clearing_service.rpc.terminal_calls import SignOnTerms, TerminalCalls
from clearing_service.security_module.software import open_security_module
from clearing_service.settlement.terminal_totals import TerminalReconciliation
from clearing_service.transport.call_guard import CallGuard
from clearing_service.transport.credentials import TlsFiles, server_credentials
from clearing_service.transport.server import (
    HEALTH_RULES,
    REFLECTION_RULES,
    GrpcServer,
    ServerSettings,
)
from facepay.identifiers import ParticipantId
from facepay.ports import Clock, Randomness
from facepay.wire.terminal import SignedKemKey, Timers

REGISTER_RELOAD_SECONDS = 2.0
"""How soon a terminal that an operator added, blocked or revoked is known here."""
SETTLEMENT_SECONDS = 1.0
"""How long after its cutover a window may stay open."""
SWEEP_SECONDS = 10.0
REVERSAL_SECONDS = 1.0
CLEARING_UP_SECONDS = 30.0
ACT_SECONDS = 30.0
DIGEST_SECONDS = 5.0
"""How soon after a window's fees are booked nothing of it can be changed unseen any more."""
READINESS_SECONDS = 0.5
SYNTHETIC_SECONDS = 24 * 3600.0

COMPLAINT_PHONE = "400-000-0000"
COMPLAINT_URL = "https://clearing.example/complaints"


class ClearingProcess:
    """The clearing institution's process. Started and stopped once."""

    def __init__(self, config: Config, clock: Clock, randomness: Randomness) -> None:
        """Open stores and keys; nothing listens yet. Raises what opening them raises."""
        self._config = config
        self._clock = clock
        self._randomness = randomness
        self.stores = open_stores(config)
        with ExitStack() as opened:
            opened.callback(self.stores.close)
            self._wire()
            opened.pop_all()
        self.port = 0

    def _wire(self) -> None:
        config, clock, randomness = self._config, self._clock, self._randomness
        self._module = open_security_module(
            config.directory / MODULE_FOLDER, config.directory / MODULE_KEK_NAME, randomness
        )
        self._party = PartyProcess(config, clock, randomness)
        self.matching = Coordinator(self._party.party)
        self._registers = RegisterSource(Register())
        self._notices = NoticeBook()
        self._evidence = EvidencePolicy(
            load_evidence_rules(config.directory), accepts_synthetic=config.pad.accepts_synthetic
        )
        self._policy = PaymentPolicy(
            risk=load_risk_rules(config.directory), evidence=self._evidence
        )
        self._budget = error_budget(config)
        self._issuers = open_issuers(config, self.stores, clock, randomness)
        self._payments = PaymentService(self._payment_parts())
        self._gate = OperationGate(self.stores.clearing, clock, self._policy.clock_window)
        self._recovery = Recovery(
            self.stores.clearing, self._payments.authorization, self._policy, clock
        )
        self._enrolment = self._enrolment_parts()
        self.settlement = open_settlement(config, self.stores, clock)
        self._operation = open_operation(self._operation_parts(), self.reload_register)
        self._server = self._grpc_server()
        self._upkeep = Upkeep(self._duties(), clock)

    async def start(self) -> None:
        """Load register and gallery, end what a crash left, join the parties, listen.

        A window that should have been closed meanwhile is closed first: what is posted from here on
        belongs to the next.
        """
        await self.reload_register()
        await self.settlement.run.run()
        await self._party.start(self.matching.start)
        await self._recovery.recover()
        self.port = await self._server.start()
        await self._tell_readiness()
        self._upkeep.start()

    async def stop(self) -> None:
        """Refuse new calls, finish running ones, close everything."""
        await self._upkeep.stop()
        await self._server.drain()
        await self._payments.drain()
        await self._gate.drain()
        await self._party.stop()
        await self._issuers.close()
        self._operation.close()
        self._module.close()
        self.stores.close()

    async def reload_register(self) -> int:
        """Take the register as the store has it now."""
        self._registers.register = await self.stores.participants.load()
        return 0

    def _payment_parts(self) -> PaymentParts:
        return PaymentParts(
            store=self.stores.clearing,
            routing=Router(
                self.matching,
                ConsentedDirectory(self.stores.directory, self._notices),
                self._module,
                RoutingPolicy(self._budget),
                self._clock,
                self._randomness,
            ),
            issuers=self._issuers.gateway,
            security=self._module,
            notices=self._notices,
            registers=self._registers,
            policy=self._policy,
            clock=self._clock,
            randomness=self._randomness,
        )

    def _operation_parts(self) -> OperationParts:
        return OperationParts(
            self._config, self.stores, self.settlement.use_cases, self._module, self._clock
        )

    def _enrolment_parts(self) -> EnrolmentParts:
        return EnrolmentParts(
            store=self.stores.enrolments,
            directory=self.stores.directory,
            matching=self.matching,
            issuers=self._issuers.gateway,
            security=self._module,
            notices=self._notices,
            budget=self._budget,
            policy=EnrolmentPolicy((ParticipantId(self._config.participant_id),), self._evidence),
            clock=self._clock,
            randomness=self._randomness,
        )

    def _grpc_server(self) -> GrpcServer:
        service = self._config.service
        rules = {**CALL_RULES, **HEALTH_RULES, **REFLECTION_RULES}
        peers = peer_directory(self._config.directory, self._clock)
        settings = ServerSettings(
            address=self._config.listen.terminals,
            credentials=server_credentials(TlsFiles.in_directory(self._config.directory)),
            drain_seconds=service.drain_seconds,
            message_max_bytes=service.message_max_bytes,
            has_reflection=service.reflection,
        )
        guard = CallGuard(rules, peers, failure_of, self._clock)
        return GrpcServer(settings, guard, self._handlers().add_to)

    def _handlers(self) -> Handlers:
        checks = MessageChecks(self._registers, self._config.matching.model_id, self._clock)
        calls = SignedCalls(checks, self.matching)
        terms = SignOnTerms(
            epoch_keys=self._module,
            notices=self._notices,
            registers=self._registers,
            kem_keys=self._kem_keys(),
            model_id=self._config.matching.model_id,
            complaint_phone=COMPLAINT_PHONE,
            complaint_url=COMPLAINT_URL,
            timers=Timers(),
        )
        return Handlers(
            TerminalCalls(
                calls,
                self._gate,
                terms,
                TerminalReconciliation(self.stores.clearing, self._clock),
                self._clock,
            ),
            PaymentCalls(self._payments, calls, self._randomness),
            EnrolmentCalls(self._enrolment.use_cases(), calls, self._gate),
            self._operation.handlers(self.matching, self._overviews(), self._clock),
        )

    def _overviews(self) -> Overviews:
        settlement = self.settlement.use_cases
        return Overviews(self.stores, self._party.party, self._party.certificates, settlement)

    def _kem_keys(self) -> tuple[SignedKemKey, ...]:
        """Return the sealing keys of the three parties and of the security module."""
        of_parties = read_sealing_keys(self._config.directory / SEALING_KEYS_NAME)
        return of_parties + tuple(
            SignedKemKey(key.owner, key.recipient.public_key_bytes, key.signature)
            for key in self._module.kem_keys
        )

    def _duties(self) -> tuple[Duty, ...]:
        reversals = IssuerReversalSender(
            self.stores.clearing, self._issuers.gateway, self._policy, self._clock
        )
        refunds = RefundCreditSender(
            self.stores.clearing, self._issuers.gateway, self._policy, self._clock
        )
        return (
            Duty("register", REGISTER_RELOAD_SECONDS, self.reload_register),
            Duty("settlement", SETTLEMENT_SECONDS, self.settlement.run.run),
            Duty("digests", DIGEST_SECONDS, self._operation.reports.make_due),
            Duty("sweeper", SWEEP_SECONDS, self._recovery.sweep),
            Duty("issuer reversals", REVERSAL_SECONDS, reversals.send_due),
            Duty("refund credits", REVERSAL_SECONDS, refunds.send_due),
            Duty("erasures", CLEARING_UP_SECONDS, self._enrolment.clearing_up().run),
            Duty("acts", ACT_SECONDS, self._operation.desk.expire),
            Duty("cases", ACT_SECONDS, self._operation.cases.pay_due),
            Duty("readiness", READINESS_SECONDS, self._tell_readiness),
            Duty("synthetic set", SYNTHETIC_SECONDS, self._redraw),
        )

    async def _tell_readiness(self) -> int:
        """Let health checks know whether a payment could be routed now.

        The first time all parties are there, the synthetic references are drawn.
        """
        try:
            if not len(self._party.party.keeper.gallery.synthetic):
                await self._redraw()
            self.matching.require_ready()
        except (MatchingUnavailableError, GenerationMismatchError):
            await self._server.set_serving(is_serving=False)
        else:
            await self._server.set_serving(is_serving=True)
        return 0

    async def _redraw(self) -> int:
        await self.matching.redraw_synthetic()
        return 1
