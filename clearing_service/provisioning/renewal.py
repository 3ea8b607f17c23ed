"""Renews every certificate and revocation list of a sandbox before it ends.

Keys stay: a certificate is one file, replaced in one step, so a service that runs never sees a key
and a certificate that do not belong together, and nothing that pins a key has to change. A key that
somebody may have copied is not renewed but revoked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from clearing_service.provisioning.authority import (
    Authority,
    AuthorityError,
    Issuance,
    certificates_pem,
    renew_revocation_list,
    revoked_serials,
)
from clearing_service.provisioning.initialise import Authorities
from clearing_service.provisioning.layout import PARTY_NAMES, SandboxLayout
from clearing_service.provisioning.private_files import make_private_directory, replace_private
from clearing_service.provisioning.terminal_bundle import REGISTER_FOLDER
from facepay.identifiers import TerminalId
from facepay.ports import Clock, Randomness

TERMINALS_LIST = "terminals.crl"
PARTIES_LIST = "parties.crl"
TLS_CERTIFICATE = "tls_certificate.pem"


@dataclass(frozen=True, slots=True)
class RenewedTerminal:
    """A terminal's new TLS certificate, for the clearing institution's register."""

    terminal_id: TerminalId
    tls_certificate_sha256: bytes
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Renewed:
    """Until when everything holds now, and which terminals do or do not.

    `left_out` are terminals whose bundle is elsewhere; revoked ones are in neither list.
    """

    valid_until: datetime
    terminals: tuple[RenewedTerminal, ...]
    left_out: tuple[TerminalId, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Renews the certificates of one sandbox. A repeat renews them again."""

    layout: SandboxLayout
    clock: Clock
    randomness: Randomness

    def renew(self) -> Renewed:
        """Renew lists first, then parties, operators and acquirer, then terminals.

        A revoked terminal is left out: a new certificate has a new number, which no list names.
        Raises `AuthorityError` if something in a certificate's place is not the authority's; what
        was renewed by then stays.
        """
        authorities = Authorities.load(self.layout)
        for party in PARTY_NAMES:
            folder = self.layout.party(party)
            renew_revocation_list(folder / TERMINALS_LIST, self._issuance, authorities.terminals)
            renew_revocation_list(folder / PARTIES_LIST, self._issuance, authorities.parties)
            self._renew(folder / TLS_CERTIFICATE, authorities.parties)
        people = sorted(self.layout.operators.glob("*/"))  # none in a sandbox of before
        for folder in (*people, self.layout.operator, self.layout.acquirer):
            last = self._renew(folder / TLS_CERTIFICATE, authorities.parties)
        live = self._live_terminals(authorities.terminals)
        here = [item for item in live if self.layout.terminal(item).exists()]
        return Renewed(
            last.not_valid_after_utc,
            tuple(self._renew_terminal(item, authorities.terminals) for item in here),
            tuple(item for item in live if item not in here),
        )

    def _renew_terminal(self, terminal_id: TerminalId, authority: Authority) -> RenewedTerminal:
        tls_path = self.layout.terminal(terminal_id) / TLS_CERTIFICATE
        self._remember_superseded(terminal_id)
        registered = self._renew(_registered(self.layout, 1, terminal_id), authority)
        for party in PARTY_NAMES:
            path = _registered(self.layout, party, terminal_id)
            replace_private(path, certificates_pem([registered]))
        leaf = self._renew(tls_path, authority)
        digest = leaf.fingerprint(hashes.SHA256())
        return RenewedTerminal(terminal_id, digest, leaf.not_valid_after_utc)

    def _live_terminals(self, authority: Authority) -> tuple[TerminalId, ...]:
        revoked = revoked_serials(self.layout.clearing / TERMINALS_LIST, authority)
        registered = sorted((self.layout.clearing / REGISTER_FOLDER).glob("*.pem"))
        return tuple(
            TerminalId(path.stem)
            for path in registered
            if _read_chain(path)[0].serial_number not in revoked
        )

    def _remember_superseded(self, terminal_id: TerminalId) -> None:
        """Keep the certificates that still hold, so that revoking the terminal revokes them too."""
        path = _superseded(self.layout, terminal_id)
        if not path.parent.exists():
            make_private_directory(path.parent)
        now = self.clock.now()
        kept = {
            item.serial_number: item
            for item in issued_to(self.layout, terminal_id)
            if item.not_valid_after_utc >= now
        }
        replace_private(path, certificates_pem(tuple(kept.values())))

    def _renew(self, path: Path, authority: Authority) -> x509.Certificate:
        leaf, *rest = _read_chain(path)
        renewed = self._issuance.renewed(leaf, authority)
        replace_private(path, certificates_pem((renewed, *rest)))
        return renewed

    @property
    def _issuance(self) -> Issuance:
        return Issuance(self.clock, self.randomness)


def issued_to(layout: SandboxLayout, terminal_id: TerminalId) -> tuple[x509.Certificate, ...]:
    """Return a terminal's certificates, TLS and message signing, earlier ones that hold included.

    Raises `AuthorityError` if there is no such terminal.
    """
    present = (
        layout.terminal(terminal_id) / TLS_CERTIFICATE,
        *(_registered(layout, party, terminal_id) for party in PARTY_NAMES),
    )
    found = [_read_chain(path)[0] for path in present]
    superseded = _superseded(layout, terminal_id)
    if superseded.exists() and superseded.stat().st_size:
        found += _read_chain(superseded)
    return tuple(found)


def all_serials(certificates: Iterable[x509.Certificate]) -> tuple[int, ...]:
    """Return the serial numbers, each once."""
    return tuple(sorted({item.serial_number for item in certificates}))


def _registered(layout: SandboxLayout, party: int, terminal_id: TerminalId) -> Path:
    return layout.party(party) / REGISTER_FOLDER / f"{terminal_id}.pem"


def _superseded(layout: SandboxLayout, terminal_id: TerminalId) -> Path:
    return layout.authority("superseded") / f"{terminal_id}.pem"


def _read_chain(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{path} cannot be read as a certificate") from error
