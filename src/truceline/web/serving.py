"""The workbench over a port of this machine: says where it is when it answers, and ends in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from ..errors import RunError
from ..when import iso
from .app import create
from .guard import LOOPBACK
from .phones import Door
from .room import Room

KEEP_ALIVE_S = 30
QUIET_S = 8.0
"""After so long the first pages are out, and the process that works out the next edition may read the mission."""


class _Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, room: Room, ready: Callable[[str], None], door: Door | None) -> None:
        super().__init__(config)
        self.room, self.ready, self.door = room, ready, door

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            if self.door is not None:
                self.door.begin()
            bound = self.servers[0].sockets[0].getsockname()
            name = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
            self.ready(f"http://{name}:{bound[1]}/")
            threading.Timer(QUIET_S, self.room.ready).start()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Close the phones' door and the room with the desk: a signal other than Ctrl-C ends the process right after this."""
        both = [super().shutdown(sockets)]
        if self.door is not None:
            both.append(asyncio.to_thread(self.door.end))
        await asyncio.gather(*both)
        await asyncio.to_thread(self.room.close)


def told(room: Room) -> str:
    """Which mission lies open, in a line."""
    desk = room.desk
    return f"{desk.mission.title}: {desk.sieve.size} incidents, as of {iso(desk.as_of)}, {desk.release} edition"


def serve(room: Room, host: str, port: int, ready: Callable[[str], None], door: Door | None = None) -> None:
    """Serve until it is ended; `ready` is given the address. The phones' door opens and closes with the desk.

    Raises RunError where a port cannot be had.
    """
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING, stream=sys.stderr)
    config = uvicorn.Config(
        create(room, hosts=(*LOOPBACK, host)), host=host, port=port, log_level="critical", access_log=False,
        server_header=False, timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=5, lifespan="off",
        h11_max_incomplete_event_size=64_000,
    )  # fmt: skip
    gc.freeze()  # what was opened stays: it is not looked through for garbage again and again
    sys.setswitchinterval(0.001)  # an answer need not wait long for the thread that makes the next desk
    try:
        _Server(config, room, ready, door).run()
    except SystemExit:
        raise RunError(
            f"{host}:{port} cannot be listened on; another program may be there: name another --port"
        ) from None
    finally:
        if door is not None:
            door.end()
            door.close()
        room.close()
