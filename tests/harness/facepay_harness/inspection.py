"""Looking into an in-process world's books: what nobody on the wire could see."""

from dataclasses import dataclass

from clearing_service.bootstrap.clearing import ClearingProcess
from clearing_service.bootstrap.issuer_faults import FAULTS_NAME
from clearing_service.bootstrap.proofs import is_audit_intact, verified_book
from clearing_service.issuer.account import Account
from clearing_service.issuer.fault_profile import Fault
from clearing_service.ledger.account import AccountKind
from clearing_service.ledger.trial_balance import TrialBalance
from clearing_service.provisioning.layout import SandboxLayout
from facepay.identifiers import ParticipantId
from facepay_harness.accounts import SandboxPerson


@dataclass(frozen=True, slots=True)
class Inspection:
    """Reads accounts and ledger of a running clearing institution."""

    clearing: ClearingProcess

    async def account(self, person: SandboxPerson) -> Account:
        """Return a person's account as the issuer has it; raises `KeyError` for nobody's."""
        found = await self.clearing.stores.issuers.find_by_login(person.issuer_id, person.login)
        if found is None:
            raise KeyError(person.login)
        return found

    async def spent(self, person: SandboxPerson) -> int:
        """Return how many fen have left a person's account since the sandbox was made."""
        account = await self.account(person)
        return person.balance_minor_units - account.balance.amount_minor_units

    async def book(self) -> TrialBalance:
        """Prove the ledger and return its totals; raises when it does not add up."""
        return await verified_book(self.clearing.stores)

    async def moved(self) -> int:
        """Prove the ledger and return how many fen payments and refunds have moved in it."""
        await self.book()
        balances = await self.clearing.stores.clearing.balances()
        return sum(
            balance.debits_posted
            for balance in balances
            if balance.account.kind is AccountKind.POSITION
        )

    async def is_audit_intact(self) -> bool:
        """Tell whether the audit trail is whole."""
        return await is_audit_intact(self.clearing.stores)


def set_issuer_fault(layout: SandboxLayout, issuer_id: ParticipantId, fault: Fault) -> None:
    """Let one issuer misbehave from now on, and every other behave."""
    path = layout.clearing / FAULTS_NAME
    path.write_text(f'{issuer_id.value} = "{fault.name}"\n', encoding="utf-8")
