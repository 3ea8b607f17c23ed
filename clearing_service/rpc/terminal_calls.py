"""TerminalService: a terminal signs on, and compares its totals at the end of a day."""

from dataclasses import dataclass
from typing import Protocol

import grpc.aio

from clearing_service.participants.participant import Acceptor
from clearing_service.payment.payment_service import RegisterSource
from clearing_service.payment.requests import VerifiedRequest
from clearing_service.rpc.message_checks import TerminalNotAdmittedError, require_envelopes
from clearing_service.rpc.operation_gate import OperationGate
from clearing_service.rpc.signed_calls import SignedCalls
from clearing_service.settlement.terminal_totals import TerminalReconciliation
from facepay.identifiers import TerminalId
from facepay.message_header import Purpose
from facepay.ports import Clock
from facepay.sealed_envelope import SealedEnvelope
from facepay.v1 import terminal_pb2 as pb
from facepay.v1.terminal_pb2_grpc import TerminalServiceServicer
from facepay.wire.reconciliation import ReconcileTotalsBody, ReconcileTotalsReply
from facepay.wire.strict import serialize
from facepay.wire.terminal import (
    Acceptor as AcceptorOnTheWire,
)
from facepay.wire.terminal import (
    Notice,
    SignedKemKey,
    SignOnBody,
    SignOnReply,
    Timers,
)


class EpochKeys(Protocol):
    """The part of the security module that releases epoch keys."""

    @property
    def epoch(self) -> int:
        """Number of the current epoch."""

    def release_epoch_key(
        self, terminal_id: TerminalId, epoch: int, header: bytes
    ) -> SealedEnvelope:
        """Return the epoch's key sealed to the certified terminal, bound to its request."""


class Notices(Protocol):
    """Which notice terminals show."""

    @property
    def current(self) -> Notice:
        """The notice in force."""


@dataclass(frozen=True, slots=True)
class SignOnTerms:
    """What terminals are told: the same for all, or looked up here for one."""

    epoch_keys: EpochKeys
    notices: Notices
    registers: RegisterSource
    kem_keys: tuple[SignedKemKey, ...]
    model_id: str
    complaint_phone: str
    complaint_url: str
    timers: Timers


class TerminalCalls(TerminalServiceServicer):
    """Decodes, checks, answers. Method comments are in the contract."""

    def __init__(
        self,
        calls: SignedCalls,
        gate: OperationGate,
        terms: SignOnTerms,
        totals: TerminalReconciliation,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._gate = gate
        self._terms = terms
        self._totals = totals
        self._clock = clock

    async def SignOn(  # noqa: N802 - the contract's name
        self, request: pb.SignOnRequest, _context: grpc.aio.ServicerContext
    ) -> pb.SignOnResponse:
        """Give a terminal its keys, epoch, notice and timers."""
        verified = self._calls.verify(request, Purpose.SIGN_ON)
        require_envelopes(verified.signed, 0)
        body = SignOnBody.from_bytes(verified.signed.body)

        async def sign_on() -> bytes:
            return serialize(self._reply(verified, body).to_message())

        answer = await self._gate.answer(verified, Purpose.SIGN_ON, sign_on)
        reply: pb.SignOnResponse = pb.SignOnResponse.FromString(answer)
        return reply

    async def ReconcileTotals(  # noqa: N802 - the contract's name
        self, request: pb.ReconcileTotalsRequest, _context: grpc.aio.ServicerContext
    ) -> pb.ReconcileTotalsResponse:
        """Compare a terminal's totals of a business date."""
        verified = self._calls.verify(request, Purpose.RECONCILE_TOTALS)
        require_envelopes(verified.signed, 0)
        body = ReconcileTotalsBody.from_bytes(verified.signed.body)

        async def compare() -> bytes:
            found = await self._totals.compare(
                verified.header.terminal_id, body.business_date, body.totals
            )
            return serialize(ReconcileTotalsReply(found.totals, found.entries).to_message())

        answer = await self._gate.answer(verified, Purpose.RECONCILE_TOTALS, compare)
        reply: pb.ReconcileTotalsResponse = pb.ReconcileTotalsResponse.FromString(answer)
        return reply

    def _reply(self, verified: VerifiedRequest, body: SignOnBody) -> SignOnReply:
        terminal_id = verified.header.terminal_id
        terminal = self._terms.registers.register.terminal(terminal_id)
        if terminal is None or terminal.keys.kem_public_key != body.terminal_kem_public_key:
            raise TerminalNotAdmittedError("the sealing key is not the registered one")
        acceptor = self._terms.registers.register.acceptor(terminal.binding.acceptor_id)
        if acceptor is None:
            raise TerminalNotAdmittedError("the terminal stands at no acceptor")
        epoch = self._terms.epoch_keys.epoch
        return SignOnReply(
            clearing_time=self._clock.now(),
            kem_keys=self._terms.kem_keys,
            epoch=epoch,
            epoch_key=self._terms.epoch_keys.release_epoch_key(
                terminal_id, epoch, verified.signed.header
            ),
            model_id=self._terms.model_id,
            notice=self._terms.notices.current,
            acceptor=self._acceptor(acceptor),
            timers=self._terms.timers,
        )

    def _acceptor(self, acceptor: Acceptor) -> AcceptorOnTheWire:
        chinese, _, english = acceptor.name.partition(" / ")
        return AcceptorOnTheWire(
            acceptor_id=acceptor.acceptor_id,
            name_zh=chinese,
            name_en=english or chinese,
            acquirer_id=acceptor.acquirer_id,
            complaint_phone=self._terms.complaint_phone,
            complaint_url=self._terms.complaint_url,
        )
