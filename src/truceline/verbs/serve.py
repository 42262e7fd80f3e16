"""The verb `serve`."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ..errors import UsageError
from .options import Release, app

if TYPE_CHECKING:
    from ..web.phones import Door

PORT = 8735


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Phones:
    """The phones' door beside the desk."""

    phones: str = ""
    "HOST:PORT of this machine on the mission's own network, where phones send in forms (OpenRosa); port 8736 where none is given."
    devices: Path | None = None
    "The file of phones that `truceline phones add` makes; with --phones."
    forms: Path | None = None
    "Folder of the blank forms; MISSION/forms where not given."
    certificate: Path | None = None
    "For the phones' address (PEM). Without it that network can read what is sent."
    key: Path | None = None
    "Of the certificate (PEM)."


@app.command
def serve(
    mission: Path,
    /,
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    release: Release = "public",
    run: Path | None = None,
    door: Phones | None = None,
    open_: Annotated[bool, Parameter(name="--open", negative="", help="Open the workbench in the browser.")] = False,
) -> int:
    """Open the workbench of a mission in a browser on this machine; it needs no network.

    Example: truceline serve missions/thailand-cambodia-2025

    With --phones, phones send in forms at a second address, which holds no page of the workbench; both end together.

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
    from .phones import told

    if not is_loopback(host):
        raise UsageError(
            f"--host: {host} can be reached by others. The workbench has no accounts yet, so it listens on loopback only "
            "(127.0.0.1, ::1 or localhost)"
        )
    if not 0 <= port <= 65_535:
        raise UsageError(f"--port: found {port}, expected 0 to 65535")
    listening = _door(mission, door or Phones())
    if sys.stderr.isatty():
        print("Opening the mission ...", file=sys.stderr)
    try:
        room = opening.opened(mission, release, run, apart=True)
    except BaseException:
        if listening is not None:
            listening.close()
        raise

    def ready(address: str) -> None:
        print(f"{serving.told(room)}\n{address}", flush=True)
        if listening is not None:
            told(listening)
        ends = "Ctrl-C ends both" if listening else "Ctrl-C ends it"
        print(f"The workbench on this machine only; there are no accounts yet. {ends}.", file=sys.stderr, flush=True)
        if open_:
            webbrowser.open(address)

    if listening is not None:
        store = listening.store
        room.forms_came = lambda: store.arrived
    with contextlib.suppress(KeyboardInterrupt):
        serving.serve(room, host, port, ready, listening)
    return 0


def _door(mission: Path, wish: Phones) -> Door | None:
    """The phones' door, its address taken and its phones and forms read; None where none is wanted."""
    if not wish.phones:
        if wish != Phones():
            raise UsageError(
                "--devices, --forms, --certificate and --key are about phones: name --phones HOST:PORT too"
            )
        return None
    if wish.devices is None:
        raise UsageError(
            "--phones needs --devices FILE, which says what phones may send; "
            "`truceline phones add MISSION phone-01 --devices FILE` enrols one"
        )
    from .. import mission as missions
    from ..web import phones

    host, port = _address(wish.phones)
    whole = missions.read(mission)
    return phones.Door(
        phones.Wish(
            mission, whole.id, wish.devices, wish.forms or mission / "forms", host, port, wish.certificate, wish.key,
            whole.max_file_mb,
        )
    )  # fmt: skip


def _address(said: str) -> tuple[str, int]:
    """HOST:PORT, [HOST]:PORT or HOST alone, as it is given to --phones."""
    from .phones import PORT as PHONES_PORT

    found = re.fullmatch(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:\[\]]+))(?::(?P<port>\d{1,5}))?", said.strip())
    if found is None:
        raise UsageError(f"--phones: found {said!r}, expected HOST:PORT, as 192.168.8.10:{PHONES_PORT}")
    return found["six"] or found["four"], int(found["port"] or PHONES_PORT)


def _needed() -> None:
    for name in ("fastapi", "multipart", "uvicorn"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(f"serve needs the extra `web` ({name} is not installed): pip install 'truceline[web]'")
