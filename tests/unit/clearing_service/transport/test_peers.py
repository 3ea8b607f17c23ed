"""Who a certificate says is calling, and when it no longer says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from clearing_service.provisioning.authority import certificates_pem
from clearing_service.transport.revocation import RevocationListError
from clearing_service.transport.roles import (
    PeerIdentity,
    PeerRole,
    UnknownPeerError,
    read_identity,
)
from facepay.ports import SystemClock
from tests.fakes.authorities import World
from tests.fakes.ports import ManualClock, SeededRandomness


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> World:
    world = World(tmp_path, clock, SeededRandomness())
    world.revoke()
    return world


def pem(*certificates: x509.Certificate) -> bytes:
    return certificates_pem(list(certificates))


@pytest.mark.parametrize("role", list(PeerRole))
def test_a_certificate_names_its_holder_and_role(world: World, role: PeerRole) -> None:
    leaf = world.identity(role, "NAME0001").leaf
    assert world.peers().identify_certificate(pem(leaf)) == PeerIdentity(role, "NAME0001")


@pytest.mark.rule("CAP-06", "WIR-01")
def test_an_expired_certificate_is_refused_on_a_connection_that_outlived_it(
    world: World, clock: ManualClock
) -> None:
    leaf = world.identity(PeerRole.TERMINAL, lifetime=timedelta(days=1)).leaf
    peers = world.peers()
    peers.identify_certificate(pem(leaf))
    clock.advance(86_401)
    with pytest.raises(UnknownPeerError):
        peers.identify_certificate(pem(leaf))


@pytest.mark.rule("CAP-06", "WIR-01")
def test_a_certificate_is_refused_from_the_call_after_its_revocation(world: World) -> None:
    lost, kept = world.identity(PeerRole.TERMINAL), world.identity(PeerRole.TERMINAL, "T0000002")
    peers = world.peers()
    peers.identify_certificate(pem(lost.leaf))
    world.revoke(lost)
    with pytest.raises(UnknownPeerError):
        peers.identify_certificate(pem(lost.leaf))
    assert peers.identify_certificate(pem(kept.leaf)).name == "T0000002"


@pytest.mark.rule("WIR-01")
def test_the_terminal_authority_cannot_make_a_matching_party(world: World) -> None:
    forged = world.identity(PeerRole.PARTY_2, "witness", authority=world.terminals).leaf
    with pytest.raises(UnknownPeerError):
        world.peers().identify_certificate(pem(forged))


@pytest.mark.rule("WIR-01")
def test_another_authority_of_the_same_name_is_not_ours(world: World, tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    foreign = World(tmp_path / "foreign", world.clock, world.randomness)
    forged = foreign.identity(PeerRole.TERMINAL).leaf
    assert forged.issuer == world.terminals.certificate.subject
    with pytest.raises(UnknownPeerError):
        world.peers().identify_certificate(pem(forged))


@pytest.mark.parametrize(
    "uris",
    [
        [],
        ["https://terminal/T0000001"],
        ["facepay://terminal/T0000001", "facepay://operator/T0000001"],
        ["facepay://governor/T0000001"],
        ["facepay://terminal/"],
        ["facepay://terminal/../T0000001"],
    ],
)
def test_a_certificate_that_names_no_single_role_is_refused(uris: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    now = SystemClock().now()
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(UnknownPeerError):
        read_identity(certificate)


@pytest.mark.parametrize("damage", ["missing", "garbage", "foreign", "old"])
def test_without_a_sound_revocation_list_nobody_is_served(
    world: World, clock: ManualClock, damage: str, tmp_path: Path
) -> None:
    leaf = world.identity(PeerRole.TERMINAL, lifetime=timedelta(days=90)).leaf
    path = tmp_path / "terminals.crl"
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"not a list")
    elif damage == "foreign":
        path.write_bytes(world.issuance.revocation_list(world.parties, ()))
    else:
        clock.advance(31 * 86_400)
    with pytest.raises(RevocationListError):
        world.peers().identify_certificate(pem(leaf))
