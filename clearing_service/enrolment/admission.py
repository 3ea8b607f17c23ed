"""What every capture of an enrolment must hold to before anything of it is used, and its search."""

from datetime import datetime

from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.ports import EnrolmentStore
from clearing_service.enrolment.requests import ConfirmReference, Refused, SubmitReference
from clearing_service.errors import RefusalReason, RequestRefusedError, SearchCutOffError
from clearing_service.matching.errors import GenerationMismatchError, MatchingUnavailableError
from clearing_service.matching.ports import (
    MatchingService,
    NoMatch,
    RelayedProbe,
    SearchMatch,
    SearchScope,
)
from clearing_service.routing.evidence_policy import EvidencePolicy
from facepay.vocabulary import EnrolmentRefusal


async def search_once(
    matching: MatchingService, capture: RelayedProbe, scope: SearchScope
) -> SearchMatch | NoMatch:
    """Search with a capture whose header may be used up by it.

    Raises `SearchCutOffError` if nobody will ever know the answer.
    """
    try:
        return await matching.search(capture, scope)
    except (MatchingUnavailableError, GenerationMismatchError) as error:
        raise SearchCutOffError(str(error)) from error


async def find_current(
    store: EnrolmentStore,
    command: SubmitReference | ConfirmReference,
    states: frozenset[EnrolmentState],
    policy: EvidencePolicy,
    now: datetime,
) -> Enrolment | Refused:
    """Return the enrolment that the capture is for, or the refusal if it has ended or expired.

    Raises `RequestRefusedError` if the evidence does not answer this enrolment's challenge, or is
    below `policy`.
    """
    enrolment = await store.find(command.enrolment_id)
    if enrolment is None or enrolment.terminal_id != command.header.terminal_id:
        return Refused(EnrolmentRefusal.EXPIRED)
    if enrolment.state not in states or now >= enrolment.expires_at:
        return Refused(EnrolmentRefusal.EXPIRED)
    challenge = enrolment.challenge
    header = command.header
    is_answer = (
        header.challenge_nonce == challenge.nonce and command.evidence.model_id == header.model_id
    )
    if not (is_answer and policy.accepts(command.evidence, challenge)):
        raise RequestRefusedError(RefusalReason.CHALLENGE_MISMATCH)
    return enrolment
