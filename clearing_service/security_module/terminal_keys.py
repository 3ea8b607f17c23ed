"""Keys that belong to terminals: initial keys for their PIN pads, and the keys of the epochs.

Both leave the module only sealed to the key of a terminal that was certified here, so that no other
part of the service can ask for them in a form it could read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearing_service.security_module.errors import TerminalNotCertifiedError, UnknownEpochError
from clearing_service.security_module.key_store import KeyStore
from clearing_service.security_module.protocol import TerminalKeyRelease
from facepay.canonical import decode_fields, encode_fields
from facepay.dukpt import KEY_LENGTH, KeySerialNumber, derive_initial_key, derive_pin_key
from facepay.identifiers import TerminalId
from facepay.rotation import EPOCH_KEY_LENGTH, EPOCH_STEPS_MAX, EpochKey, EpochStepKey
from facepay.sealed_envelope import RecipientKey, SealedEnvelope, seal
from facepay.secret import SecretBytes

FIRST_EPOCH = 1

_BDK = "terminal/bdk"
_BDK_ID = "terminal/bdk-id"
_NEXT_DERIVATION_ID = "terminal/next-derivation-id"
_CERTIFIED = "terminal/certified/"
_SEED = "epoch/seed"
_STEP = "epoch/step/"
_CURRENT_EPOCH = "epoch/current"


@dataclass(frozen=True, slots=True)
class _CertifiedTerminal:
    initial_key_id: bytes
    recipient: RecipientKey

    def to_secret(self) -> SecretBytes:
        return SecretBytes(encode_fields([self.initial_key_id, self.recipient.public_key_bytes]))

    @classmethod
    def from_secret(cls, secret: SecretBytes) -> "_CertifiedTerminal":
        initial_key_id, public_key_bytes = decode_fields(bytes(secret.view), count=2)
        return cls(initial_key_id, RecipientKey.from_public_bytes(public_key_bytes))


class TerminalKeyring:
    """Certified terminals, the base derivation key and the epochs."""

    def __init__(self, store: KeyStore) -> None:
        """Read or make the keys; `wipe()` forgets them."""
        self._store = store
        self._base_derivation_key = store.get_or_create(_BDK, KEY_LENGTH)
        with store.get_or_create(_BDK_ID, 4) as bdk_id:
            self._bdk_id = bytes(bdk_id.view)
        self._terminals: dict[TerminalId, _CertifiedTerminal] = {}
        for name in store.names(_CERTIFIED):
            if (content := store.get(name)) is not None:
                terminal = _CertifiedTerminal.from_secret(content)
                self._terminals[TerminalId(name.removeprefix(_CERTIFIED))] = terminal
        store.get_or_create(_SEED, EPOCH_KEY_LENGTH).wipe()
        self._epoch = self._number(_CURRENT_EPOCH, FIRST_EPOCH)

    @property
    def epoch(self) -> int:
        """Number of the current epoch."""
        return self._epoch

    def certify(
        self, terminal_id: TerminalId, recipient: RecipientKey, header: bytes
    ) -> TerminalKeyRelease:
        """Release an initial key never released before, and remember whom it belongs to."""
        derivation_id = self._number(_NEXT_DERIVATION_ID, 1)
        self._set_number(_NEXT_DERIVATION_ID, derivation_id + 1)
        terminal = _CertifiedTerminal(self._bdk_id + derivation_id.to_bytes(4), recipient)
        self._store.put(_CERTIFIED + terminal_id.value, terminal.to_secret())
        self._terminals[terminal_id] = terminal
        initial_key = derive_initial_key(self._base_derivation_key, terminal.initial_key_id)
        with initial_key:
            envelope = seal(initial_key.view, recipient, header)
        return TerminalKeyRelease(terminal.initial_key_id, envelope)

    def revoke(self, terminal_id: TerminalId) -> None:
        """Forget a terminal. A repeat does nothing."""
        self._store.remove(_CERTIFIED + terminal_id.value)
        self._terminals.pop(terminal_id, None)

    def pin_key_of(self, terminal_id: TerminalId, ksn: KeySerialNumber) -> SecretBytes | None:
        """Return the PIN key of `ksn`, which the caller wipes; None if it is not this terminal's."""
        terminal = self._terminals.get(terminal_id)
        if terminal is None or terminal.initial_key_id != ksn.initial_key_id:
            return None
        with derive_initial_key(self._base_derivation_key, ksn.initial_key_id) as initial_key:
            return derive_pin_key(initial_key, ksn)

    def release_epoch_key(
        self, terminal_id: TerminalId, epoch: int, header: bytes
    ) -> SealedEnvelope:
        """Seal the key of the current or prepared epoch to a certified terminal."""
        terminal = self._terminals.get(terminal_id)
        if terminal is None:
            raise TerminalNotCertifiedError("this terminal is not certified")
        with self._epoch_key(epoch) as key:
            return seal(key.view, terminal.recipient, header)

    def prepare_epoch(self) -> int:
        """Draw the step into the next epoch, unless it is drawn already."""
        following = self._epoch + 1
        if following - FIRST_EPOCH > EPOCH_STEPS_MAX:
            raise UnknownEpochError("this seed has carried as many epochs as it may")
        self._store.get_or_create(_step_name(following), EPOCH_KEY_LENGTH).wipe()
        return following

    def release_step_key(
        self, epoch: int, party_keys: Sequence[RecipientKey], header: bytes
    ) -> tuple[SealedEnvelope, ...]:
        """Seal the step into the current or prepared epoch to each matching party."""
        if epoch not in (self._epoch, self._epoch + 1):
            raise UnknownEpochError("there is no step into this epoch")
        with self._step(epoch) as step:
            return tuple(seal(step.view, key, header) for key in party_keys)

    def activate_epoch(self, epoch: int) -> None:
        """Make the prepared epoch current, durably."""
        if epoch == self._epoch:
            return
        if epoch != self._epoch + 1:
            raise UnknownEpochError("this epoch is not prepared")
        self._step(epoch).wipe()
        self._set_number(_CURRENT_EPOCH, epoch)
        self._epoch = epoch

    def wipe(self) -> None:
        """Forget the base derivation key. A repeat does nothing."""
        self._base_derivation_key.wipe()

    def _epoch_key(self, epoch: int) -> EpochKey:
        if epoch not in (self._epoch, self._epoch + 1):
            raise UnknownEpochError("no key is released for this epoch")
        with self._store.get_or_create(_SEED, EPOCH_KEY_LENGTH) as seed:
            key = EpochKey(seed.view)
        for number in range(FIRST_EPOCH + 1, epoch + 1):
            with key, self._step(number) as step:
                key = key.stepped(step)
        return key

    def _step(self, epoch: int) -> EpochStepKey:
        stored = self._store.get(_step_name(epoch))
        if stored is None:
            raise UnknownEpochError("there is no such epoch")
        with stored:
            return EpochStepKey(stored.view)

    def _number(self, name: str, initial: int) -> int:
        stored = self._store.get(name)
        return initial if stored is None else int.from_bytes(stored.view)

    def _set_number(self, name: str, number: int) -> None:
        self._store.put(name, SecretBytes(number.to_bytes(4)))


def _step_name(epoch: int) -> str:
    return f"{_STEP}{epoch:06d}"
