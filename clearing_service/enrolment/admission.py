"""What every capture of an enrolment must hold to before anything of it is used."""

from datetime import datetime

from clearing_service.enrolment.enrolment import Enrolment, EnrolmentState
from clearing_service.enrolment.ports import EnrolmentStore
from clearing_service.enrolment.requests import ConfirmReference, Refused, SubmitReference
from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.routing.evidence_policy import EvidencePolicy
from facepay.vocabulary import EnrolmentRefusal


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
