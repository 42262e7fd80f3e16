"""The workbench over a port of this machine: says where it is when it answers, and ends in order."""

from __future__ import annotations

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
from .room import Room

KEEP_ALIVE_S = 30
QUIET_S = 4.0
"""After so long the first pages are out, and the process that works out the next edition may read the mission."""


class _Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, room: Room, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self.room, self.ready = room, ready

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            bound = self.servers[0].sockets[0].getsockname()
            name = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
            self.ready(f"http://{name}:{bound[1]}/")
            threading.Timer(QUIET_S, self.room.ready).start()


def told(room: Room) -> str:
    """Which mission lies open, in a line."""
    desk = room.desk
    return f"{desk.mission.title}: {desk.sieve.size} incidents, as of {iso(desk.as_of)}, {desk.release} edition"


def serve(room: Room, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until it is ended; `ready` is given the address. Raises RunError where the port cannot be had."""
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", level=logging.WARNING, stream=sys.stderr)
    config = uvicorn.Config(
        create(room, hosts=(*LOOPBACK, host)), host=host, port=port, log_level="critical", access_log=False,
        server_header=False, timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=5, lifespan="off",
        h11_max_incomplete_event_size=64_000,
    )  # fmt: skip
    gc.freeze()  # what was opened stays: it is not looked through for garbage again and again
    sys.setswitchinterval(0.001)  # an answer need not wait long for the thread that makes the next desk
    try:
        _Server(config, room, ready).run()
    except SystemExit:
        raise RunError(
            f"{host}:{port} cannot be listened on; another program may be there: name another --port"
        ) from None
    finally:
        room.close()
