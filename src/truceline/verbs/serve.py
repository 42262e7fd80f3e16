"""The verb `serve`."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..errors import UsageError
from .options import Release, app

PORT = 8735


@app.command
def serve(
    mission: Path,
    /,
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    release: Release = "public",
    run: Path | None = None,
    open_: Annotated[bool, Parameter(name="--open", negative="", help="Open the workbench in the browser.")] = False,
) -> int:
    """Open the workbench of a mission in a browser on this machine; it needs no network.

    Example: truceline serve missions/thailand-cambodia-2025

    Parameters
    ----------
    mission
        The mission folder. Its newest run is shown where nothing has changed since; else it is worked out now.
    host
        An address of this machine that only this machine reaches. There are no accounts yet, so no other is listened on.
    port
        Where it listens; 0 takes a free one.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.
    run
        A folder of `truceline run`, or of `truceline fuse` for more reports than a run takes: shown as it is.

    """
    _needed()
    from ..web import opening, serving
    from ..web.guard import is_loopback

    if not is_loopback(host):
        raise UsageError(
            f"--host: {host} can be reached by others. The workbench has no accounts yet, so it listens on loopback only "
            "(127.0.0.1, ::1 or localhost)"
        )
    if not 0 <= port <= 65_535:
        raise UsageError(f"--port: found {port}, expected 0 to 65535")
    if sys.stderr.isatty():
        print("Opening the mission ...", file=sys.stderr)
    room = opening.opened(mission, release, run, apart=True)

    def ready(address: str) -> None:
        print(f"{serving.told(room)}\n{address}", flush=True)
        print("On this machine only; there are no accounts yet. Ctrl-C ends it.", file=sys.stderr, flush=True)
        if open_:
            webbrowser.open(address)

    with contextlib.suppress(KeyboardInterrupt):
        serving.serve(room, host, port, ready)
    return 0


def _needed() -> None:
    for name in ("fastapi", "multipart", "uvicorn"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(f"serve needs the extra `web` ({name} is not installed): pip install 'truceline[web]'")
