"""Everything an enrolment stands on, in memory, and able to misbehave."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from clearing_service.directory.entry import DirectoryEntry
from clearing_service.enrolment.closing import ClearingUp, Closing
from clearing_service.enrolment.confirmation import Confirmation
from clearing_service.enrolment.enrolment import UNFINISHED_STATES, Enrolment, EnrolmentState
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.notice import NoticeBook
from clearing_service.enrolment.opening import Opening
from clearing_service.enrolment.ports import AuthenticatedPayer, EnrolmentPolicy
from clearing_service.enrolment.requests import (
    CloseFacePayment,
    ConfirmReference,
    EnrolmentOpened,
    GivenConsent,
    IssuerLogin,
    OpenEnrolment,
    SubmitReference,
)
from clearing_service.enrolment.submission import Submission
from clearing_service.errors import StoreError
from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.ports import (
    ErasureReceipt,
    Generation,
    NoMatch,
    RelayedProbe,
    RelayedReference,
    SearchMatch,
    SearchScope,
)
from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.routing.narrowing import ErrorBudget
from clearing_service.security_module.protocol import (
    EnrolmentRecord,
    PinRefused,
    WeakPinReason,
    ZonePinBlock,
)
from facepay.identifiers import (
    AccountAlias,
    EnrolmentId,
    OperationId,
    ParticipantId,
    ReferenceId,
    RoutingToken,
    TerminalId,
)
from facepay.message_header import MessageHeader, Purpose
from facepay.pad_evidence import PadCue, PadEvidence, ProvenStep
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPinBlock
from facepay.rotation import EpochStepKey
from facepay.sealed_envelope import SealedEnvelope
from facepay.vocabulary import ConsentScope
from tests.fakes.ports import ManualClock, SeededRandomness

ISSUER = ParticipantId("61010001")
STATION = TerminalId("ENRL0001")
LOGIN = IssuerLogin(ISSUER, "li.na", "482913")
FACE = b"face of li na"
OTHER_FACE = b"face of somebody else"


@dataclass
class MemoryDirectory:
    rows: dict[ReferenceId, DirectoryEntry] = field(default_factory=dict)

    async def find(self, reference_id: ReferenceId) -> DirectoryEntry | None:
        return self.rows.get(reference_id)

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[DirectoryEntry]:
        return [row for row in self.rows.values() if row.account_alias == account_alias]

    async def save(self, entry: DirectoryEntry) -> None:
        self.rows[entry.reference_id] = entry

    async def erase(self, reference_id: ReferenceId) -> None:
        self.rows.pop(reference_id, None)


@dataclass
class MemoryEnrolments:
    """Enrolments by id; `owed` are references that may still be at a party.

    A crash comes with the next `activate` while it is `crashing`.
    """

    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    crashing: bool = False
    rows: dict[EnrolmentId, Enrolment] = field(default_factory=dict)
    owed: set[ReferenceId] = field(default_factory=set)

    async def find(self, enrolment_id: EnrolmentId) -> Enrolment | None:
        return self.rows.get(enrolment_id)

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[Enrolment]:
        return [
            row
            for row in self.rows.values()
            if (row.issuer_id, row.account_alias) == (issuer_id, account_alias)
            and row.reference_id in self.owed
        ]

    async def save(self, enrolment: Enrolment) -> None:
        self.rows[enrolment.enrolment_id] = enrolment
        self.owed.add(enrolment.reference_id)

    async def activate(self, enrolment: Enrolment, entry: DirectoryEntry) -> None:
        if self.crashing:
            raise StoreError("the process has died")
        await self.save(enrolment)
        await self.directory.save(entry)

    async def due_for_erasure(self, now: datetime) -> Sequence[Enrolment]:
        return [
            row
            for row in self.rows.values()
            if row.reference_id in self.owed
            and (
                row.state is EnrolmentState.ENDED
                or (row.state in UNFINISHED_STATES and row.expires_at <= now)
                or row.consent_ends_at <= now
            )
        ]

    async def erasure_done(self, reference_id: ReferenceId) -> None:
        self.owed.discard(reference_id)


class FaceMatching:
    """Matching by equality of a test face, which travels as the first envelope's bytes.

    Down when `is_down`; a header is searched under once.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.prepared: dict[ReferenceId, tuple[bytes, bytes]] = {}
        self.active: dict[ReferenceId, tuple[bytes, bytes]] = {}
        self.searched: set[bytes] = set()
        self.scopes: list[SearchScope] = []
        self.is_down = False
        self.fails_midway = False
        self.extra_rows = 0
        self._clock = clock

    async def search(self, probe: RelayedProbe, scope: SearchScope) -> SearchMatch | NoMatch:
        self._require_up()
        self.scopes.append(scope)
        if probe.header in self.searched:
            return NoMatch()
        self.searched.add(probe.header)
        if self.fails_midway:
            raise MatchingUnavailableError("the parties did not answer in time")
        face = probe.envelopes[0].sealed
        found = [
            reference_id
            for reference_id, (tag, other) in self.active.items()
            if other == face and (scope.tags is None or tag in scope.tags)
        ]
        return SearchMatch(found[0]) if len(found) == 1 else NoMatch()

    async def prepare(self, reference: RelayedReference) -> None:
        self._require_up()
        face = reference.message.envelopes[0].sealed
        self.prepared[reference.reference_id] = (reference.tag, face)

    async def activate(self, reference_ids: Sequence[ReferenceId]) -> Generation:
        self._require_up()
        for reference_id in reference_ids:
            if reference_id in self.prepared:
                self.active[reference_id] = self.prepared.pop(reference_id)
        return Generation(len(self.active))

    async def erase(self, reference_ids: Sequence[ReferenceId]) -> tuple[ErasureReceipt, ...]:
        self._require_up()
        for reference_id in reference_ids:
            self.prepared.pop(reference_id, None)
            self.active.pop(reference_id, None)
        now = self._clock.now()
        return tuple(
            ErasureReceipt(party, tuple(reference_ids), Generation(1), now, b"s" * 64)
            for party in (1, 2, 3)
        )

    async def refresh(self) -> Generation:
        return Generation(1)

    async def step_epoch(self, step_key: EpochStepKey) -> Generation:
        return Generation(1)

    async def redraw_synthetic(self) -> Generation:
        return Generation(1)

    async def generate_synthetic(self, count: int, tag_count: int) -> int:
        self.extra_rows += count
        return count

    @property
    def active_rows(self) -> int:
        return len(self.active) + self.extra_rows

    @property
    def epoch(self) -> int:
        return 1

    def require_ready(self) -> None:
        self._require_up()

    def _require_up(self) -> None:
        if self.is_down:
            raise MatchingUnavailableError("party 2 is not connected")


@dataclass
class KnownPeople:
    """One issuer that knows one person."""

    birthday: date = date(1988, 5, 17)
    weak: bool = False
    passcodes: int = 0
    asked: int = 0

    async def authenticate(self, login: IssuerLogin) -> AuthenticatedPayer | None:
        self.asked += 1
        if login.one_time_code != LOGIN.one_time_code:
            return None
        alias = AccountAlias("alias-of-li-na")
        return AuthenticatedPayer(alias, "*娜", PhoneDigits(b"381274"), self.birthday)

    async def set_passcode(self, zone_block: ZonePinBlock) -> PinRefused | None:
        if self.weak:
            return PinRefused(WeakPinReason.SEQUENCE)
        self.passcodes += 1
        return None


class CountingModule:
    """The security module's part; a record is used once."""

    epoch = 1

    def __init__(self) -> None:
        self.tagged: list[bytes] = []
        self.used: set[bytes] = set()

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        self.tagged.append(bytes(digits.view))
        return b"tag of " + bytes(digits.view) + b"     "

    def make_enrolment_record(
        self,
        *,
        token: RoutingToken,
        challenge_nonce: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> EnrolmentRecord:
        return EnrolmentRecord(challenge_nonce)

    async def translate_new_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: EnrolmentRecord, now: datetime
    ) -> ZonePinBlock:
        if record.encoded in self.used:
            raise AssertionError("a record was used twice")
        self.used.add(record.encoded)
        return ZonePinBlock(ISSUER, AccountAlias("alias-of-li-na"), EncipheredPinBlock(bytes(16)))


class EnrolmentWorld:
    """The use cases on their fakes, and a station that speaks to them."""

    def __init__(self, clock: ManualClock, notices: NoticeBook | None = None) -> None:
        self.clock = clock
        self.randomness = SeededRandomness()
        self.directory = MemoryDirectory()
        self.store = MemoryEnrolments(self.directory)
        self.matching = FaceMatching(clock)
        self.issuers = KnownPeople()
        self.module = CountingModule()
        self.notices = notices or NoticeBook()
        self.policy = EnrolmentPolicy((ParticipantId("10010001"),), EvidencePolicy.with_synthetic())
        eraser = Eraser(self.store, self.directory, self.matching, clock)
        budget = ErrorBudget(false_match_rate=6e-6, fpir_budget=1e-3)
        self.opening = Opening(
            self.store, self.issuers, self.module, eraser,
            self.notices, self.policy, clock, self.randomness,
        )  # fmt: skip
        self.submission = Submission(
            self.store, self.directory, self.matching, self.issuers, self.module,
            eraser, budget, self.policy, clock, self.randomness,
        )  # fmt: skip
        self.confirmation = Confirmation(
            self.store, self.directory, self.matching, eraser, self.policy, clock
        )
        self.closing = Closing(self.store, self.issuers, eraser, self.matching, self.randomness)
        self.clearing_up = ClearingUp(self.store, eraser, clock)

    def consents(self) -> tuple[GivenConsent, ...]:
        notice = self.notices.current
        return tuple(
            GivenConsent(scope, notice.version, notice.sha256, self.clock.now())
            for scope in (ConsentScope.FACE_PROCESSING, ConsentScope.NETWORK_TRANSMISSION)
        )

    def open_command(self, **changes: object) -> OpenEnrolment:
        command = OpenEnrolment(
            header=self.header(Purpose.OPEN_ENROLMENT, b""),
            enrolment_id=EnrolmentId.generate(self.clock, self.randomness),
            login=LOGIN,
            consents=self.consents(),
        )
        return replace(command, **changes)  # type: ignore[arg-type]

    async def open(self) -> EnrolmentOpened:
        opened = await self.opening.open(self.open_command())
        assert isinstance(opened, EnrolmentOpened), opened
        return opened

    def submit_command(self, opened: EnrolmentOpened, face: bytes = FACE) -> SubmitReference:
        header = self.header(Purpose.SUBMIT_REFERENCE, opened.challenge.nonce)
        return SubmitReference(
            header, opened.enrolment_id, self.capture(header, face),
            SealedEnvelope(b"k" * 16, b"pin"), self.evidence(opened),
        )  # fmt: skip

    async def submit(self, opened: EnrolmentOpened, face: bytes = FACE) -> EnrolmentOpened:
        submitted = await self.submission.submit(self.submit_command(opened, face))
        assert isinstance(submitted, EnrolmentOpened), submitted
        return submitted

    def confirm_command(self, opened: EnrolmentOpened, face: bytes = FACE) -> ConfirmReference:
        header = self.header(Purpose.CONFIRM_REFERENCE, opened.challenge.nonce)
        return ConfirmReference(
            header, opened.enrolment_id, self.capture(header, face), self.evidence(opened)
        )

    def close_command(self, login: IssuerLogin = LOGIN) -> CloseFacePayment:
        return CloseFacePayment(self.header(Purpose.CLOSE_FACE_PAYMENT, b""), login)

    async def enrol(self) -> None:
        submitted = await self.submit(await self.open())
        await self.confirmation.confirm(self.confirm_command(submitted))

    def evidence(self, opened: EnrolmentOpened, elapsed_milliseconds: int = 900) -> PadEvidence:
        steps = tuple(ProvenStep(step, elapsed_milliseconds) for step in opened.challenge.steps)
        cue = PadCue("synthetic", 1000, 1000)
        return PadEvidence("synthetic", "test-model", opened.challenge.nonce, steps, (cue,))

    def capture(self, header: MessageHeader, face: bytes) -> RelayedProbe:
        envelope = SealedEnvelope(b"k" * 16, face)
        return RelayedProbe(header.to_bytes(), b"s" * 64, (), (envelope, envelope, envelope))

    def header(self, purpose: Purpose, challenge_nonce: bytes) -> MessageHeader:
        return MessageHeader(
            suite_id=1,
            purpose=purpose,
            terminal_id=STATION,
            signing_key_id=bytes(16),
            operation_id=OperationId.generate(self.clock, self.randomness),
            counter=1,
            sent_at=self.clock.now(),
            nonce=self.randomness.bytes(16),
            challenge_nonce=challenge_nonce,
            epoch=1,
            model_id="test-model",
            commitments=(),
            payment_hash=b"",
            notice_hash=b"",
            body_hash=bytes(32),
        )


YEAR = timedelta(days=366)
