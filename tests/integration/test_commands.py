"""The installed command as a process of its own: how it starts, refuses, and ends."""

import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from clearing_service.provisioning.layout import SandboxLayout
from clearing_service.transport.credentials import TlsFiles
from facepay_harness.ports import free_base_port
from facepay_harness.program import Program

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run to the end; a process that cannot serve must not stay behind."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "protos")])
    return subprocess.run(
        [sys.executable, "-m", "clearing_service", *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def base_port() -> int:
    return free_base_port(os.getpid())


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory, base_port: int) -> SandboxLayout:
    directory = tmp_path_factory.mktemp("commands") / "sandbox"
    made = command("init", "--directory", str(directory), "--base-port", str(base_port), "--json")
    assert made.returncode == 0, made.stderr
    return SandboxLayout(directory)


def test_a_port_in_use_is_named_and_the_program_ends(layout: SandboxLayout, base_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base_port))
        taken.listen()
        ended = command("serve", "--directory", str(layout.root))
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{base_port}" in ended.stderr


@pytest.mark.parametrize("store", ["clearing", "gallery", "directory", "issuer"])
def test_a_store_that_cannot_be_opened_is_named_and_the_program_ends(
    layout: SandboxLayout, store: str
) -> None:
    path = layout.clearing / "config.toml"
    before = path.read_text()
    path.write_text(f'{before}\n[stores]\n{store} = "sqlite:////nowhere/at/all.sqlite"\n')
    try:
        ended = command("serve", "--directory", str(layout.root))
    finally:
        path.write_text(before)
    assert ended.returncode == 1
    assert f"the {store} store cannot be opened" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_books_are_proved_without_a_running_service(layout: SandboxLayout) -> None:
    ended = command("verify-audit", "--directory", str(layout.root), "--json")
    assert ended.returncode == 0
    assert '"audit_chain_intact": true' in ended.stdout


def test_an_operator_is_told_that_nobody_answers(layout: SandboxLayout) -> None:
    ended = command("operator", "overview", "--directory", str(layout.root))
    assert ended.returncode == 1
    assert "UNAVAILABLE" in ended.stderr


@pytest.mark.rule("WIR-01")
def test_tls_1_3_and_nothing_older_is_spoken(
    layout: SandboxLayout, base_port: int, tmp_path: Path
) -> None:
    log = tmp_path / "party-3.log"
    arguments = ["party", "--number", "3", "--directory", str(layout.root)]
    program = Program.start("party 3", "clearing_service", arguments, log)
    try:
        address = ("127.0.0.1", base_port + 3)
        files = TlsFiles.in_directory(layout.party(2))
        assert handshake(address, files, ssl.TLSVersion.TLSv1_3)
        assert not handshake(address, files, ssl.TLSVersion.TLSv1_2)
    finally:
        program.stop()
    assert program.process.returncode == 0


def handshake(address: tuple[str, int], files: TlsFiles, version: ssl.TLSVersion) -> bool:
    """Tell whether the two ends agree; waits for the program to listen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files.root)
    context.load_cert_chain(files.certificate_chain, files.private_key)
    context.set_alpn_protocols(["h2"])
    context.minimum_version = context.maximum_version = version
    with connected(address) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="127.0.0.1"):
                return True
        except ssl.SSLError:
            return False


def connected(address: tuple[str, int]) -> socket.socket:
    while True:  # bounded by the test's own time limit
        try:
            return socket.create_connection(address, timeout=5)
        except ConnectionRefusedError:
            continue
