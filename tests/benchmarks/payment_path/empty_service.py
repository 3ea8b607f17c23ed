"""The yardstick's server: answers recorded bytes over mutual TLS, with one durable commit a payment.

Run as a program with the folder of TLS files, a port, and a file of recorded exchanges.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import grpc.aio
import uvloop

COMMITTING = "AuthorizePayment"
"""The call whose answer waits for a commit."""


class DurableLog:
    """One table in one SQLite file, synchronous FULL; whatever waits shares a transaction."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None
        self._path = path
        self._connection: sqlite3.Connection | None = None

    async def append(self, content: bytes) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((content, done))
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._write())
        await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await loop.run_in_executor(self._thread, self._commit, [item[0] for item in batch])
            for _, done in batch:
                done.set_result(None)

    def _commit(self, contents: list[bytes]) -> None:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("CREATE TABLE entry (content BLOB)")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO entry VALUES (?)", [(item,) for item in contents])
        self._connection.execute("COMMIT")


class EmptyHandlers(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Every recorded method, answering what was recorded."""

    def __init__(self, replies: dict[str, bytes], log: DurableLog) -> None:
        self._replies = replies
        self._log = log

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        reply = self._replies.get(details.method)
        if reply is None:
            return None
        return grpc.unary_unary_rpc_method_handler(self._answer(details.method, reply))

    def _answer(
        self, method: str, reply: bytes
    ) -> Callable[[bytes, grpc.aio.ServicerContext], Awaitable[bytes]]:
        async def answer(request: bytes, _context: grpc.aio.ServicerContext) -> bytes:
            if method.endswith(COMMITTING):
                await self._log.append(request)
            return reply

        return answer


async def serve(folder: Path, port: int, recording: Path, recorded: list[list[str]]) -> None:
    credentials = grpc.ssl_server_credentials(
        [((folder / "tls_key.pem").read_bytes(), (folder / "tls_certificate.pem").read_bytes())],
        root_certificates=(folder / "ca.pem").read_bytes(),
        require_client_auth=True,
    )
    replies = {method: bytes.fromhex(reply) for method, _request, reply in recorded}
    server = grpc.aio.server()
    handlers = EmptyHandlers(replies, DurableLog(recording.with_suffix(".sqlite")))
    server.add_generic_rpc_handlers([handlers])
    server.add_secure_port(f"127.0.0.1:{port}", credentials)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        recording = Path(sys.argv[3])
        recorded = json.loads(recording.read_text())
        runner.run(serve(Path(sys.argv[1]), int(sys.argv[2]), recording, recorded))
