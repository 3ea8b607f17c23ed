"""After PINs went from pad to issuer, nothing in the process holds a clear PIN block.

Runs in a process of its own and reads that process's memory. A block that is still alive is looked
for first, which shows that the search finds what it looks for. It finds what something still holds:
freed memory is reused too soon to tell a wiped block from one that was merely let go; that buffers
are wiped before that is shown by the unit tests of each holder.
"""

import asyncio
import gc
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from clearing_service.security_module.issuer_module import open_issuer_module
from clearing_service.security_module.protocol import PinVerifier
from clearing_service.security_module.software import open_security_module
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken
from facepay.money import Money
from facepay.pin_block import PinBlock
from facepay.ports import SystemRandomness
from facepay.sealed_envelope import open_envelope, seal
from pos_app.checkout.pin_entry import EncipheredPin, PinPrompt
from pos_app.pin_pad.simulated_ped import SimulatedPed
from tests.fakes.pin_terminal import PROVISIONING, PinTerminal
from tests.fakes.ports import START, ManualClock

PAYMENTS = 50
ISSUER = ParticipantId("10010001")
ALIAS = AccountAlias("acct-00000001")
SIX_DIGIT_BLOCK = re.compile(rb"\x46[\x00-\x99]{3}\xaa{4}")
CHUNK = 1 << 24


def blocks_in_memory() -> int:
    """Count what looks like the clear field of a six-digit PIN in this process's writable memory."""
    count = 0
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text(encoding="ascii").splitlines():
            span, rights, *_ = line.split()
            start, end = (int(edge, 16) for edge in span.split("-"))
            if not rights.startswith("rw") or "[v" in line:
                continue
            for position in range(start, end, CHUNK):
                memory.seek(position)
                content = memory.read(min(CHUNK, end - position))
                count += len(SIX_DIGIT_BLOCK.findall(content))
                del content
    return count


async def pay(folder: Path) -> None:
    randomness = SystemRandomness()
    module = open_security_module(folder / "module", folder / "module.kek", randomness)
    issuer = open_issuer_module(ISSUER, folder / "issuer", folder / "issuer.kek", randomness)
    issuer.import_zone_key(module.export_zone_key(ISSUER, issuer.recipient, b"zone"), b"zone")
    terminal = PinTerminal(module)
    release = module.certify_terminal(
        terminal.terminal_id, terminal.kem_key.recipient, PROVISIONING
    )
    pin_pad = SimulatedPed(folder / "pin_pad.bin", ManualClock(), randomness)
    with open_envelope(release.initial_key, terminal.kem_key, PROVISIONING) as initial_key:
        pin_pad.load_initial_key(initial_key, release.initial_key_id)
    for _ in range(PAYMENTS):
        token = RoutingToken.generate(randomness)
        prompt = PinPrompt(token, Money(100), "Green Grocer", entry_seconds=60, extensions=2)
        entry = asyncio.create_task(pin_pad.enter_pin(prompt))
        await asyncio.sleep(0)
        for byte in randomness.bytes(6):
            pin_pad.press(byte % 10)
        pin_pad.confirm()
        pin = await entry
        assert isinstance(pin, EncipheredPin)
        payment_hash = randomness.bytes(32)
        header = terminal.header(payment_hash=payment_hash)
        record = module.make_routing_record(
            token=token,
            payment_hash=payment_hash,
            issuer_id=ISSUER,
            account_alias=ALIAS,
            expires_at=START + timedelta(seconds=120),
        )
        envelope = seal(pin.to_bytes(), module.kem_keys[1].recipient, header)
        block = await module.translate_pin(envelope, header, record, START)
        verifier = issuer.set_pin(ALIAS, block)
        if isinstance(verifier, PinVerifier):
            issuer.verify_pin(ALIAS, block, verifier)


def look() -> None:
    """Print how many blocks are found while one is alive, and after the payments."""
    block = PinBlock.from_digits(bytearray([4, 9, 3, 8, 1, 7]), SystemRandomness())
    alive = blocks_in_memory()
    block.wipe()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(pay(Path(folder)))
    gc.collect()
    sys.stdout.write(f"{alive} {blocks_in_memory()}")


@pytest.mark.rule("AUT-04")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mem")
def test_nothing_holds_a_clear_pin_block() -> None:
    finished = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.integration.test_clear_pin_in_memory import look; look()",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(["", *sys.path])},
        cwd=Path(__file__).parents[2],
    )
    assert finished.stderr == ""
    alive, left = map(int, finished.stdout.split())
    assert alive >= 1
    assert left == 0
