"""A PIN goes from terminal to issuer once, for the account in the record, and is never in clear."""

import asyncio
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from clearing_service.security_module.errors import (
    PinTranslationError,
    TranslationRefusal,
    UnknownIssuerError,
)
from clearing_service.security_module.issuer_module import SoftwareIssuerModule, open_issuer_module
from clearing_service.security_module.protocol import (
    ClearingSecurityModule,
    EnrolmentRecord,
    IssuerSecurityModule,
    PinCheck,
    PinRefused,
    PinVerifier,
    RoutingRecord,
    WeakPinReason,
    ZonePinBlock,
)
from clearing_service.security_module.software import SoftwareSecurityModule, open_security_module
from facepay.errors import EnvelopeOpeningError, PinBlockError
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken
from facepay.message_header import Purpose
from facepay.pin_block import EncipheredPin
from facepay.sealed_envelope import SealedEnvelope, seal
from tests.fakes.pin_terminal import PinTerminal
from tests.fakes.ports import START, SeededRandomness

PIN = "493817"
ISSUER = ParticipantId("10010001")
ALIAS = AccountAlias("acct-00000001")
OTHER_ALIAS = AccountAlias("acct-00000002")
PAYMENT = b"p" * 32
NONCE = b"n" * 32
LATER = START + timedelta(seconds=120)
ZONE = b"zone key of a test issuer"


class World:
    """Both modules and a terminal, over files that survive `restart()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.randomness = SeededRandomness()
        self.module = self._open()
        self.issuer = open_issuer_module(
            ISSUER, folder / "issuers", folder / "issuers.kek", self.randomness
        )
        zone_key = self.module.export_zone_key(ISSUER, self.issuer.recipient, ZONE)
        self.issuer.import_zone_key(zone_key, ZONE)
        self.terminal = PinTerminal(self.module)

    def _open(self) -> SoftwareSecurityModule:
        return open_security_module(
            self.folder / "module", self.folder / "module.kek", self.randomness
        )

    def restart(self) -> None:
        self.module.close()
        self.module = self._open()

    def token(self) -> RoutingToken:
        return RoutingToken.generate(self.randomness)

    def record(self, token: RoutingToken, alias: AccountAlias = ALIAS) -> RoutingRecord:
        return self.module.make_routing_record(
            token=token,
            payment_hash=PAYMENT,
            issuer_id=ISSUER,
            account_alias=alias,
            expires_at=LATER,
        )

    def sealed(self, pin: str, token: RoutingToken) -> tuple[SealedEnvelope, bytes]:
        header = self.terminal.header(payment_hash=PAYMENT)
        _, pin_key = self.module.kem_keys
        return self.terminal.sealed_pin(pin, token, pin_key.recipient, header), header

    async def translate(
        self, pin: str, token: RoutingToken, record: RoutingRecord | None = None
    ) -> ZonePinBlock:
        envelope, header = self.sealed(pin, token)
        record = self.record(token) if record is None else record
        return await self.module.translate_pin(envelope, header, record, START)

    async def set_pin(
        self,
        pin: str = PIN,
        alias: AccountAlias = ALIAS,
        *,
        birthday: date | None = None,
        must_differ_from: tuple[PinVerifier, ...] = (),
    ) -> PinVerifier | PinRefused:
        token = self.token()
        record = self.module.make_enrolment_record(
            token=token,
            challenge_nonce=NONCE,
            issuer_id=ISSUER,
            account_alias=alias,
            expires_at=LATER,
        )
        header = self.terminal.header(purpose=Purpose.SUBMIT_REFERENCE, challenge_nonce=NONCE)
        recipient = self.module.kem_keys[1].recipient
        envelope = self.terminal.sealed_pin(pin, token, recipient, header)
        block = await self.module.translate_new_pin(envelope, header, record, START)
        return self.issuer.set_pin(
            alias, block, birthday=birthday, must_differ_from=must_differ_from
        )

    def close(self) -> None:
        self.module.close()
        self.issuer.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


async def refusal_of(world: World, pin: str = PIN, **given: object) -> TranslationRefusal:
    """Translate with parts replaced by `given`, and return why that was refused."""
    token = world.token()
    envelope, header = world.sealed(pin, token)
    parts = {"pin_envelope": envelope, "header": header, "record": world.record(token)}
    parts |= {"now": START} | given
    with pytest.raises(PinTranslationError) as refused:
        await world.module.translate_pin(**parts)  # type: ignore[arg-type]
    return refused.value.reason


def test_the_software_modules_are_what_the_service_asks_for(world: World) -> None:
    module: ClearingSecurityModule = world.module
    issuer: IssuerSecurityModule = world.issuer
    assert module.epoch == 1
    assert issuer.recipient.key_id not in {key.recipient.key_id for key in module.kem_keys}


@pytest.mark.rule("AUT-04", "AUT-05", "AUT-06")
async def test_a_pin_set_at_enrolment_is_verified_at_payment(world: World) -> None:
    verifier = await world.set_pin()
    assert isinstance(verifier, PinVerifier)
    right = await world.translate(PIN, world.token())
    wrong = await world.translate("493818", world.token())
    assert world.issuer.verify_pin(ALIAS, right, verifier) is PinCheck.CORRECT
    assert world.issuer.verify_pin(ALIAS, wrong, verifier) is PinCheck.WRONG


@pytest.mark.rule("AUT-05")
async def test_the_same_pin_twice_looks_different_on_both_legs(world: World) -> None:
    token = world.token()
    first, second = (world.terminal.enciphered_pin(PIN, token) for _ in range(2))
    assert first.block != second.block
    blocks = [await world.translate(PIN, world.token()) for _ in range(2)]
    assert blocks[0].block != blocks[1].block


@pytest.mark.rule("AUT-05")
async def test_a_pin_for_another_token_is_refused(world: World) -> None:
    envelope, header = world.sealed(PIN, world.token())
    reason = await refusal_of(world, pin_envelope=envelope, header=header)
    assert reason is TranslationRefusal.PIN_BLOCK


@pytest.mark.rule("AUT-06")
async def test_a_record_is_used_once(world: World) -> None:
    token = world.token()
    record = world.record(token)
    await world.translate(PIN, token, record)
    with pytest.raises(PinTranslationError) as refused:
        await world.translate(PIN, token, record)
    assert refused.value.reason is TranslationRefusal.RECORD_USED


@pytest.mark.rule("AUT-06")
async def test_a_key_serial_number_is_used_once(world: World) -> None:
    """The same enciphered PIN in a fresh envelope, under a fresh record of the same token."""
    token = world.token()
    pin = world.terminal.enciphered_pin(PIN, token).to_bytes()
    recipient = world.module.kem_keys[1].recipient
    reasons = []
    for _ in range(2):
        header = world.terminal.header(payment_hash=PAYMENT)
        try:
            await world.module.translate_pin(
                seal(pin, recipient, header), header, world.record(token), START
            )
        except PinTranslationError as refused:
            reasons.append(refused.reason)
    assert reasons == [TranslationRefusal.KEY_USED]


@pytest.mark.rule("AUT-06")
async def test_used_records_and_keys_stay_used_after_a_restart(world: World) -> None:
    token = world.token()
    record = world.record(token)
    envelope, header = world.sealed(PIN, token)
    await world.module.translate_pin(envelope, header, record, START)
    world.restart()
    with pytest.raises(PinTranslationError) as refused:
        await world.module.translate_pin(envelope, header, record, START)
    assert refused.value.reason is TranslationRefusal.RECORD_USED
    again = world.record(token)
    with pytest.raises(PinTranslationError) as refused:
        await world.module.translate_pin(envelope, header, again, START)
    assert refused.value.reason is TranslationRefusal.KEY_USED
    await world.translate(PIN, world.token())


async def test_a_hundred_simultaneous_uses_of_one_record_translate_once(world: World) -> None:
    token = world.token()
    record = world.record(token)
    messages = [world.sealed(PIN, token) for _ in range(100)]
    outcomes = await asyncio.gather(
        *(world.module.translate_pin(*message, record, START) for message in messages),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, ZonePinBlock) for outcome in outcomes) == 1


@pytest.mark.rule("AUT-04")
async def test_a_record_that_names_another_account_cannot_be_made_outside(world: World) -> None:
    """Every changed byte is noticed, and so is a record of another module."""
    token = world.token()
    encoded = world.record(token).encoded
    changed = encoded.replace(ALIAS.value.encode(), OTHER_ALIAS.value.encode())
    assert changed != encoded
    for forged in (
        changed,
        encoded[:-1],
        b"",
        encoded[:40] + bytes([encoded[40] ^ 1]) + encoded[41:],
    ):
        reason = await refusal_of(world, record=RoutingRecord(forged))
        assert reason is TranslationRefusal.RECORD_FORGED


@pytest.mark.rule("AUT-04")
async def test_an_issuer_accepts_a_block_for_its_own_account_only(world: World) -> None:
    """Neither the name on the block nor the block under another name opens another account."""
    verifier = await world.set_pin(alias=OTHER_ALIAS)
    assert isinstance(verifier, PinVerifier)
    block = await world.translate(PIN, world.token())
    relabelled = replace(block, account_alias=OTHER_ALIAS)
    for moved in (block, relabelled, replace(block, issuer_id=ParticipantId("10010002"))):
        with pytest.raises(PinBlockError):
            world.issuer.verify_pin(OTHER_ALIAS, moved, verifier)


async def test_a_verifier_of_another_account_does_not_fit(world: World) -> None:
    other = await world.set_pin(alias=OTHER_ALIAS)
    assert isinstance(other, PinVerifier)
    block = await world.translate(PIN, world.token())
    assert world.issuer.verify_pin(ALIAS, block, other) is PinCheck.WRONG


async def test_an_expired_record_is_refused(world: World) -> None:
    assert await refusal_of(world, now=LATER) is TranslationRefusal.RECORD_EXPIRED


async def test_a_pin_is_bound_to_its_payment_and_purpose(world: World) -> None:
    for header in (
        world.terminal.header(payment_hash=b"q" * 32),
        world.terminal.header(payment_hash=PAYMENT, purpose=Purpose.ROUTE_PROBE),
        world.terminal.header(),
    ):
        assert await refusal_of(world, header=header) is TranslationRefusal.OTHER_REQUEST


@pytest.mark.rule("WIR-02")
async def test_an_envelope_of_another_message_is_refused(world: World) -> None:
    header = world.terminal.header(payment_hash=PAYMENT)
    assert await refusal_of(world, header=header) is TranslationRefusal.ENVELOPE


@pytest.mark.rule("WIR-04")
async def test_the_digits_key_does_not_open_a_pin(world: World) -> None:
    digits_key, pin_key = world.module.kem_keys
    assert digits_key.recipient.key_id != pin_key.recipient.key_id
    token = world.token()
    envelope, header = world.sealed(PIN, token)
    relabelled = replace(envelope, recipient_key_id=digits_key.recipient.key_id)
    for attempt in (envelope, relabelled):
        with pytest.raises(EnvelopeOpeningError):
            world.module.open_digits(attempt, header)
    wrong = world.terminal.sealed_pin(PIN, token, digits_key.recipient, header)
    reason = await refusal_of(world, pin_envelope=wrong, header=header)
    assert reason is TranslationRefusal.ENVELOPE


@pytest.mark.rule("AUT-06")
async def test_a_terminal_cannot_use_another_terminals_keys(world: World) -> None:
    other = PinTerminal(world.module, "T0000002", seed=8)
    token = world.token()
    header = world.terminal.header(payment_hash=PAYMENT)
    envelope = other.sealed_pin(PIN, token, world.module.kem_keys[1].recipient, header)
    reason = await refusal_of(world, pin_envelope=envelope, header=header)
    assert reason is TranslationRefusal.OTHER_TERMINAL


@pytest.mark.rule("AUT-06")
async def test_certifying_again_or_revoking_ends_the_old_keys(world: World) -> None:
    old = world.terminal
    world.terminal = PinTerminal(world.module, seed=9)
    await world.translate(PIN, world.token())
    renewed, world.terminal = world.terminal, old
    assert await refusal_of(world) is TranslationRefusal.OTHER_TERMINAL
    world.terminal = renewed
    world.module.revoke_terminal(renewed.terminal_id)
    assert await refusal_of(world) is TranslationRefusal.OTHER_TERMINAL
    world.restart()
    assert await refusal_of(world) is TranslationRefusal.OTHER_TERMINAL


@pytest.mark.parametrize("pin", ["4938", "49381", "4938172"])
async def test_a_passcode_has_six_digits(world: World, pin: str) -> None:
    assert await refusal_of(world, pin=pin) is TranslationRefusal.PIN_BLOCK


async def test_garbage_in_an_envelope_is_refused(world: World) -> None:
    header = world.terminal.header(payment_hash=PAYMENT)
    for content in (b"", bytes(28), bytes(40)):
        envelope = seal(content, world.module.kem_keys[1].recipient, header)
        reason = await refusal_of(world, pin_envelope=envelope, header=header)
        assert reason is TranslationRefusal.ENVELOPE


async def test_a_payment_record_sets_no_pin_and_an_enrolment_record_pays_nothing(
    world: World,
) -> None:
    token = world.token()
    envelope, header = world.sealed(PIN, token)
    with pytest.raises(PinTranslationError) as refused:
        await world.module.translate_new_pin(
            envelope, header, EnrolmentRecord(world.record(token).encoded), START
        )
    assert refused.value.reason is TranslationRefusal.RECORD_FORGED


async def test_an_issuer_without_a_zone_key_gets_nothing(world: World) -> None:
    token = world.token()
    record = world.module.make_routing_record(
        token=token,
        payment_hash=PAYMENT,
        issuer_id=ParticipantId("10010002"),
        account_alias=ALIAS,
        expires_at=LATER,
    )
    with pytest.raises(UnknownIssuerError):
        await world.translate(PIN, token, record)
    with pytest.raises(EnvelopeOpeningError):
        world.issuer.import_zone_key(
            world.module.export_zone_key(ISSUER, world.issuer.recipient, ZONE), b"other"
        )


@pytest.mark.rule("AUT-03")
@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("000000", WeakPinReason.REPEATED),
        ("777777", WeakPinReason.REPEATED),
        ("121212", WeakPinReason.REPEATED),
        ("520520", WeakPinReason.REPEATED),
        ("123456", WeakPinReason.SEQUENCE),
        ("890123", WeakPinReason.SEQUENCE),
        ("654321", WeakPinReason.SEQUENCE),
        ("210987", WeakPinReason.SEQUENCE),
        ("880307", WeakPinReason.BIRTHDAY),
        ("070388", WeakPinReason.BIRTHDAY),
        ("030788", WeakPinReason.BIRTHDAY),
        ("198803", WeakPinReason.BIRTHDAY),
    ],
)
async def test_weak_pins_are_refused_inside_the_module(
    world: World, pin: str, reason: WeakPinReason
) -> None:
    assert await world.set_pin(pin, birthday=date(1988, 3, 7)) == PinRefused(reason)


@pytest.mark.rule("AUT-03")
async def test_a_passcode_differs_from_the_accounts_other_pin(world: World) -> None:
    card_pin = await world.set_pin()
    assert isinstance(card_pin, PinVerifier)
    again = await world.set_pin(must_differ_from=(card_pin,))
    assert again == PinRefused(WeakPinReason.OTHER_PIN)
    assert isinstance(await world.set_pin("507284", must_differ_from=(card_pin,)), PinVerifier)


async def test_birthdays_count_only_where_they_are_known(world: World) -> None:
    assert isinstance(await world.set_pin("880307"), PinVerifier)


@pytest.mark.rule("AUT-04")
async def test_no_file_of_the_modules_holds_a_pin_or_a_key(world: World) -> None:
    await world.set_pin()
    await world.translate(PIN, world.token())
    database_key = world.module.database_key("gallery")
    contents = b"".join(
        path.read_bytes()
        for path in world.folder.rglob("*")
        if path.is_file() and path.suffix != ".kek"
    )
    for secret in (PIN.encode(), bytes(map(int, PIN)), bytes(database_key.view)):
        assert secret not in contents


@pytest.mark.rule("AUT-04")
async def test_nothing_the_modules_give_out_shows_a_pin(world: World) -> None:
    verifier = await world.set_pin()
    token = world.token()
    shown = [verifier, await world.translate(PIN, token), world.record(token)]
    pin = world.terminal.enciphered_pin(PIN, token)
    assert isinstance(pin, EncipheredPin)
    text = repr([*shown, pin])
    assert PIN not in text
    assert pin.block.content.hex() not in text
    assert ALIAS.value not in repr(world.record(token))


def test_key_files_are_readable_by_their_owner_only(world: World) -> None:
    for name in ("module.kek", "module/keys.json", "issuers.kek"):
        mode = (world.folder / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


async def test_an_issuer_without_a_zone_key_verifies_nothing(world: World, tmp_path: Path) -> None:
    fresh = open_issuer_module(ISSUER, tmp_path / "new", tmp_path / "new.kek", world.randomness)
    assert isinstance(fresh, SoftwareIssuerModule)
    block = await world.translate(PIN, world.token())
    with pytest.raises(Exception, match="no zone key"):
        fresh.verify_pin(ALIAS, block, PinVerifier(bytes(16), bytes(32)))
    fresh.close()


async def test_an_issuers_keys_survive_a_restart(world: World) -> None:
    verifier = await world.set_pin()
    assert isinstance(verifier, PinVerifier)
    world.issuer.close()
    world.issuer = open_issuer_module(
        ISSUER, world.folder / "issuers", world.folder / "issuers.kek", world.randomness
    )
    block = await world.translate(PIN, world.token())
    assert world.issuer.verify_pin(ALIAS, block, verifier) is PinCheck.CORRECT


async def test_a_zone_key_can_be_replaced_and_another_thing_is_none(world: World) -> None:
    zone_key = world.module.export_zone_key(ISSUER, world.issuer.recipient, ZONE)
    world.issuer.import_zone_key(zone_key, ZONE)
    assert isinstance(await world.set_pin(), PinVerifier)
    with pytest.raises(EnvelopeOpeningError):
        world.issuer.import_zone_key(seal(bytes(32), world.issuer.recipient, ZONE), ZONE)
    assert isinstance(await world.set_pin(), PinVerifier)
