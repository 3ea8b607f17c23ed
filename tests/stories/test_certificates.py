"""Stories of certificates that are renewed or revoked while everything runs."""

import asyncio
import ssl

import pytest
from cryptography import x509

from clearing_service.bootstrap.party import TERMINAL_KEYS_SECONDS
from clearing_service.bootstrap.sandbox import SandboxCommands
from clearing_service.config import load_config
from clearing_service.provisioning.authority import Issuance, renew_revocation_list
from clearing_service.provisioning.initialise import Authorities
from clearing_service.provisioning.renewal import all_serials, issued_to
from clearing_service.transport.credentials import TlsFiles
from facepay.identifiers import TerminalId
from facepay.ports import SystemRandomness
from facepay_harness.accounts import SandboxPerson
from facepay_harness.world import SandboxWorld
from pos_app.checkout.payment import Approved
from tests.stories.conftest import pay_until_served

TILL = TerminalId("TILL0001")


async def test_payments_go_on_while_certificates_are_renewed(
    facepay_world: SandboxWorld, li_na: SandboxPerson
) -> None:
    """A till that runs keeps its line; a till and a party that start later use the new ones."""
    running = facepay_world.terminal(TILL.value)
    running.stand(li_na)
    assert isinstance(await running.pay(1250), Approved)
    layout = facepay_world.layout
    await SandboxCommands(facepay_world.clock, SystemRandomness()).renew_certificates(layout.root)
    for party in (1, 2, 3):
        shown = await certificate_shown(facepay_world, party)
        assert shown == TlsFiles.in_directory(layout.party(party)).leaf()
    assert isinstance(await running.pay(1250), Approved)
    await facepay_world.parties.stop(3)
    await facepay_world.parties.start(3)
    later = facepay_world.terminal(TILL.value)
    later.stand(li_na)
    assert isinstance(await pay_until_served(later), Approved)


@pytest.mark.rule("WIR-01", "CAP-06")
@pytest.mark.parametrize("party", [1, 2, 3])
async def test_one_partys_operators_revoke_a_terminal_while_everything_runs(
    facepay_world: SandboxWorld, li_na: SandboxPerson, party: int
) -> None:
    """Each party decides for itself: the revocation at one alone ends the terminal's searches."""
    lost, other = facepay_world.terminal(TILL.value), facepay_world.terminal("TILL0002")
    for till in (lost, other):
        till.stand(li_na)
        assert isinstance(await till.pay(1250), Approved)
    layout, clock = facepay_world.layout, facepay_world.clock
    renew_revocation_list(
        layout.party(party) / "terminals.crl",
        Issuance(clock, SystemRandomness()),
        Authorities.load(layout).terminals,
        all_serials(issued_to(layout, TILL)),
    )
    await clock.sleep(2 * TERMINAL_KEYS_SECONDS)
    assert not isinstance(await lost.pay(1250), Approved)
    assert isinstance(await other.pay(1250), Approved)


async def certificate_shown(world: SandboxWorld, party: int) -> x509.Certificate:
    """Return what a party's server shows in a handshake that begins now."""
    files = TlsFiles.in_directory(world.layout.party(2))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files.root)
    context.load_cert_chain(files.certificate_chain, files.private_key)
    context.set_alpn_protocols(["h2"])
    host, _, port = load_config(world.layout.party(party)).listen.peers.rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(shown)
