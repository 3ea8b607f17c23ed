"""Identifiers, each a type of its own so that one cannot be passed for another."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from facepay.errors import MalformedFieldError
from facepay.ports import Clock, Randomness

STAN_MODULUS = 1_000_000
"""ISO 8583 DE 11 is n 6: the terminal's counter modulo one million."""


@dataclass(frozen=True, slots=True, order=True)
class _TextIdentifier:
    """An identifier made of the characters that its standard allows."""

    value: str
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"")

    def __post_init__(self) -> None:
        """Refuse what the standard does not allow."""
        if not self.pattern.fullmatch(self.value):
            raise MalformedFieldError(f"not a {type(self).__name__}")

    def __str__(self) -> str:
        """Return the bare text."""
        return self.value


class TerminalId(_TextIdentifier):
    """ISO 8583 DE 41, ans 8: the device that runs the terminal program."""

    __slots__ = ()
    pattern = re.compile(r"[A-Z0-9]{8}")


class AcceptorId(_TextIdentifier):
    """ISO 8583 DE 42, ans 15: the merchant."""

    __slots__ = ()
    pattern = re.compile(r"[A-Z0-9]{15}")


class ParticipantId(_TextIdentifier):
    """ISO 8583 DE 32, n 4 to 11: an acquirer, issuer or clearing institution."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{4,11}")


class Stan(_TextIdentifier):
    """ISO 8583 DE 11, n 6: the terminal's number of a message; the same on a repeat."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{6}")

    @classmethod
    def from_counter(cls, counter: int) -> Self:
        """Return the number of the message that used `counter`."""
        return cls(f"{counter % STAN_MODULUS:06d}")


class RetrievalReferenceNumber(_TextIdentifier):
    """ISO 8583 DE 37, an 12: YDDD (last digit of the year, day of the year) and 8 digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{12}")

    @classmethod
    def from_sequence(cls, business_day: datetime, sequence: int) -> Self:
        """Return the number for `sequence` (modulo 10^8) on `business_day`."""
        year_digit = business_day.year % 10
        return cls(f"{year_digit}{business_day:%j}{sequence % 100_000_000:08d}")


class ApprovalCode(_TextIdentifier):
    """ISO 8583 DE 38, an 6: given with an approval."""

    __slots__ = ()
    pattern = re.compile(r"[0-9A-Z]{6}")


class OrderId(_TextIdentifier):
    """The acceptor's own number of a sale: 1 to 32 characters."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9-]{1,32}")


class AccountAlias(_TextIdentifier):
    """A random name an issuer gives an account, so that the account number travels nowhere."""

    __slots__ = ()
    pattern = re.compile(r"[a-z0-9-]{8,40}")


class RoutingToken(_TextIdentifier):
    """Nineteen digits for one payment, in place of an account number in the PIN block.

    The prefix 999 is not an issuer identification number of ISO/IEC 7812, and the last digit is
    the Luhn check digit, so that no token can be mistaken for a card number.
    """

    __slots__ = ()
    pattern = re.compile(r"999[0-9]{16}")

    def __post_init__(self) -> None:
        """Check the form and the check digit."""
        if not self.pattern.fullmatch(self.value) or luhn_check_digit(self.value[:-1]) != int(
            self.value[-1]
        ):
            raise MalformedFieldError("not a RoutingToken")

    @classmethod
    def generate(cls, randomness: Randomness) -> Self:
        """Return a fresh token of 15 random digits (bias below 2^-70)."""
        digits = int.from_bytes(randomness.bytes(16)) % 10**15
        body = f"999{digits:015d}"
        return cls(body + str(luhn_check_digit(body)))


def luhn_check_digit(digits: str) -> int:
    """Return the check digit of ISO/IEC 7812-1 annex B for `digits`."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return -total % 10


@dataclass(frozen=True, slots=True, order=True)
class _BinaryIdentifier:
    """Sixteen bytes, shown as a UUID."""

    value: bytes

    def __post_init__(self) -> None:
        """Refuse any other length."""
        if len(self.value) != 16:
            raise MalformedFieldError(f"a {type(self).__name__} has 16 bytes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the form that `str` writes."""
        try:
            return cls(UUID(text).bytes)
        except ValueError as error:
            raise MalformedFieldError(f"not a {cls.__name__}") from error

    def __str__(self) -> str:
        """Return the UUID text."""
        return str(UUID(bytes=self.value))


class _TimeOrderedIdentifier(_BinaryIdentifier):
    """A UUIDv7 (RFC 9562): sorts by the millisecond in which it was made."""

    __slots__ = ()

    @classmethod
    def generate(cls, clock: Clock, randomness: Randomness) -> Self:
        """Return a fresh identifier."""
        milliseconds = int(clock.now().timestamp() * 1000)
        noise = bytearray(randomness.bytes(10))
        noise[0] = 0x70 | (noise[0] & 0x0F)
        noise[2] = 0x80 | (noise[2] & 0x3F)
        return cls(milliseconds.to_bytes(6) + bytes(noise))


class PaymentId(_TimeOrderedIdentifier):
    """One payment, from opening to its last reversal."""

    __slots__ = ()


class OperationId(_TimeOrderedIdentifier):
    """One call about a payment; a repeat of the call carries the same one."""

    __slots__ = ()


class EnrolmentId(_TimeOrderedIdentifier):
    """One enrolment, from consent to an active reference."""

    __slots__ = ()


class ReferenceId(_BinaryIdentifier):
    """One stored reference; random, so that it says nothing about whose it is or when it came."""

    __slots__ = ()

    @classmethod
    def generate(cls, randomness: Randomness) -> Self:
        """Return a fresh identifier."""
        return cls(randomness.bytes(16))
