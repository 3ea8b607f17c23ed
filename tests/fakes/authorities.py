"""Certificate authorities and peers for tests of the transport, made once per test run."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from clearing_service.provisioning.authority import Authority, Issuance, TlsIdentity
from clearing_service.transport.credentials import TlsFiles
from clearing_service.transport.peers import IssuingAuthority, PeerDirectory
from clearing_service.transport.revocation import RevocationFiles
from clearing_service.transport.roles import TERMINAL_ROLES, PeerIdentity, PeerRole
from facepay.ports import Clock, Randomness, SystemClock, SystemRandomness

PARTY_AUTHORITY_ROLES = frozenset(PeerRole) - TERMINAL_ROLES


@dataclass
class World:
    """A root, its two authorities, and a revocation list of each, in a directory."""

    directory: Path
    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)

    @cached_property
    def issuance(self) -> Issuance:
        return Issuance(self.clock, self.randomness)

    @cached_property
    def root(self) -> Authority:
        return self.issuance.root("test root")

    @cached_property
    def terminals(self) -> Authority:
        return self.issuance.authority("test terminal authority", self.root)

    @cached_property
    def parties(self) -> Authority:
        return self.issuance.authority("test party authority", self.root)

    def authority_for(self, role: PeerRole) -> Authority:
        return self.terminals if role in TERMINAL_ROLES else self.parties

    def identity(
        self,
        role: PeerRole,
        name: str = "T0000001",
        *,
        lifetime: timedelta = timedelta(days=1),
        authority: Authority | None = None,
    ) -> TlsIdentity:
        return self.issuance.leaf(
            PeerIdentity(role, name),
            authority or self.authority_for(role),
            hosts=() if role in TERMINAL_ROLES else ("localhost", "127.0.0.1"),
            lifetime=lifetime,
        )

    def files(self, identity: TlsIdentity, name: str) -> TlsFiles:
        folder = self.directory / name
        folder.mkdir(mode=0o700)
        identity.save(folder, self.root.certificate)
        return TlsFiles.in_directory(folder)

    def revoke(self, *identities: TlsIdentity) -> None:
        """Write both revocation lists, with these certificates on them."""
        for authority, name in ((self.terminals, "terminals"), (self.parties, "parties")):
            serials = tuple(
                item.leaf.serial_number
                for item in identities
                if item.leaf.issuer == authority.certificate.subject
            )
            content = self.issuance.revocation_list(authority, serials)
            (self.directory / f"{name}.crl").write_bytes(content)

    def peers(self, clock: Clock | None = None) -> PeerDirectory:
        """Return the directory that reads the lists `revoke` wrote."""
        now = clock or self.clock
        files = [
            (self.directory / "terminals.crl", self.terminals.certificate),
            (self.directory / "parties.crl", self.parties.certificate),
        ]
        return PeerDirectory(
            (
                IssuingAuthority(self.terminals.certificate, TERMINAL_ROLES),
                IssuingAuthority(self.parties.certificate, PARTY_AUTHORITY_ROLES),
            ),
            RevocationFiles(files, now),
            now,
        )
