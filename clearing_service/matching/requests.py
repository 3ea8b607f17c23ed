"""What parties 2 and 3 do when party 1 asks them to store, change or forget references."""

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.errors import ClearingError
from clearing_service.matching.admission import Admission, Inadmissible, fingerprint_of
from clearing_service.matching.errors import GenerationMismatchError, ReferenceRefusedError
from clearing_service.matching.frames import (
    ActivateChange,
    Answer,
    DealtRows,
    DropChange,
    Outcome,
    PrepareChange,
    PrepareReference,
    Request,
)
from clearing_service.matching.keeper import GalleryKeeper
from clearing_service.matching.observer import MatchingObserver
from clearing_service.matching.ports import TAG_BYTES, ErasureReceipt, Generation, erasure_statement
from clearing_service.matching.shares import REFERENCE_ID_BYTES, ReferenceRows, SyntheticSet, Words
from clearing_service.matching.store import Change, ChangeKind
from clearing_service.matching.synthetic import (
    dealt_fingerprints,
    expand_share,
    opening_of,
    verify_dealt_share,
)
from facepay.errors import CommitmentError
from facepay.identifiers import ReferenceId
from facepay.ports import Clock
from facepay.secret import SecretBytes
from facepay.template import DIMENSIONS, SharePair

CLEARING, CUSTODIAN, WITNESS = 1, 2, 3


class RequestDesk:
    """Carries out party 1's requests at another party. Every repeat does nothing."""

    def __init__(
        self,
        party: int,
        keeper: GalleryKeeper,
        admission: Admission,
        receipts: "ReceiptBook",
        observer: MatchingObserver,
    ) -> None:
        self._party = party
        self._keeper = keeper
        self._admission = admission
        self._receipts = receipts
        self._observer = observer
        self._dealt_set: SyntheticSet | None = None

    async def handle(self, request: Request) -> Answer:
        """Do what `request` says and return how it ended; errors become outcomes."""
        try:
            return await self._carry_out(request)
        except (ReferenceRefusedError, CommitmentError, ValueError):
            # numpy refuses byte strings that do not fit the rows with `ValueError`.
            outcome = Outcome.REFUSED
        except GenerationMismatchError:
            outcome = Outcome.OUT_OF_STEP
        except ClearingError:
            outcome = Outcome.FAILED
        return Answer(request.request, outcome, self._keeper.generation)

    async def _carry_out(self, request: Request) -> Answer:
        if isinstance(request, PrepareReference):
            await self._prepare_reference(request)
        elif isinstance(request, DealtRows):
            await self._take_dealt(request)
        elif isinstance(request, PrepareChange):
            await self._keeper.prepare(self._change(request))
        elif isinstance(request, ActivateChange):
            return await self._activate(request)
        else:
            await self._drop(request)
        return Answer(request.request, Outcome.DONE, self._keeper.generation)

    async def _prepare_reference(self, request: PrepareReference) -> None:
        admitted = self._admission.admit_reference(request.message, self._keeper.gallery.head)
        if isinstance(admitted, Inadmissible):
            self._observer.query_inadmissible(0, admitted)
            raise ReferenceRefusedError("the reference is not admitted here")
        with_shares = admitted.shares
        rows = single_row(
            request.reference_id,
            request.tag,
            request.slot,
            fingerprint_of(admitted.header),
            with_shares,
        )
        await self._keeper.add_prepared(rows)
        with_shares.wipe()

    async def _take_dealt(self, request: DealtRows) -> None:
        first, second = self._dealt_shares(request)
        if not request.reference_ids:
            self._dealt_set = SyntheticSet(request.change_id, first, second)
            return
        await self._keeper.add_prepared(dealt_rows(request, first, second), request.change_id)

    def _dealt_shares(self, request: DealtRows) -> tuple[Words, Words]:
        third = np.frombuffer(request.third, dtype="<u2").reshape(-1, DIMENSIONS)
        common = expand_share(request.seed, len(third))
        common_number = 1 if self._party == CUSTODIAN else 0
        verify_dealt_share(common, opening_of(request.seed), request.commitments[common_number])
        verify_dealt_share(third, request.third_opening, request.commitments[2])
        return (common, third) if self._party == CUSTODIAN else (third, common)

    def _change(self, request: PrepareChange) -> Change:
        """Return the change that party 1 names, with the synthetic set that was dealt before."""
        synthetic = None
        if request.kind is ChangeKind.REPLACE_SYNTHETIC:
            if self._dealt_set is None or self._dealt_set.set_id != request.change_id:
                raise ReferenceRefusedError("the synthetic set was not dealt here")
            synthetic = self._dealt_set
        return Change(
            request.change_id,
            request.kind,
            request.generation,
            request.reference_ids,
            SecretBytes(request.secret) if request.secret else None,
            synthetic,
        )

    async def _activate(self, request: ActivateChange) -> Answer:
        erased = self._keeper.pending_erasure
        generation = await self._keeper.activate(request.change_id)
        if not erased:
            return Answer(request.request, Outcome.DONE, generation)
        receipt = self._receipts.sign(erased, generation)
        return Answer(
            request.request, Outcome.DONE, generation, receipt.erased_at, receipt.signature
        )

    async def _drop(self, request: DropChange) -> None:
        if self._keeper.pending_change_id == request.change_id:
            await self._keeper.drop()


class ReceiptBook:
    """Signs what one party has erased."""

    def __init__(self, party: int, identity: Ed25519PrivateKey, clock: Clock) -> None:
        self._party = party
        self._identity = identity
        self._clock = clock

    def sign(self, reference_ids: tuple[bytes, ...], generation: int) -> ErasureReceipt:
        """Return this party's receipt for rows that its store has just deleted."""
        ids = tuple(ReferenceId(value) for value in reference_ids)
        now = self._clock.now()
        statement = erasure_statement(self._party, ids, generation, now)
        return ErasureReceipt(
            self._party, ids, Generation(generation), now, self._identity.sign(statement)
        )


def single_row(
    reference_id: bytes, tag: bytes, slot: int, fingerprint: bytes, shares: SharePair
) -> ReferenceRows:
    """Return one prepared row, with copies of the shares."""
    return ReferenceRows(
        reference_ids=np.frombuffer(reference_id, np.uint8).reshape(1, REFERENCE_ID_BYTES),
        tags=np.frombuffer(tag, np.uint8).reshape(1, TAG_BYTES),
        slots=np.array([slot], np.int64),
        generations=np.zeros(1, np.int64),
        fingerprints=np.frombuffer(fingerprint, np.uint8).reshape(1, -1),
        first=shares.first.reshape(1, DIMENSIONS).copy(),
        second=shares.second.reshape(1, DIMENSIONS).copy(),
    )


def dealt_rows(request: DealtRows, first: Words, second: Words) -> ReferenceRows:
    """Return the prepared rows of a dealing."""
    count = len(first)
    return ReferenceRows(
        reference_ids=np.frombuffer(request.reference_ids, np.uint8).reshape(count, -1),
        tags=np.frombuffer(request.tags, np.uint8).reshape(count, -1),
        slots=np.arange(request.first_slot, request.first_slot + count, dtype=np.int64),
        generations=np.zeros(count, np.int64),
        fingerprints=dealt_fingerprints(request.commitments, count),
        first=first,
        second=second,
    )
