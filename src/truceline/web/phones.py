"""The phones' door: the OpenRosa endpoint by itself on the mission's network, without log lines that name anybody.

It stands alone (`phones serve`) or beside the desk in one process (`serve --phones`): then it has a thread and a loop of its own,
another port, and no route of the desk in it.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from .. import blanks
from ..devices import Devices
from ..errors import RunError, UsageError
from ..receiving import Limits, Receiving
from . import openrosa

log = logging.getLogger("truceline.web")
LAST_S = 5
"""Seconds for posts on their way in when the door closes; one that is cut then was acknowledged to nobody."""


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


class Door:
    """Everything that can be wrong is found when it is made; it opens at `run` or `begin`."""

    def __init__(self, wish: Wish) -> None:
        """Raise UsageError or InputError where phones, forms, certificate or address cannot be used, RunError for the disk."""
        enrolled = Devices(wish.devices, wish.mission)
        if not enrolled.any:
            raise UsageError(f"no phone is enrolled in {wish.devices.name} yet; `truceline phones add` enrols one")
        _usable(wish.certificate, wish.key)
        forms = blanks.forms_in(wish.forms)
        self._listening = bound(wish.host, wish.port)
        try:
            limits = Limits(post_mb=wish.max_file_mb, file_mb=wish.max_file_mb)
            self.store = Receiving(wish.mission, wish.mission_id, forms, limits)
        except Exception:
            self._listening.close()
            raise
        self.store.media_folder = wish.forms / "media"
        self._server = uvicorn.Server(uvicorn.Config(
            openrosa.app(self.store, enrolled), log_level="error", access_log=False, server_header=False,
            ssl_certfile=wish.certificate, ssl_keyfile=wish.key, limit_concurrency=500,
            h11_max_incomplete_event_size=32_768, timeout_graceful_shutdown=LAST_S,
        ))  # fmt: skip
        self._thread = threading.Thread(target=self._beside, name="phones", daemon=True)
        host = wish.host.strip("[]")
        name = f"[{host}]" if ":" in host else host
        self.address = f"{'https' if wish.certificate else 'http'}://{name}:{self._listening.getsockname()[1]}"
        self.secret = bool(wish.certificate) or is_own(host)
        """Whether nobody else can read what is sent: it is enciphered, or never leaves this machine."""

    def run(self) -> None:
        """Listen in this thread until Ctrl-C."""
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._listening])

    def begin(self) -> None:
        """Listen in a thread of its own, from now on; raises RunError where that fails."""
        self._thread.start()
        for _ in range(500):
            if self._server.started or not self._thread.is_alive():
                break
            self._thread.join(0.02)
        if not self._server.started:
            raise RunError(f"{self.address} cannot be listened on; another program may be there: name another port")

    def _beside(self) -> None:
        try:
            self._server.run(sockets=[self._listening])
        except SystemExit:
            pass  # `begin` says so
        except Exception:
            log.exception("the phones' door fell shut; phones keep what they could not send")

    def end(self) -> None:
        """Take in no more; what was on its way has LAST_S to come."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(LAST_S + 5)

    def close(self) -> None:
        """Let another process receive."""
        self._listening.close()
        self.store.close()


def serve(wish: Wish, ready: Callable[[Door], None] = lambda _: None) -> None:
    """Listen until it is ended, `ready` when everything was read; raises what `Door` raises."""
    door = Door(wish)
    try:
        ready(door)
        door.run()
    finally:
        door.close()


def is_own(host: str) -> bool:
    """Whether only this machine reaches the address."""
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def bound(host: str, port: int) -> socket.socket:
    """Take an address of this machine, not listening yet; raises UsageError or RunError, which say what to name instead.

    The host is given in figures, since a name would be looked up on the network, and is one network's, never all of them.
    """
    try:
        found = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host.strip("[]"))
    except ValueError:
        raise UsageError(
            f"found the host {host!r}, expected this machine's address in figures, as 192.168.8.10"
        ) from None
    if found.is_unspecified or found.is_multicast:
        raise UsageError(
            f"{host} is no single network: name this machine's address on the mission's own, as 192.168.8.10"
        )
    if not 0 <= port <= 65_535:
        raise UsageError(f"found the port {port}, expected 0 to 65535")
    made = socket.socket(socket.AF_INET6 if found.version == 6 else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((str(found), port))
    except OSError as error:
        made.close()
        raise _no_address(error, host, port) from None
    return made


def _usable(certificate: Path | None, key: Path | None) -> None:
    """Raise UsageError where a certificate and its key (in one file, where no key is named) cannot be served with.

    A key with a password is refused: the server would stop and ask for it.
    """
    if certificate is None:
        if key is not None:
            raise UsageError("--key is that of a certificate: name --certificate FILE too")
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        said = getattr(error, "reason", None) or getattr(error, "strerror", None) or "not a certificate with its key"
        expected = "a PEM file of the certificate and, with --key, one of its key, without a password"
        raise UsageError(f"the certificate or its key cannot be used ({said}); expected {expected}") from None


def _no_address(error: OSError, host: str, port: int) -> UsageError | RunError:
    if error.errno == errno.EADDRINUSE:
        return RunError(f"{host}:{port} is taken: another program listens there; end it or name another port")
    if error.errno in {errno.EADDRNOTAVAIL, errno.EINVAL, errno.EAFNOSUPPORT}:
        return UsageError(
            f"{host} is no address of this machine now; its network settings show which it has (is it on the mission's network?)"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return UsageError(f"the system does not give port {port} to this user; name one above 1023")
    return RunError(f"{host}:{port} cannot be listened on ({error.strerror})")
