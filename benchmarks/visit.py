"""One visit to a page, as a browser makes it that has never been here: the page itself, a cookie, a websocket."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.server import Server

PATIENCE, QUIET = 120, 2  # seconds until a visit has failed, and without news until it is over
TEXTS = ("markdown", "heading")


class Visit(NamedTuple):
    """Seconds from the first request to what somebody waits for, and what came over the websocket."""

    first_text: float
    text: float  # all that stands outside figures and questions, which are fragments
    everything: float  # with whatever the page starts again by itself
    bytes: int
    wire: int  # bytes, compressed
    messages: int


class Wire(ClientConnection):
    """A websocket that counts what comes in."""

    came = 0  # bytes

    def data_received(self, data: bytes) -> None:
        """Count, and go on."""
        self.came += len(data)
        super().data_received(data)


async def visit(server: Server, page: str) -> Visit:
    """Open a page as a browser that has never been here does, and stay until nothing more comes."""
    start = time.perf_counter()
    cookie = await _cookie(server, page)
    async with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream", origin=Origin(server.address),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie}, open_timeout=PATIENCE, ping_interval=None, max_size=None,
        max_queue=None, proxy=None, create_connection=Wire,
    ) as socket:  # fmt: skip
        assert isinstance(socket, Wire)  # noqa: S101
        wanted = BackMsg()
        wanted.rerun_script.page_name = page
        await socket.send(wanted.SerializeToString())
        texts, ends, sizes = [], [], []
        async for size, message in _messages(socket):
            sizes.append(size)
            kind, now = message.WhichOneof("type"), time.perf_counter() - start
            if kind == "script_finished":
                ends.append(now)
            elif kind == "auto_rerun" or _failed(message):
                raise RuntimeError(f"{page} is not ready for visitors: {message}")
            elif not ends and message.delta.new_element.WhichOneof("type") in TEXTS and not message.delta.fragment_id:
                texts.append(now)
        return Visit(texts[0], texts[-1], ends[-1], sum(sizes), socket.came, len(sizes))


def _failed(message: ForwardMsg) -> bool:
    """Whether the page says that it cannot be shown."""
    shown = message.delta.new_element
    return shown.HasField("exception") or (shown.HasField("alert") and shown.alert.format == Alert.ERROR)


async def _cookie(server: Server, page: str) -> str:
    """The cookie that comes with the page itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = f"GET /{page} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Accept-Encoding: gzip, br", "Connection: close"
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.read()
    writer.close()
    found = re.search(rb"vp_device=[^;]+", answer)
    if not found:
        raise RuntimeError(f"no cookie came with /{page}")
    return found[0].decode()


async def _messages(socket: ClientConnection) -> AsyncIterator[tuple[int, ForwardMsg]]:
    """Everything that comes, with its size, until a finished page is quiet."""
    patience = PATIENCE
    while True:
        try:
            data = await asyncio.wait_for(socket.recv(decode=False), patience)
        except TimeoutError:
            if patience == QUIET:
                return
            raise
        message = ForwardMsg()
        message.ParseFromString(data)
        yield len(data), message
        if message.WhichOneof("type") == "script_finished":
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            patience = PATIENCE if early else QUIET
