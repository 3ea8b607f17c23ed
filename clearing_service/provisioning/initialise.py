"""Makes a whole sandbox: three parties, issuers, an acquirer, a shop, terminals, an operator.

Each party's folder holds its own keys and its own pins of the others, as if three institutions had
exchanged public keys in person; that one program on one machine writes them is the simulation.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clearing_service.config import CONFIG_NAME
from clearing_service.provisioning import sandbox
from clearing_service.provisioning.authority import Authority, Issuance, certificates_pem
from clearing_service.provisioning.layout import (
    OPERATOR_NAMES,
    PARTY_NAMES,
    Addresses,
    SandboxLayout,
)
from clearing_service.provisioning.party_keys import (
    SEALING_KEYS_NAME,
    OwnKeys,
    copy_identity,
    open_party_store,
    own_keys,
    sealing_keys_text,
)
from clearing_service.provisioning.private_files import make_private_directory, write_private
from clearing_service.provisioning.terminal_bundle import (
    REGISTER_FOLDER,
    PinnedKeys,
    TerminalMaker,
)
from clearing_service.provisioning.toml_writing import TomlValue, toml_text
from clearing_service.security_module.key_store import open_key_store
from clearing_service.security_module.software import SoftwareSecurityModule, open_security_module
from clearing_service.transport.roles import PARTY_ROLES, PeerIdentity, PeerRole
from facepay.ports import Clock, Randomness

MODULE_FOLDER = "security_module"
MODULE_KEK_NAME = "security_module_kek.bin"

_PARTY_IDS = {1: sandbox.CLEARING_ID, 2: sandbox.CUSTODIAN_ID, 3: sandbox.WITNESS_ID}


@dataclass(frozen=True, slots=True)
class Authorities:
    """The three authorities of a sandbox."""

    root: Authority
    terminals: Authority
    parties: Authority

    @classmethod
    def create(cls, issuance: Issuance) -> "Authorities":
        """Make all three."""
        root = issuance.root("Sandbox Root")
        return cls(
            root,
            issuance.authority("Sandbox Terminal Authority", root),
            issuance.authority("Sandbox Party Authority", root),
        )

    @classmethod
    def load(cls, layout: SandboxLayout) -> "Authorities":
        """Read what `save` wrote; raises `AuthorityError`."""
        return cls(*(Authority.load(layout.authority(name)) for name in _AUTHORITY_NAMES))

    def save(self, layout: SandboxLayout) -> None:
        """Write all three, each into a folder of its own."""
        for name, authority in zip(
            _AUTHORITY_NAMES, (self.root, self.terminals, self.parties), strict=True
        ):
            authority.save(layout.authority(name))


_AUTHORITY_NAMES = ("root", "terminals", "parties")


def publish_decision_key(path: Path, module: SoftwareSecurityModule) -> None:
    """Write the key that participants check reports with; raises `AlreadyProvisionedError`."""
    key = Ed25519PublicKey.from_public_bytes(module.decision_public_key)
    write_private(path, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@dataclass(frozen=True, slots=True)
class SandboxMaker:
    """Makes the files of one sandbox; `stores` fills the databases afterwards."""

    layout: SandboxLayout
    addresses: Addresses
    store_urls: dict[str, str]
    clock: Clock
    randomness: Randomness

    def make_files(self) -> None:
        """Write every folder but the terminals'; raises `AlreadyProvisionedError`."""
        make_private_directory(self.layout.root)
        issuance = Issuance(self.clock, self.randomness)
        authorities = Authorities.create(issuance)
        authorities.save(self.layout)
        for party in PARTY_NAMES:
            make_private_directory(self.layout.party(party))
        keys = {party: self._party_keys(party) for party in PARTY_NAMES}
        self._share_identity_with_module()
        for party in PARTY_NAMES:
            self._write_party(party, keys, authorities, issuance)
        sealing = tuple(keys[party].vouch(party) for party in PARTY_NAMES)
        write_private(self.layout.clearing / SEALING_KEYS_NAME, sealing_keys_text(sealing).encode())
        self._write_client(
            self.layout.operator, PeerIdentity(PeerRole.OPERATOR, "console"), authorities, issuance
        )
        make_private_directory(self.layout.operators)
        for name in OPERATOR_NAMES:
            person = PeerIdentity(PeerRole.OPERATOR, name)
            self._write_client(self.layout.operators / name, person, authorities, issuance)
        acquirer = PeerIdentity(PeerRole.ACQUIRER, sandbox.ACQUIRER_ID.value)
        self._write_client(self.layout.acquirer, acquirer, authorities, issuance)

    def terminal_maker(self, module: SoftwareSecurityModule) -> TerminalMaker:
        """Return the maker of this sandbox's terminals."""
        authorities = Authorities.load(self.layout)
        return TerminalMaker(
            issuance=Issuance(self.clock, self.randomness),
            authority=authorities.terminals,
            root=authorities.root.certificate,
            security_module=module,
            pinned=self._pinned(module),
            clock=self.clock,
            randomness=self.randomness,
        )

    def registers(self) -> tuple[Path, ...]:
        """Return each party's own register of terminal keys."""
        return tuple(self.layout.party(party) / REGISTER_FOLDER for party in PARTY_NAMES)

    def open_module(self) -> SoftwareSecurityModule:
        """Open the clearing institution's security module; the caller closes it."""
        return open_security_module(
            self.layout.clearing / MODULE_FOLDER,
            self.layout.clearing / MODULE_KEK_NAME,
            self.randomness,
        )

    def _pinned(self, module: SoftwareSecurityModule) -> PinnedKeys:
        identity_keys = {
            party: self._party_keys(party).identity.public_key().public_bytes_raw()
            for party in PARTY_NAMES
        }
        return PinnedKeys(self.addresses.terminals, identity_keys, module.decision_public_key)

    def _party_keys(self, party: int) -> OwnKeys:
        store = open_party_store(self.layout.party(party), self.randomness)
        try:
            return own_keys(store)
        finally:
            store.close()

    def _share_identity_with_module(self) -> None:
        folder = make_private_directory(self.layout.clearing / MODULE_FOLDER)
        party_store = open_party_store(self.layout.clearing, self.randomness)
        module_store = open_key_store(
            folder / "keys.json", self.layout.clearing / MODULE_KEK_NAME, self.randomness
        )
        copy_identity(party_store, module_store)
        party_store.close()
        module_store.close()

    def _write_party(
        self,
        party: int,
        keys: dict[int, OwnKeys],
        authorities: Authorities,
        issuance: Issuance,
    ) -> None:
        folder = self.layout.party(party)
        identity = PeerIdentity(PARTY_ROLES[party], _PARTY_IDS[party].value)
        hosts = tuple(dict.fromkeys((self.addresses.host, "localhost", "127.0.0.1")))
        issuance.leaf(identity, authorities.parties, hosts=hosts).save(
            folder, authorities.root.certificate
        )
        for name, authority in (
            ("terminals", authorities.terminals),
            ("parties", authorities.parties),
        ):
            write_private(
                folder / f"{name}_authority.pem", certificates_pem([authority.certificate])
            )
            write_private(folder / f"{name}.crl", issuance.revocation_list(authority, ()))
        make_private_directory(folder / REGISTER_FOLDER)
        write_private(folder / CONFIG_NAME, self._config(party, keys).encode())

    def _config(self, party: int, keys: dict[int, OwnKeys]) -> str:
        listen: dict[str, TomlValue] = {"peers": self.addresses.peers(party)}
        if party == 1:
            listen["terminals"] = self.addresses.terminals
        sections: dict[str, TomlValue | dict[str, TomlValue]] = {
            "party": party,
            "participant_id": _PARTY_IDS[party].value,
            "listen": listen,
        }
        for other in PARTY_NAMES:
            if other != party:
                sections[f"peers.{other}"] = {
                    "address": self.addresses.peers(other),
                    "identity_key": keys[other].identity.public_key().public_bytes_raw().hex(),
                }
        if party == 1:
            sections["pad"] = {"accepts_synthetic": True}
        urls = self._urls(party)
        if urls:
            sections["stores"] = urls
        return toml_text(sections, f"Party {party}: {PARTY_NAMES[party]}. A sandbox.")

    def _urls(self, party: int) -> dict[str, TomlValue]:
        """Return the URLs a party was given; `{party}` in a gallery's URL stands for its number."""
        gallery = self.store_urls.get("gallery", "")
        urls: dict[str, TomlValue] = {"gallery": gallery.format(party=party)} if gallery else {}
        if party == 1:
            urls |= {name: url for name, url in self.store_urls.items() if name != "gallery"}
        return urls

    def _write_client(
        self,
        folder: Path,
        identity: PeerIdentity,
        authorities: Authorities,
        issuance: Issuance,
    ) -> None:
        make_private_directory(folder)
        root: x509.Certificate = authorities.root.certificate
        issuance.leaf(identity, authorities.parties).save(folder, root)
        settings = toml_text({"clearing_address": self.addresses.terminals})
        write_private(folder / f"{identity.role.value}.toml", settings.encode())
