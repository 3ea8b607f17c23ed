"""An account at an issuer, and what its owner may be shown of the name."""

from dataclasses import dataclass, replace
from datetime import date

from clearing_service.security_module.protocol import PinVerifier
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.money import Money

PIN_TRIES_MAX = 3
"""Wrong PINs in a row, over all terminals, before the face channel of the account locks."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its owner. Lock and tries are of the face channel only.

    `login` is the owner's name at the issuer's own sign-in, `login_seed` (20 bytes) that of its
    one-time codes and `last_login_step` the newest time step that was used. `phone_tail` is six
    digits. A closed account takes no debit, but a reversal still finds it.
    """

    issuer_id: ParticipantId
    account_alias: AccountAlias
    login: str
    login_seed: bytes
    name: str
    phone_tail: str
    birth_date: date
    balance: Money
    is_open: bool = True
    pin_verifier: PinVerifier | None = None
    wrong_pin_count: int = 0
    is_face_locked: bool = False
    last_login_step: int = 0

    def __repr__(self) -> str:
        """Show neither owner nor balance."""
        return f"Account({self.issuer_id}, {self.account_alias})"

    @property
    def pin_tries_left(self) -> int:
        """How many wrong PINs are left before the lock."""
        return max(PIN_TRIES_MAX - self.wrong_pin_count, 0)

    def with_wrong_pin(self) -> "Account":
        """Return the account after one more wrong PIN; the last one locks the face channel."""
        count = self.wrong_pin_count + 1
        return replace(self, wrong_pin_count=count, is_face_locked=count >= PIN_TRIES_MAX)

    def with_right_pin(self) -> "Account":
        """Return the account after the right PIN: the count starts anew."""
        return replace(self, wrong_pin_count=0)

    def with_passcode(self, verifier: PinVerifier) -> "Account":
        """Return the account with a face passcode; setting one at the issuer also unlocks."""
        return replace(self, pin_verifier=verifier, wrong_pin_count=0, is_face_locked=False)


def mask_name(name: str) -> str:
    """Return a name by which its owner is recognised and nobody else is told.

    Of a Chinese name the last character stays; of every word of another name the first letter.
    """
    if name.isascii():
        return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
    return "*" * (len(name) - 1) + name[-1:]
