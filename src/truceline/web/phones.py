"""The listener for phones: the OpenRosa endpoint by itself on the mission's network, without log lines that name anybody."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from .. import blanks
from ..devices import Devices
from ..receiving import Limits, Receiving
from . import openrosa


@dataclass(frozen=True, slots=True)
class Wish:
    """What to listen for: the mission and its id, the phones, the blank forms, the address, the certificate."""

    mission: Path
    mission_id: str
    devices: Path
    forms: Path
    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    max_file_mb: float = 100.0


def serve(wish: Wish, ready: Callable[[], None] = lambda: None) -> None:
    """Listen until it is ended, `ready` when the forms are read; raises UsageError or InputError where phones or forms cannot be read."""
    enrolled = Devices(wish.devices, wish.mission)
    forms = blanks.forms_in(wish.forms)
    limits = Limits(post_mb=wish.max_file_mb, file_mb=wish.max_file_mb)
    store = Receiving(wish.mission, wish.mission_id, forms, limits)
    store.media_folder = wish.forms / "media"
    config = uvicorn.Config(
        openrosa.app(store, enrolled), host=wish.host, port=wish.port, log_level="error", access_log=False,
        server_header=False, ssl_certfile=wish.certificate, ssl_keyfile=wish.key, limit_concurrency=500,
        h11_max_incomplete_event_size=32_768,
    )  # fmt: skip
    try:
        ready()
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run()
    finally:
        store.close()
