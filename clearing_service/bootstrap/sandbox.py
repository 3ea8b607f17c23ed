"""The commands that make and change a sandbox, from files to filled databases."""

from dataclasses import dataclass, replace
from pathlib import Path

from clearing_service.bootstrap.gallery import open_gallery
from clearing_service.bootstrap.process_lock import ProcessLock
from clearing_service.bootstrap.stores import open_stores
from clearing_service.config import Config, load_config
from clearing_service.participants.register import ParticipantStore
from clearing_service.participants.terminal import TerminalRole
from clearing_service.provisioning.authority import AuthorityError, Issuance, renew_revocation_list
from clearing_service.provisioning.filling import (
    OpenedAccount,
    add_terminal,
    bring_funds,
    fill_register,
    open_accounts,
    write_account_table,
)
from clearing_service.provisioning.initialise import (
    Authorities,
    SandboxMaker,
    publish_decision_key,
)
from clearing_service.provisioning.issuer_modules import ISSUERS_FOLDER, make_issuer_modules
from clearing_service.provisioning.layout import PARTY_NAMES, Addresses, SandboxLayout
from clearing_service.provisioning.renewal import (
    TERMINALS_LIST,
    Renewal,
    Renewed,
    RenewedTerminal,
    all_serials,
    issued_to,
)
from clearing_service.provisioning.sandbox import ISSUER_IDS, TERMINALS, SandboxTerminal, binding
from clearing_service.transport.roles import UnknownPeerError
from facepay.identifiers import TerminalId
from facepay.ports import Clock, Randomness


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What `init` may be told."""

    directory: Path
    host: str
    base_port: int
    store_urls: dict[str, str]


@dataclass(frozen=True, slots=True)
class SandboxCommands:
    """Makes a sandbox and changes its terminals."""

    clock: Clock
    randomness: Randomness

    async def create(self, options: SandboxOptions) -> tuple[OpenedAccount, ...]:
        """Make a whole sandbox in a new directory and return its accounts.

        Raises `AlreadyProvisionedError` if the directory is there, `StoreError` if a store cannot
        be opened; what was written by then stays, for the person to look at and remove.
        """
        layout = SandboxLayout(options.directory)
        addresses = Addresses(options.host, options.base_port)
        maker = SandboxMaker(layout, addresses, options.store_urls, self.clock, self.randomness)
        maker.make_files()
        module = maker.open_module()
        try:
            publish_decision_key(layout.decision_key, module)
            terminal_maker = maker.terminal_maker(module)
            terminals = tuple(
                terminal_maker.make(
                    asked, binding(), layout.terminal(asked.terminal_id), maker.registers()
                )
                for asked in TERMINALS
            )
            make_issuer_modules(
                layout.clearing / ISSUERS_FOLDER, ISSUER_IDS, module, self.randomness
            )
        finally:
            module.close()
        for party in PARTY_NAMES:
            open_gallery(load_config(layout.party(party)), self.randomness, is_new=True).close()
        stores = open_stores(load_config(layout.clearing), is_new=True)
        try:
            await fill_register(stores.participants, terminals, self.clock)
            await bring_funds(stores.clearing, self.clock)
            accounts = await open_accounts(stores.issuers, self.randomness)
        finally:
            stores.close()
        write_account_table(layout.accounts, accounts)
        return accounts

    async def add_terminal(
        self, directory: Path, terminal_id: TerminalId, role: TerminalRole
    ) -> Path:
        """Make one more terminal and return its bundle.

        Raises `FolderInUseError` while the clearing service runs: its security module has one user
        at a time.
        """
        layout = SandboxLayout(directory)
        config = load_config(layout.clearing)
        with ProcessLock(layout.clearing):
            return await self._add_terminal(layout, config, SandboxTerminal(terminal_id, role))

    async def _add_terminal(
        self, layout: SandboxLayout, config: Config, asked: SandboxTerminal
    ) -> Path:
        maker = SandboxMaker(layout, _addresses(config), {}, self.clock, self.randomness)
        module = maker.open_module()
        bundle = layout.terminal(asked.terminal_id)
        try:
            terminal = maker.terminal_maker(module).make(
                asked, binding(), bundle, maker.registers()
            )
        finally:
            module.close()
        stores = open_stores(config)
        try:
            await add_terminal(stores.participants, terminal)
        finally:
            stores.close()
        return bundle

    def revoke_terminal(self, directory: Path, terminal_id: TerminalId) -> None:
        """Put all certificates of a terminal on every party's revocation list.

        A running service refuses it from its next call on, the other parties within two seconds.
        Raises `UnknownPeerError` if there is no such terminal.
        """
        layout = SandboxLayout(directory)
        with ProcessLock(layout.authorities):
            authorities = Authorities.load(layout)
            issuance = Issuance(self.clock, self.randomness)
            serials = _serials(layout, terminal_id)
            for party in PARTY_NAMES:
                path = layout.party(party) / TERMINALS_LIST
                renew_revocation_list(path, issuance, authorities.terminals, serials)

    async def renew_certificates(self, directory: Path) -> Renewed:
        """Renew every certificate and revocation list; the services may run and take notice.

        Raises `AuthorityError`, `StoreError`, and `FolderInUseError` while somebody else renews or
        revokes.
        """
        layout = SandboxLayout(directory)
        config = load_config(layout.clearing)
        with ProcessLock(layout.authorities):
            renewed = Renewal(layout, self.clock, self.randomness).renew()
            stores = open_stores(config)
            try:
                await _register_renewed(stores.participants, renewed.terminals)
            finally:
                stores.close()
        return renewed


async def _register_renewed(store: ParticipantStore, renewed: tuple[RenewedTerminal, ...]) -> None:
    register = await store.load()
    for item in renewed:
        terminal = register.terminal(item.terminal_id)
        if terminal is not None:
            keys = replace(
                terminal.keys,
                tls_certificate_sha256=item.tls_certificate_sha256,
                valid_until=item.valid_until,
            )
            await store.save_terminal(replace(terminal, keys=keys))


def _serials(layout: SandboxLayout, terminal_id: TerminalId) -> tuple[int, ...]:
    try:
        return all_serials(issued_to(layout, terminal_id))
    except AuthorityError as error:
        raise UnknownPeerError(f"there is no terminal {terminal_id} here") from error


def _addresses(config: Config) -> Addresses:
    host, _, port = config.listen.terminals.rpartition(":")
    return Addresses(host, int(port))
