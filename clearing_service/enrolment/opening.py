"""Step 1 of an enrolment: the issuer says who it is, the person has consented, a challenge is drawn.

No camera has been on before this, and nothing of a face exists.
"""

from dataclasses import dataclass
from datetime import date, datetime

from clearing_service.clock import beijing_day
from clearing_service.enrolment.consent import (
    CONSENT_ID_BYTES,
    GUARDIAN_AGE_YEARS,
    PERMITTED_PURPOSES,
    ConsentRecord,
    ConsentTerms,
    find_fault,
)
from clearing_service.enrolment.enrolment import (
    UNFINISHED_STATES,
    Enrolment,
    EnrolmentState,
)
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.notice import NoticeBook
from clearing_service.enrolment.ports import (
    AuthenticatedPayer,
    EnrolmentIssuers,
    EnrolmentPolicy,
    EnrolmentSecurity,
    EnrolmentStore,
)
from clearing_service.enrolment.requests import (
    EnrolmentOpened,
    GivenConsent,
    OpenEnrolment,
    Refused,
)
from clearing_service.routing.challenge_drawing import draw_pad_challenge
from facepay.identifiers import ReferenceId, RoutingToken
from facepay.message_header import truncate_to_milliseconds
from facepay.pad_challenge import PadChallenge, PadMode, Presentation
from facepay.phone_digits import PhoneDigits
from facepay.ports import Clock, Randomness
from facepay.vocabulary import ConsentScope, EnrolmentRefusal

REQUIRED_SCOPES = (ConsentScope.FACE_PROCESSING, ConsentScope.NETWORK_TRANSMISSION)
"""Two acts, in this order. General terms are no scope of their own and stand for neither."""

BUCKET_DIGITS = 4


def draw_challenge(
    presentation: Presentation, policy: EnrolmentPolicy, randomness: Randomness
) -> PadChallenge:
    """Draw what one capture must answer; a reference is made once, so steps are always asked."""
    return draw_pad_challenge(PadMode.CHALLENGE, presentation, policy.pad, randomness)


def opened(enrolment: Enrolment) -> EnrolmentOpened:
    """Return what the station is told to go on with."""
    return EnrolmentOpened(
        enrolment.enrolment_id,
        enrolment.challenge,
        enrolment.passcode_token,
        enrolment.masked_name,
        enrolment.expires_at,
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens enrolments."""

    store: EnrolmentStore
    issuers: EnrolmentIssuers
    security: EnrolmentSecurity
    eraser: Eraser
    notices: NoticeBook
    policy: EnrolmentPolicy
    clock: Clock
    randomness: Randomness

    async def open(self, command: OpenEnrolment) -> EnrolmentOpened | Refused:
        """Take an enrolment from the request to its challenge, or say why not."""
        earlier = await self.store.find(command.enrolment_id)
        if earlier is not None:  # begun before a failure
            return self._repeat(earlier, command)
        # (1) consent first: without it nobody is even asked who they are
        now = truncate_to_milliseconds(self.clock.now())
        if not self._is_consent_given(command.consents, now):
            return Refused(EnrolmentRefusal.CONSENT_MISSING)
        # (2) the issuer's word
        payer = await self.issuers.authenticate(command.login)
        if payer is None:
            return Refused(EnrolmentRefusal.NOT_AUTHENTICATED)
        with payer.phone_tail:
            # (3) age
            if age_in_years(payer.birthday, beijing_day(now)) < GUARDIAN_AGE_YEARS:
                return Refused(EnrolmentRefusal.UNDER_AGE)
            # (4) one reference a person; what was left unfinished goes first
            if await self._is_enrolled(command, payer):
                return Refused(EnrolmentRefusal.ALREADY_ENROLLED)
            # (5) keep
            enrolment = self._enrolment(command, payer, now)
        await self.store.save(enrolment)
        return opened(enrolment)

    def _repeat(self, earlier: Enrolment, command: OpenEnrolment) -> EnrolmentOpened | Refused:
        is_same = earlier.terminal_id == command.header.terminal_id
        if is_same and earlier.state is EnrolmentState.OPENED:
            return opened(earlier)
        return Refused(EnrolmentRefusal.EXPIRED)

    def _is_consent_given(self, consents: tuple[GivenConsent, ...], now: datetime) -> bool:
        oldest, newest = now - self.policy.consent_age_max, now + self.policy.clock_window
        return tuple(item.scope for item in consents) == REQUIRED_SCOPES and all(
            self.notices.is_in_force(item.notice_version, item.notice_sha256)
            and oldest <= item.given_at <= newest
            for item in consents
        )

    async def _is_enrolled(self, command: OpenEnrolment, payer: AuthenticatedPayer) -> bool:
        found = await self.store.find_by_account(command.login.issuer_id, payer.account_alias)
        for enrolment in found:
            if enrolment.state in UNFINISHED_STATES:
                await self.eraser.end(enrolment)
        return any(enrolment.state is EnrolmentState.ACTIVE for enrolment in found)

    def _enrolment(
        self, command: OpenEnrolment, payer: AuthenticatedPayer, now: datetime
    ) -> Enrolment:
        challenge = draw_challenge(command.presentation, self.policy, self.randomness)
        token = RoutingToken.generate(self.randomness)
        expires_at = now + self.policy.lifetime
        record = self.security.make_enrolment_record(
            token=token,
            challenge_nonce=challenge.nonce,
            issuer_id=command.login.issuer_id,
            account_alias=payer.account_alias,
            expires_at=expires_at,
        )
        return Enrolment(
            enrolment_id=command.enrolment_id,
            terminal_id=command.header.terminal_id,
            issuer_id=command.login.issuer_id,
            account_alias=payer.account_alias,
            masked_name=payer.masked_name,
            reference_id=ReferenceId.generate(self.randomness),
            tag=self._tag(payer),
            passcode_token=token,
            pin_record=record.encoded,
            consents=tuple(self._record(given) for given in command.consents),
            challenge=challenge,
            state=EnrolmentState.OPENED,
            expires_at=expires_at,
        )

    def _tag(self, payer: AuthenticatedPayer) -> bytes:
        """Return the bucket of the last four digits, which is what a payer is asked for."""
        with PhoneDigits(payer.phone_tail.view[-BUCKET_DIGITS:]) as last:
            return self.security.bucket_tag(self.security.epoch, last)

    def _record(self, given: GivenConsent) -> ConsentRecord:
        ends_at = given.given_at + self.policy.consent_lifetime
        purposes = tuple(purpose.value for purpose in PERMITTED_PURPOSES)
        fault = find_fault(ConsentTerms(given.given_at, ends_at, purposes))
        if fault is not None:
            raise ValueError(f"our own terms are void: {fault.value}")
        return ConsentRecord(
            consent_id=self.randomness.bytes(CONSENT_ID_BYTES),
            scope=given.scope,
            notice_version=given.notice_version,
            notice_sha256=given.notice_sha256,
            recipients=self.policy.recipients,
            purposes=purposes,
            given_at=given.given_at,
            ends_at=ends_at,
        )


def age_in_years(birthday: date, today: date) -> int:
    """Return completed years; who was born on 29 February turns a year older on 1 March."""
    has_had_birthday = (today.month, today.day) >= (birthday.month, birthday.day)
    return today.year - birthday.year - (0 if has_had_birthday else 1)
