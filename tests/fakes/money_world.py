"""A clearing institution around the payment use cases: participants, payers, one fake search."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.directory.entry import Consent, DirectoryEntry, EntryState
from clearing_service.errors import ClearingError
from clearing_service.issuer.account import Account
from clearing_service.issuer.fault_profile import FaultBoard
from clearing_service.issuer.issuer_book import IssuerStore
from clearing_service.issuer.simulated_issuers import IssuerParts, SimulatedIssuers
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.matching.ports import NoMatch, RelayedProbe, SearchMatch, SearchScope
from clearing_service.participants.participant import (
    WITH_POSITION,
    Acceptor,
    Participant,
    ParticipantRole,
    Standing,
)
from clearing_service.participants.register import Register
from clearing_service.participants.terminal import (
    Terminal,
    TerminalBinding,
    TerminalKeys,
    TerminalRole,
    TerminalState,
)
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.payment.issuer_reversals import IssuerReversalSender
from clearing_service.payment.payment_service import (
    PaymentParts,
    PaymentService,
    RegisterSource,
)
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.recovery import Recovery
from clearing_service.payment.refund_credits import RefundCreditSender
from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.routing.narrowing import ErrorBudget
from clearing_service.routing.router import Router, RoutingPolicy
from clearing_service.security_module.protocol import PinVerifier
from facepay.identifiers import (
    AcceptorId,
    AccountAlias,
    ParticipantId,
    ReferenceId,
    TerminalId,
)
from facepay.money import Money
from tests.fakes.money_security import PlainClearingModule, PlainIssuerModule
from tests.fakes.money_stores import MemoryClearingStore, MemoryDirectory, MemoryIssuerStore
from tests.fakes.ports import START, ManualClock, SeededRandomness

ACQUIRER = ParticipantId("20000001")
ISSUER = ParticipantId("30000001")
OTHER_ISSUER = ParticipantId("30000002")
CLEARING = ParticipantId("10000001")
ACCEPTOR = AcceptorId("ACCEPTOR0000001")
TERMINALS = (TerminalId("POS00001"), TerminalId("POS00002"))
CREDIT_CODE = "91310000000000000X"
SETTLEMENT_ACCOUNT = "6200000000000001"
PIN = b"271828"
WRONG_PIN = b"314159"
NOTICE_VERSION = "2026-01"
NOTICE_SHA256 = hashlib.sha256(b"notice").digest()
CAP = 100_000_00


@dataclass
class OneNotice:
    """One notice is in force."""

    version: str = NOTICE_VERSION

    def is_in_force(self, version: str, text_sha256: bytes) -> bool:
        return (version, text_sha256) == (self.version, NOTICE_SHA256)


@dataclass
class ScriptedMatching:
    """The three parties: a search finds `found`, or raises `error` once.

    While there is an `obstacle` none can begin.
    """

    found: SearchMatch | NoMatch = field(default_factory=NoMatch)
    error: ClearingError | None = None
    obstacle: ClearingError | None = None
    active_rows: int = 0
    scopes: list[SearchScope] = field(default_factory=list)

    def require_ready(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle

    async def search(self, probe: RelayedProbe, scope: SearchScope) -> SearchMatch | NoMatch:
        self.scopes.append(scope)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return self.found


def make_register() -> Register:
    """Return one acquirer, two issuers, one acceptor and its two terminals."""
    roles = {
        ACQUIRER: ParticipantRole.ACQUIRER,
        ISSUER: ParticipantRole.ISSUER,
        OTHER_ISSUER: ParticipantRole.ISSUER,
    }
    participants = [
        Participant(number, f"Institution {number}", role, "L1", date(2030, 1, 1), Standing.ACTIVE)
        for number, role in roles.items()
    ]
    acceptor = Acceptor(
        ACCEPTOR,
        ACQUIRER,
        "Tea House",
        CREDIT_CODE,
        SETTLEMENT_ACCOUNT,
        date(2030, 1, 1),
        forbids_face_retention=True,
        standing=Standing.ACTIVE,
    )
    return Register(participants, [acceptor], [make_terminal(item) for item in TERMINALS])


def make_terminal(terminal_id: TerminalId) -> Terminal:
    """Return a live point-of-sale terminal."""
    number = terminal_id.value.encode()
    keys = TerminalKeys(
        number.ljust(16), bytes(32), number.rjust(16), bytes(32), number, START.replace(year=2030)
    )
    binding = TerminalBinding(ACQUIRER, ACCEPTOR, CREDIT_CODE, SETTLEMENT_ACCOUNT, "Hall 1")
    return Terminal(
        terminal_id,
        f"SN-{terminal_id}",
        TerminalRole.POINT_OF_SALE,
        "SIM-1",
        START.replace(year=2030),
        binding,
        keys,
        TerminalState.ACTIVE,
    )


def make_account(
    number: int, *, issuer_id: ParticipantId = ISSUER, balance: int = 2_000_00
) -> Account:
    """Return payer number `number`'s account, with the passcode `PIN`."""
    return Account(
        issuer_id=issuer_id,
        account_alias=AccountAlias(f"alias-{number:06d}"),
        login=f"payer{number}",
        login_seed=number.to_bytes(20),
        name="张小明",
        phone_tail=f"{number:06d}",
        birth_date=date(1990, 5, 17),
        balance=Money(balance),
        pin_verifier=PinVerifier(b"salt", PIN),
    )


def make_entry(account: Account, reference: int) -> DirectoryEntry:
    """Return an active directory entry with a live consent."""
    consent = Consent(
        bytes(32),
        NOTICE_VERSION,
        CLEARING,
        covers_transmission=True,
        given_at=START - timedelta(days=1),
        ends_at=START + timedelta(days=364),
    )
    return DirectoryEntry(
        reference_of(reference),
        account.issuer_id,
        account.account_alias,
        EntryState.ACTIVE,
        consent,
        START - timedelta(days=1),
    )


def reference_of(number: int) -> ReferenceId:
    """Return reference number `number`."""
    return ReferenceId(number.to_bytes(16))


class MoneyWorld:
    """Everything behind the edge. `restart` begins anew on the same stores."""

    def __init__(self, *, policy: PaymentPolicy | None = None, cap: int = CAP) -> None:
        self.clock = ManualClock()
        self.randomness = SeededRandomness()
        self.policy = policy or PaymentPolicy(evidence=EvidencePolicy.with_synthetic())
        self.store = MemoryClearingStore()
        self.issuer_store = MemoryIssuerStore()
        self.directory = MemoryDirectory()
        self.matching = ScriptedMatching()
        self.security = PlainClearingModule()
        self.notices = OneNotice()
        self.faults = FaultBoard()
        self.registers = RegisterSource(make_register())
        for participant_id in (ACQUIRER, ISSUER, OTHER_ISSUER):
            account = AccountId(participant_id)
            self.store.rows.tables["balance"][account] = Balance(account, cap)
        for role in WITH_POSITION:
            for institution in self.registers.register.participants(role):
                known = replace(institution, net_debit_cap_minor_units=cap)
                self.store.rows.tables["participant"][known.key] = known
        self.restart()

    def restart(self) -> None:
        """Forget everything that was only in memory."""
        self.issuers = make_issuers(self, self.issuer_store)
        budget = ErrorBudget(false_match_rate=6e-5, fpir_budget=0.01)
        router = Router(
            self.matching,  # type: ignore[arg-type]  # a search is all that routing asks for
            self.directory,
            self.security,
            RoutingPolicy(budget),
            self.clock,
            self.randomness,
        )
        self.payments = PaymentService(
            PaymentParts(
                self.store,
                router,
                self.issuers,
                self.security,
                self.notices,
                self.registers,
                self.policy,
                self.clock,
                self.randomness,
            )
        )
        self.recovery = Recovery(self.store, self.payments.authorization, self.policy, self.clock)
        self.reversals = IssuerReversalSender(self.store, self.issuers, self.policy, self.clock)
        self.credits = RefundCreditSender(self.store, self.issuers, self.policy, self.clock)

    def enrol(self, number: int = 1, **changes: object) -> Account:
        """Give payer `number` an account and a reference, and let searches find it."""
        account = make_account(number, **changes)  # type: ignore[arg-type]
        self.issuer_store.accounts[account.issuer_id, account.account_alias] = account
        self.directory.entries[reference_of(number)] = make_entry(account, number)
        self.show(number)
        return account

    def show(self, number: int) -> None:
        """Let the next searches find payer `number`."""
        self.matching.found = SearchMatch(reference_of(number))

    def balance_of(self, account: Account) -> int:
        """Return what is in the account now, in minor units."""
        key = (account.issuer_id, account.account_alias)
        return self.issuer_store.accounts[key].balance.amount_minor_units

    def position(self, participant_id: ParticipantId) -> Balance:
        """Return a participant's position."""
        found = self.store.rows.tables["balance"][AccountId(participant_id)]
        assert isinstance(found, Balance)
        return found

    def verify(self) -> TrialBalance:
        """Prove that book and audit trail add up."""
        verify_chain(ChainHead(AUDIT_CHAIN), self.store.audit)
        balances = self.store.rows.tables["balance"].values()
        return verify_book(LEDGER_CHAIN, self.store.transfers, balances)

    def close_entry(self, number: int) -> None:
        """Close face payment of payer `number`, as its owner would."""
        reference_id = reference_of(number)
        self.directory.entries[reference_id] = self.directory.entries[reference_id].closed()

    def withdraw_consent(self, number: int) -> None:
        """End the consent of payer `number`."""
        entry = self.directory.entries[reference_of(number)]
        ended = replace(entry.consent, ends_at=self.clock.now())
        self.directory.entries[entry.reference_id] = replace(entry, consent=ended)


def make_issuers(world: MoneyWorld, store: IssuerStore) -> SimulatedIssuers:
    """Return the simulated issuers on a store."""
    return SimulatedIssuers(
        IssuerParts(
            store,
            {ISSUER: PlainIssuerModule(), OTHER_ISSUER: PlainIssuerModule()},
            world.faults,
            world.policy.issuer_deadline,
            world.clock,
            world.randomness,
        )
    )
