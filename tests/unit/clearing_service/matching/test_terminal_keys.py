"""Each party's own register of terminal keys."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from clearing_service.matching.errors import TerminalRefusedError
from clearing_service.matching.terminal_keys import CertificateRegister
from facepay.identifiers import TerminalId
from facepay.signed_request import signing_key_id
from tests.fakes.ports import START, ManualClock

TERMINAL = TerminalId("T0000001")
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEY_ID = signing_key_id(SIGNING_KEY.public_key())


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@dataclass
class Authority:
    """A terminal CA."""

    name: str = "terminal CA"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def certificate(self) -> x509.Certificate:
        return self._build(named(self.name), self.key.public_key(), 1, START)

    def issue(
        self, terminal: str = TERMINAL.value, serial: int = 7, start: datetime = START
    ) -> x509.Certificate:
        return self._build(named(terminal), SIGNING_KEY.public_key(), serial, start)

    def revoke(self, serial: int) -> x509.CertificateRevocationList:
        entry = (
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(START).build()
        )
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(named(self.name))
            .last_update(START)
            .next_update(START + timedelta(days=1))
            .add_revoked_certificate(entry)
            .sign(self.key, hashes.SHA256())
        )

    def _build(
        self, subject: x509.Name, key: object, serial: int, start: datetime
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(named(self.name))
            .public_key(key)  # type: ignore[arg-type]
            .serial_number(serial)
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=30))
            .sign(self.key, hashes.SHA256())
        )


@dataclass
class Folder:
    """What the operators have loaded."""

    loaded: list[x509.Certificate] = field(default_factory=list)
    revoked: list[x509.CertificateRevocationList] = field(default_factory=list)

    def certificates(self) -> list[x509.Certificate]:
        return self.loaded

    def revocations(self) -> list[x509.CertificateRevocationList]:
        return self.revoked

    def mark(self) -> Hashable:
        return len(self.loaded), *(item.fingerprint(hashes.SHA256()) for item in self.revoked)


def register(authority: Authority, folder: Folder, clock: ManualClock) -> CertificateRegister:
    return CertificateRegister(authority.certificate(), folder, clock)


def test_a_certified_terminal_has_its_key(clock: ManualClock) -> None:
    authority = Authority()
    known = register(authority, Folder([authority.issue()]), clock)
    assert known.public_key(TERMINAL, KEY_ID) == SIGNING_KEY.public_key()


@pytest.mark.rule("WIR-01")
@pytest.mark.parametrize(
    "certificate",
    [
        Authority("terminal CA").issue(),
        Authority("another CA").issue(),
        None,
    ],
    ids=["of a CA with the same name", "of another CA", "none"],
)
def test_a_key_that_the_terminal_ca_did_not_certify_is_refused(
    clock: ManualClock, certificate: x509.Certificate | None
) -> None:
    folder = Folder([certificate] if certificate else [])
    with pytest.raises(TerminalRefusedError):
        register(Authority(), folder, clock).public_key(TERMINAL, KEY_ID)


def test_a_key_is_good_for_its_own_terminal_only(clock: ManualClock) -> None:
    authority = Authority()
    known = register(authority, Folder([authority.issue("T0000002")]), clock)
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)


@pytest.mark.parametrize("start", [START - timedelta(days=31), START + timedelta(days=1)])
def test_an_expired_or_future_certificate_is_refused(clock: ManualClock, start: datetime) -> None:
    authority = Authority()
    known = register(authority, Folder([authority.issue(start=start)]), clock)
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)


def test_a_revoked_terminal_is_refused_after_the_next_reading(clock: ManualClock) -> None:
    authority = Authority()
    folder = Folder([authority.issue()])
    known = register(authority, folder, clock)
    folder.revoked = [authority.revoke(7)]
    known.reload()
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)


@pytest.mark.rule("WIR-01")
def test_what_operators_changed_is_read_and_nothing_else(clock: ManualClock) -> None:
    authority = Authority()
    folder = Folder([authority.issue()])
    known = register(authority, folder, clock)
    assert not known.reload_if_changed()
    folder.revoked = [authority.revoke(7)]
    assert known.reload_if_changed()
    assert not known.reload_if_changed()
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)


def test_a_revocation_list_of_somebody_else_takes_no_revocation_back(clock: ManualClock) -> None:
    authority = Authority()
    folder = Folder([authority.issue()], [authority.revoke(7)])
    known = register(authority, folder, clock)
    folder.revoked = [Authority().revoke(8)]
    known.reload()
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)


def test_a_revocation_list_of_somebody_else_revokes_revokes_nothing(clock: ManualClock) -> None:
    authority = Authority()
    folder = Folder([authority.issue()], [Authority().revoke(7)])
    known = register(authority, folder, clock)
    assert known.public_key(TERMINAL, KEY_ID) == SIGNING_KEY.public_key()


def test_a_terminal_provisioned_later_is_found_without_a_restart(clock: ManualClock) -> None:
    authority, folder = Authority(), Folder()
    known = register(authority, folder, clock)
    folder.loaded = [authority.issue()]
    with pytest.raises(TerminalRefusedError):
        known.public_key(TERMINAL, KEY_ID)
    clock.advance(1.0)
    assert known.public_key(TERMINAL, KEY_ID) == SIGNING_KEY.public_key()
