"""The owner's own business at the issuer: proving who they are, and setting the face passcode."""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import AccountKey, IssuerBook
from clearing_service.issuer.one_time_code import step_of
from clearing_service.security_module.protocol import PinVerifier
from facepay.identifiers import PaymentId


@dataclass(frozen=True, slots=True, repr=False)
class SignInWork:
    """Take a one-time code, once."""

    key: AccountKey
    one_time_code: str
    now: datetime

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """The account."""
        return (self.key,)

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """None."""
        return ()

    def apply(self, book: IssuerBook) -> Account | None:
        """Return the account, or None if the code is wrong or was used."""
        account = book.accounts.get(self.key)
        if account is None or not account.is_open:
            return None
        step = step_of(account.login_seed, self.one_time_code, self.now, account.last_login_step)
        if step is None:
            return None
        signed_in = replace(account, last_login_step=step)
        book.put_account(signed_in)
        return signed_in


@dataclass(frozen=True, slots=True)
class PasscodeWork:
    """Keep a new passcode's verifier."""

    key: AccountKey
    verifier: PinVerifier

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """The account."""
        return (self.key,)

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """None."""
        return ()

    def apply(self, book: IssuerBook) -> None:
        """Set it; the owner has just proved who they are, so tries and lock start anew."""
        account = book.accounts.get(self.key)
        if account is not None:
            book.put_account(account.with_passcode(self.verifier))


@dataclass(frozen=True, slots=True)
class OpenAccountWork:
    """Open an account, or replace it; for provisioning a sandbox."""

    account: Account

    @property
    def account_keys(self) -> tuple[AccountKey, ...]:
        """The account."""
        return ((self.account.issuer_id, self.account.account_alias),)

    @property
    def payment_ids(self) -> tuple[PaymentId, ...]:
        """None."""
        return ()

    def apply(self, book: IssuerBook) -> None:
        """Keep the account."""
        book.put_account(self.account)
