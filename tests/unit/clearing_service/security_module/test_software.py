"""The clearing module's other duties: digits, tags, decisions, epochs, database keys."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clearing_service.security_module.errors import TerminalNotCertifiedError, UnknownEpochError
from clearing_service.security_module.software import SoftwareSecurityModule, open_security_module
from facepay.errors import EnvelopeOpeningError, MalformedFieldError, SignatureInvalidError
from facepay.identifiers import (
    AccountAlias,
    OperationId,
    ParticipantId,
    PaymentId,
    RoutingToken,
    TerminalId,
)
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.phone_digits import PhoneDigits
from facepay.response_code import ResponseCode
from facepay.rotation import EpochKey, EpochStepKey, derive_rotation, derive_signed_permutation
from facepay.sealed_envelope import KemPrivateKey, open_envelope, seal, verify_kem_key
from facepay.settlement_proof.merkle import EMPTY_ROOT
from facepay.settlement_proof.window_digest import (
    NO_PREVIOUS,
    WindowDigest,
    verify_window_digest,
)
from tests.fakes.pin_terminal import PinTerminal
from tests.fakes.ports import START, SeededRandomness

HEADER = b"header of a request"


def open_at(folder: Path) -> SoftwareSecurityModule:
    return open_security_module(folder / "module", folder / "module.kek", SeededRandomness())


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SoftwareSecurityModule]:
    opened = open_at(tmp_path)
    yield opened
    opened.close()


def epoch_key_of(module: SoftwareSecurityModule, terminal: PinTerminal, epoch: int) -> EpochKey:
    envelope = module.release_epoch_key(terminal.terminal_id, epoch, HEADER)
    with open_envelope(envelope, terminal.kem_key, HEADER) as content:
        return EpochKey(content.view)


def a_decision() -> PaymentDecision:
    return PaymentDecision(
        payment_id=PaymentId(bytes(16)),
        payment_hash=hashlib.sha256(b"payment").digest(),
        operation_id=OperationId(bytes(16)),
        state=PaymentState.DECLINED,
        response_code=ResponseCode("55"),
        rrn=None,
        approval_code=None,
        decided_at=START,
    )


def test_phone_digits_are_opened_under_their_header_only(module: SoftwareSecurityModule) -> None:
    digits_key, pin_key = module.kem_keys
    envelope = seal(b"0042", digits_key.recipient, HEADER)
    with module.open_digits(envelope, HEADER) as digits:
        assert bytes(digits.view) == b"0042"
    with pytest.raises(EnvelopeOpeningError):
        module.open_digits(envelope, b"other")
    with pytest.raises(EnvelopeOpeningError):
        module.open_digits(seal(b"0042", pin_key.recipient, HEADER), HEADER)
    with pytest.raises(MalformedFieldError):
        module.open_digits(seal(b"a name", digits_key.recipient, HEADER), HEADER)


@pytest.mark.rule("TPL-07")
def test_bucket_tags_follow_from_epoch_and_digits_under_the_modules_key(tmp_path: Path) -> None:
    module = open_at(tmp_path)
    tag = module.bucket_tag(1, PhoneDigits(b"0042"))
    assert len(tag) == 16
    assert tag == open_at(tmp_path).bucket_tag(1, PhoneDigits(b"0042"))
    others = {
        module.bucket_tag(2, PhoneDigits(b"0042")),
        module.bucket_tag(1, PhoneDigits(b"0043")),
    }
    elsewhere = open_security_module(tmp_path / "b", tmp_path / "b.kek", SeededRandomness(2))
    others.add(elsewhere.bucket_tag(1, PhoneDigits(b"0042")))
    assert tag not in others
    assert hashlib.sha256(b"0042").digest()[:16] != tag


def test_a_decision_is_signed_and_verified(module: SoftwareSecurityModule) -> None:
    public_key = Ed25519PublicKey.from_public_bytes(module.decision_public_key)
    signed = module.sign_decision(a_decision())
    assert signed.verify(public_key) == a_decision()
    with pytest.raises(SignatureInvalidError):
        replace(signed, decision=signed.decision[:-1] + b"\xff").verify(public_key)
    identity = Ed25519PublicKey.from_public_bytes(module.identity_public_key)
    with pytest.raises(SignatureInvalidError):
        signed.verify(identity)


@pytest.mark.rule("WIR-04")
def test_a_window_digest_is_signed_and_is_no_decision(module: SoftwareSecurityModule) -> None:
    digest = WindowDigest(1, date(2026, 3, 2), NO_PREVIOUS, 0, EMPTY_ROOT, bytes(32), bytes(384))
    key = Ed25519PublicKey.from_public_bytes(module.decision_public_key)
    signed = module.sign_window_digest(digest)
    assert verify_window_digest(signed, key) == digest
    with pytest.raises(MalformedFieldError):
        signed.verify(key)
    with pytest.raises(MalformedFieldError):
        verify_window_digest(module.sign_decision(a_decision()), key)


def test_a_windows_blinding_is_its_own_and_survives_a_restart(tmp_path: Path) -> None:
    blindings = []
    for _ in range(2):
        module = open_at(tmp_path)
        blindings.append([bytes(module.window_blinding(window).view) for window in (1, 2)])
        module.close()
    assert blindings[0] == blindings[1]
    assert len(set(blindings[0])) == 2
    assert {len(item) for item in blindings[0]} == {32}


def test_sealing_keys_are_vouched_for_and_differ(module: SoftwareSecurityModule) -> None:
    identity = Ed25519PublicKey.from_public_bytes(module.identity_public_key)
    for key in module.kem_keys:
        content = key.recipient.public_key_bytes
        assert verify_kem_key(key.owner, content, key.signature, identity) == key.recipient
    first, second = module.kem_keys
    assert first.recipient.key_id != second.recipient.key_id
    with pytest.raises(SignatureInvalidError):
        verify_kem_key(second.owner, first.recipient.public_key_bytes, first.signature, identity)


def test_every_key_survives_a_restart(tmp_path: Path) -> None:
    module = open_at(tmp_path)
    terminal = PinTerminal(module)
    before = (module.identity_public_key, module.decision_public_key, module.kem_keys)
    key = bytes(epoch_key_of(module, terminal, 1).view)
    database_key = bytes(module.database_key("gallery").view)
    module.close()
    again = open_at(tmp_path)
    assert (again.identity_public_key, again.decision_public_key, again.kem_keys) == before
    assert bytes(epoch_key_of(again, terminal, 1).view) == key
    assert bytes(again.database_key("gallery").view) == database_key
    assert bytes(again.database_key("directory").view) != database_key
    again.close()


@pytest.mark.parametrize("name", ["", "Gallery", "../tag", "a" * 41])
def test_a_database_key_needs_a_plain_name(module: SoftwareSecurityModule, name: str) -> None:
    with pytest.raises(MalformedFieldError):
        module.database_key(name)


def test_epoch_keys_go_to_certified_terminals_only(module: SoftwareSecurityModule) -> None:
    with pytest.raises(TerminalNotCertifiedError):
        module.release_epoch_key(TerminalId("T0000009"), 1, HEADER)
    terminal = PinTerminal(module)
    epoch_key_of(module, terminal, 1).wipe()
    module.revoke_terminal(terminal.terminal_id)
    with pytest.raises(TerminalNotCertifiedError):
        module.release_epoch_key(terminal.terminal_id, 1, HEADER)


def test_every_terminal_has_an_initial_key_of_its_own(module: SoftwareSecurityModule) -> None:
    first, second = PinTerminal(module), PinTerminal(module, "T0000002", seed=8)
    again = PinTerminal(module, seed=9)
    keys = [terminal.pin_pad.take_key() for terminal in (first, second, again)]
    assert len({bytes(key.pin_key.view) for key in keys}) == 3
    assert len({key.ksn.initial_key_id for key in keys}) == 3


@pytest.mark.rule("TPL-04")
def test_a_step_takes_terminals_and_parties_to_the_same_epoch(tmp_path: Path) -> None:
    module = open_at(tmp_path)
    terminal = PinTerminal(module)
    parties = [KemPrivateKey.generate(SeededRandomness(seed)) for seed in (11, 12, 13)]
    before = derive_rotation(epoch_key_of(module, terminal, 1))
    assert module.prepare_epoch() == module.prepare_epoch() == 2
    assert module.epoch == 1
    sealed = module.release_step_key(2, [party.recipient for party in parties], HEADER)
    steps = []
    for envelope, party in zip(sealed, parties, strict=True):
        with open_envelope(envelope, party, HEADER) as content:
            steps.append(derive_signed_permutation(EpochStepKey(content.view)))
    after = derive_rotation(epoch_key_of(module, terminal, 2))
    for step in steps:
        assert np.array_equal(before.compose(step).matrix, after.matrix)
    module.activate_epoch(2)
    module.activate_epoch(2)
    module.close()
    again = open_at(tmp_path)
    assert again.epoch == 2
    assert again.prepare_epoch() == 3
    again.close()


def test_unknown_epochs_are_refused(module: SoftwareSecurityModule) -> None:
    terminal = PinTerminal(module)
    for epoch in (0, 2, 3):
        with pytest.raises(UnknownEpochError):
            module.release_epoch_key(terminal.terminal_id, epoch, HEADER)
        with pytest.raises(UnknownEpochError):
            module.activate_epoch(epoch)
        with pytest.raises(UnknownEpochError):
            module.release_step_key(epoch, [], HEADER)
    with pytest.raises(UnknownEpochError):
        module.release_step_key(1, [], HEADER)


def test_an_old_epochs_key_is_not_released(module: SoftwareSecurityModule) -> None:
    terminal = PinTerminal(module)
    module.activate_epoch(module.prepare_epoch())
    with pytest.raises(UnknownEpochError):
        module.release_epoch_key(terminal.terminal_id, 1, HEADER)


def test_a_seed_carries_sixty_four_steps(module: SoftwareSecurityModule) -> None:
    terminal = PinTerminal(module)
    for _ in range(64):
        module.activate_epoch(module.prepare_epoch())
    assert len(epoch_key_of(module, terminal, 65)) == 32 * 65
    with pytest.raises(UnknownEpochError):
        module.prepare_epoch()


def test_a_record_must_be_bound_to_something(module: SoftwareSecurityModule) -> None:
    with pytest.raises(MalformedFieldError):
        module.make_routing_record(
            token=RoutingToken.generate(SeededRandomness()),
            payment_hash=b"",
            issuer_id=ParticipantId("10010001"),
            account_alias=AccountAlias("acct-00000001"),
            expires_at=START + timedelta(seconds=120),
        )


def test_a_closed_module_opens_nothing(module: SoftwareSecurityModule) -> None:
    envelope = seal(b"0042", module.kem_keys[0].recipient, HEADER)
    module.close()
    module.close()
    with pytest.raises(EnvelopeOpeningError):
        module.open_digits(envelope, HEADER)
