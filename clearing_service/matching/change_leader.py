"""How party 1 leads a change of the gallery, in two phases at all three parties.

1. record and make ready here and at both peers; if one cannot, all forget it
2. commit here: from now on the change has happened
3. in the same turn switch searches over and tell both peers, on the streams the searches use
4. wait for both; one that does not confirm is used again only when it has caught up
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clearing_service.errors import ClearingError
from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.frames import (
    ActivateChange,
    Answer,
    DropChange,
    PrepareChange,
    Request,
)
from clearing_service.matching.in_step import PeersInStep
from clearing_service.matching.party import CHANGE_DEADLINE_SECONDS, MatchingParty
from clearing_service.matching.ports import ErasureReceipt, Generation
from clearing_service.matching.requests import CUSTODIAN, WITNESS
from clearing_service.matching.session import PeerSession
from clearing_service.matching.store import CHANGE_ID_BYTES, Change
from facepay.identifiers import ReferenceId
from facepay.ports import Randomness


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """A change that all three parties have confirmed, with the peers' answers."""

    generation: Generation
    custodian: Answer
    witness: Answer

    def receipts(self, reference_ids: Sequence[bytes]) -> tuple[ErasureReceipt, ...]:
        """Return what the peers signed about an erasure."""
        return tuple(
            _receipt(party, reference_ids, answer)
            for party, answer in ((CUSTODIAN, self.custodian), (WITNESS, self.witness))
        )


class ChangeLeader:
    """Party 1's side of every change. Changes happen one at a time."""

    def __init__(self, party: MatchingParty, in_step: PeersInStep, randomness: Randomness) -> None:
        self._party = party
        self._in_step = in_step
        self._randomness = randomness

    def new_change_id(self) -> bytes:
        """Return an id for a change."""
        return self._randomness.bytes(CHANGE_ID_BYTES)

    @property
    def next_generation(self) -> int:
        """The number that the next change will have."""
        return self._party.keeper.generation + 1

    async def ask_both(
        self, requests: tuple[Request, Request], seconds: float = CHANGE_DEADLINE_SECONDS
    ) -> tuple[Answer, Answer]:
        """Send a request to parties 2 and 3 and return both answers.

        Raises what `MatchingParty.answer_on` raises, after both have answered or failed.
        """
        sessions = self._in_step.require()
        for session, request in zip(sessions, requests, strict=True):
            session.link.send(request)
        return await self._answers(sessions, requests, seconds)

    async def carry_out(self, change: Change) -> ChangeResult:
        """Carry out `change` at all three parties. The caller holds `PeersInStep.changing`."""
        sessions = self._in_step.require()
        await self._prepare(change)
        requests = (
            ActivateChange(self._party.next_request(), change.change_id),
            ActivateChange(self._party.next_request(), change.change_id),
        )

        def tell() -> None:
            for session, request in zip(sessions, requests, strict=True):
                session.link.send(request)

        generation = await self._party.keeper.activate(change.change_id, tell)
        custodian, witness = await self._confirmed(sessions, requests)
        return ChangeResult(Generation(generation), custodian, witness)

    async def _prepare(self, change: Change) -> None:
        try:
            await self._party.keeper.prepare(change)
            await self.ask_both(
                (
                    _prepare(self._party.next_request(), change),
                    _prepare(self._party.next_request(), change),
                )
            )
        except ClearingError:
            await self._forget(change)
            raise

    async def _forget(self, change: Change) -> None:
        await self._party.keeper.drop()
        for peer in (CUSTODIAN, WITNESS):
            try:
                session = self._party.session(peer)
            except MatchingUnavailableError:
                continue  # It will be told when it comes back.
            session.link.send(DropChange(self._party.next_request(), change.change_id))

    async def _confirmed(
        self, sessions: tuple[PeerSession, PeerSession], requests: tuple[Request, Request]
    ) -> tuple[Answer, Answer]:
        try:
            return await self._answers(sessions, requests, CHANGE_DEADLINE_SECONDS)
        except ClearingError as error:
            for session in sessions:
                self._in_step.suspect(session.peer)
            raise MatchingUnavailableError("a peer did not confirm the change") from error

    async def _answers(
        self,
        sessions: tuple[PeerSession, PeerSession],
        requests: tuple[Request, Request],
        seconds: float,
    ) -> tuple[Answer, Answer]:
        answers = await asyncio.gather(
            *(
                self._party.answer_on(session, request.request, seconds)
                for session, request in zip(sessions, requests, strict=True)
            ),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        custodian, witness = answers
        assert isinstance(custodian, Answer)
        assert isinstance(witness, Answer)
        return custodian, witness


def _prepare(request: int, change: Change) -> PrepareChange:
    return PrepareChange(
        request,
        change.change_id,
        change.kind,
        change.generation,
        change.reference_ids,
        b"" if change.secret is None else bytes(change.secret.view),
    )


def _receipt(party: int, reference_ids: Sequence[bytes], answer: Answer) -> ErasureReceipt:
    if answer.erased_at is None:
        raise MatchingUnavailableError(f"party {party} gave no receipt")
    return ErasureReceipt(
        party,
        tuple(ReferenceId(value) for value in reference_ids),
        Generation(answer.generation),
        answer.erased_at,
        answer.signature,
    )
