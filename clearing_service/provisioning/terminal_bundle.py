"""Makes a terminal: its keys and certificates, its bundle, its place in every party's register.

The private keys exist in the bundle and nowhere else. In a sandbox everything is made on one
machine; a real device would make its keys itself and send requests to be signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clearing_service.participants.terminal import (
    Terminal,
    TerminalBinding,
    TerminalKeys,
    TerminalRole,
    TerminalState,
)
from clearing_service.provisioning.authority import (
    LEAF_LIFETIME,
    Authority,
    Issuance,
    certificates_pem,
    private_key_pem,
)
from clearing_service.provisioning.private_files import make_private_directory, write_private
from clearing_service.provisioning.sandbox import ISSUER_NAMES, SandboxTerminal
from clearing_service.provisioning.toml_writing import toml_text
from clearing_service.security_module.protocol import ClearingSecurityModule
from clearing_service.transport.roles import PeerIdentity, PeerRole
from facepay.ports import Clock, Randomness
from facepay.sealed_envelope import KemPrivateKey, RecipientKey, open_envelope
from facepay.secret import SecretBytes
from facepay.signed_request import signing_key_id

REGISTER_FOLDER = "terminals"
"""In each party's folder: one certificate a terminal, loaded by that party's own operators."""

PED_KEY_NAME = "ped_initial_key.bin"
_PED_KEY_HEADER = b"facepay/provisioning/ped-initial-key/1"

_ROLES = {
    TerminalRole.POINT_OF_SALE: ("till", PeerRole.TERMINAL),
    TerminalRole.ENROLMENT: ("enrolment", PeerRole.ENROLMENT_TERMINAL),
}
_MODEL_CERTIFICATE_LIFETIME = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class PinnedKeys:
    """What every terminal pins, and where it finds the clearing service."""

    clearing_address: str
    identity_keys: Mapping[int, bytes]
    decision_key: bytes


@dataclass(frozen=True, slots=True)
class TerminalMaker:
    """Makes terminals of one sandbox."""

    issuance: Issuance
    authority: Authority
    root: x509.Certificate
    security_module: ClearingSecurityModule
    pinned: PinnedKeys
    clock: Clock
    randomness: Randomness

    def make(
        self,
        asked: SandboxTerminal,
        binding: TerminalBinding,
        bundle: Path,
        registers: tuple[Path, ...],
    ) -> Terminal:
        """Write the bundle and the registers' certificates; return the terminal to be registered.

        Raises `AlreadyProvisionedError` if the bundle is there.
        """
        make_private_directory(bundle)
        signing_key = Ed25519PrivateKey.from_private_bytes(self.randomness.bytes(32))
        kem_key = X25519PrivateKey.from_private_bytes(self.randomness.bytes(32))
        word, role = _ROLES[asked.role]
        tls = self.issuance.leaf(PeerIdentity(role, asked.terminal_id.value), self.authority)
        tls.save(bundle, self.root)
        write_private(bundle / "signing_key.pem", private_key_pem(signing_key))
        write_private(bundle / "kem_key.pem", private_key_pem(kem_key))
        self._load_pin_pad(asked, kem_key, bundle)
        write_private(bundle / "terminal.toml", self._settings(asked, binding, word).encode())
        self._enter_registers(asked, signing_key, registers)
        return self._terminal(asked, binding, signing_key, kem_key, tls.leaf)

    def _load_pin_pad(
        self, asked: SandboxTerminal, kem_key: X25519PrivateKey, bundle: Path
    ) -> None:
        """Write the PIN pad's initial key: 16 bytes of key, then the 8 bytes of its id."""
        with SecretBytes(kem_key.private_bytes_raw()) as secret:
            private_key = KemPrivateKey(secret.view)
        release = self.security_module.certify_terminal(
            asked.terminal_id, private_key.recipient, _PED_KEY_HEADER
        )
        with open_envelope(release.initial_key, private_key, _PED_KEY_HEADER) as initial_key:
            content = bytearray(initial_key.view) + bytearray(release.initial_key_id)
        with SecretBytes(content) as loaded:
            write_private(bundle / PED_KEY_NAME, loaded.view)
        private_key.wipe()

    def _settings(self, asked: SandboxTerminal, binding: TerminalBinding, role: str) -> str:
        issuers = ISSUER_NAMES if asked.role is TerminalRole.ENROLMENT else {}
        return toml_text(
            {
                "terminal_id": asked.terminal_id.value,
                "role": role,
                "acceptor_id": binding.acceptor_id.value,
                "acquirer_id": binding.acquirer_id.value,
                "clearing_address": self.pinned.clearing_address,
                "decision_key": self.pinned.decision_key.hex(),
                "identity_keys": {
                    str(party): key.hex() for party, key in self.pinned.identity_keys.items()
                },
                **{
                    f"issuers.{issuer_id}": {"name_zh": chinese, "name_en": english}
                    for issuer_id, (chinese, english) in issuers.items()
                },
            },
            "A terminal of a sandbox. Its certificates are simulated and certify nothing.",
        )

    def _enter_registers(
        self,
        asked: SandboxTerminal,
        signing_key: Ed25519PrivateKey,
        registers: tuple[Path, ...],
    ) -> None:
        certificate = self.issuance.signing_certificate(
            asked.terminal_id, signing_key.public_key(), self.authority
        )
        for register in registers:
            register.mkdir(mode=0o700, exist_ok=True)
            path = register / f"{asked.terminal_id}.pem"
            write_private(path, certificates_pem([certificate]))

    def _terminal(
        self,
        asked: SandboxTerminal,
        binding: TerminalBinding,
        signing_key: Ed25519PrivateKey,
        kem_key: X25519PrivateKey,
        leaf: x509.Certificate,
    ) -> Terminal:
        kem_public = kem_key.public_key().public_bytes_raw()
        now = self.clock.now()
        return Terminal(
            terminal_id=asked.terminal_id,
            serial_number=f"SANDBOX-{asked.terminal_id}",
            role=asked.role,
            model="facepay simulated terminal",
            model_certificate_valid_until=now + _MODEL_CERTIFICATE_LIFETIME,
            binding=binding,
            keys=TerminalKeys(
                signing_key_id=signing_key_id(signing_key.public_key()),
                signing_public_key=signing_key.public_key().public_bytes_raw(),
                kem_key_id=_kem_key_id(kem_public),
                kem_public_key=kem_public,
                tls_certificate_sha256=leaf.fingerprint(hashes.SHA256()),
                valid_until=now + LEAF_LIFETIME,
            ),
            state=TerminalState.ACTIVE,
        )


def _kem_key_id(public_key: bytes) -> bytes:
    return RecipientKey.from_public_bytes(public_key).key_id
