"""The yardstick of a payment: its messages, exchanged with a service that does nothing."""

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import grpc.aio

from facepay_harness.line import WireRecorder
from facepay_harness.ports import free_base_port
from facepay_harness.program import Program
from pos_app.clearing_client.channel import open_channel
from pos_app.config import TerminalConfig
from tests.benchmarks.payment_path.load import Load, keep_busy
from tests.benchmarks.payment_path.processor_time import Accounts, Usage, milliseconds_each

_CALLS = ("OpenPayment", "RouteProbe", "AuthorizePayment")
_PAYMENT_SERVICE = "/facepay.v1.PaymentService/"
LABEL = "same messages, empty handlers, one durable commit"

Exchange = tuple[str, bytes, bytes]
"""Method, request, reply."""


@dataclass(frozen=True, slots=True)
class EmptyService:
    """A running empty service and the clients that call it."""

    process_id: int
    channels: Sequence[grpc.aio.Channel]
    exchanges: Sequence[Exchange]

    async def exchange(self, number: int) -> bool:
        """Exchange the messages of one payment as client `number`."""
        for method, sent, _reply in self.exchanges:
            await self.channels[number].unary_unary(method)(sent, wait_for_ready=True)
        return True

    async def keep_busy(self, callers: int, times: int) -> tuple[Load, Mapping[str, Usage]]:
        """Return what `callers` clients saw, and milliseconds of processor time an exchange."""
        for number in range(callers):
            await self.exchange(number)
        accounts = Accounts({"service": self.process_id, "clients": os.getpid()})
        before = accounts.read()
        load = await keep_busy(callers, times, self.exchange)
        return load, milliseconds_each(before, accounts.read(), callers * times)


@asynccontextmanager
async def empty_service(
    folder: Path, tls_folder: Path, recorder: WireRecorder, configs: Sequence[TerminalConfig]
) -> AsyncIterator[EmptyService]:
    """Run the empty service with the messages that were recorded, a client for each config."""
    exchanges = _exchanges(recorder)
    recording = folder / "recording.json"
    recording.write_text(
        json.dumps([(method, sent.hex(), reply.hex()) for method, sent, reply in exchanges])
    )
    port = free_base_port(hash(str(folder)) & 0xFFFF)
    arguments = [str(tls_folder), str(port), str(recording)]
    module = "tests.benchmarks.payment_path.empty_service"
    program = Program.start("empty service", module, arguments, folder / "empty.log")
    address = f"127.0.0.1:{port}"
    channels = [open_channel(replace(config, clearing_address=address)) for config in configs]
    try:
        yield EmptyService(program.process.pid, channels, exchanges)
    finally:
        for channel in channels:
            await channel.close()
        program.stop()


def _exchanges(recorder: WireRecorder) -> list[Exchange]:
    """Return the three calls of the recorded payment, with their answers."""
    pairs = zip(recorder.messages[::2], recorder.messages[1::2], strict=True)
    return [
        (_PAYMENT_SERVICE + call, sent, reply)
        for call, (sent, reply) in zip(recorder.calls, pairs, strict=True)
        if call in _CALLS
    ]
