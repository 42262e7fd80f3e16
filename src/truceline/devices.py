"""Phones that may send in: their credentials in a file outside the mission, and digest authentication (RFC 7616).

The file holds a line an algorithm, as `htdigest` writes them: name:realm:hash. Passwords are made here, shown once, and kept
nowhere. A phone that is revoked is refused from the next request on; what it sent stays.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
import secrets
import time
from collections import OrderedDict
from pathlib import Path

from .errors import InputError, Problem, UsageError

REALM = "truceline"
ALGORITHMS = {"SHA-256": "sha256", "MD5": "md5"}
"""By what the standard prefers; a phone takes the first that it knows."""
NONCE_S = 600.0
MOST_FAILURES = 10
WINDOW_S = 60.0
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
_FIELD = re.compile(r'([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def _digest(algorithm: str, *parts: str) -> str:
    return hashlib.new(ALGORITHMS[algorithm], ":".join(parts).encode(), usedforsecurity=False).hexdigest()


def read(file: Path, mission: Path) -> dict[str, dict[str, str]]:
    """Phone -> algorithm -> hash. Raises UsageError where the file lies in the mission or others may read it."""
    if file.resolve().is_relative_to(mission.resolve()):
        raise UsageError("the file of phones lies inside the mission folder, which is copied about; keep it elsewhere")
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise UsageError(f"others can read {file.name}; set its mode to 600")
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); `truceline phones add` makes it") from None
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.strip().split(":")
        algorithm = {64: "SHA-256", 32: "MD5"}.get(len(parts[-1]))
        if len(parts) != 3 or parts[1] != REALM or not algorithm or not _NAME.match(parts[0]):
            raise InputError(
                Problem(file.name, number, "", "another line", f"name:{REALM}:hash, as `phones add` writes it")
            )
        found.setdefault(parts[0], {})[algorithm] = parts[2].lower()
    return found


def add(file: Path, name: str, mission: Path) -> str:
    """Enrol a phone and give its password, which is kept nowhere; raises UsageError where the name is taken."""
    if not _NAME.match(name):
        raise UsageError("a phone's name has up to 40 letters, digits, '.', '_' and '-'; best one that names nobody")
    known = read(file, mission) if file.exists() else {}
    if file.resolve().is_relative_to(mission.resolve()):
        raise UsageError("the file of phones would lie inside the mission folder; name one elsewhere")
    if name in known:
        raise UsageError("a phone of that name is enrolled already; revoke it first")
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    known[name] = {a: _digest(a, name, REALM, password) for a in ALGORITHMS}
    _write(file, known)
    return password


def revoke(file: Path, name: str, mission: Path) -> None:
    """Refuse a phone from now on; raises UsageError where none is called so."""
    known = read(file, mission)
    if known.pop(name, None) is None:
        raise UsageError("no phone of that name is enrolled")
    _write(file, known)


def _write(file: Path, known: dict[str, dict[str, str]]) -> None:
    text = "".join(f"{name}:{REALM}:{value}\n" for name, both in known.items() for value in both.values())
    fresh = file.with_name(f".{file.name}.{os.getpid()}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)


class Devices:
    """Who may send in, asked at each request; the file is read again when it changes. Writes and logs nothing."""

    def __init__(self, file: Path, mission: Path) -> None:
        self.file, self.mission = file, mission
        self._secret = secrets.token_bytes(32)
        self._known = read(file, mission)
        self._stamp = _stamp(file)
        self._used: OrderedDict[str, float] = OrderedDict()
        self._failures: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    @property
    def any(self) -> bool:
        """Whether a phone is enrolled."""
        return bool(self._known)

    def challenges(self, *, stale: bool = False) -> list[str]:
        """The values of WWW-Authenticate, the preferred first."""
        nonce = self._nonce()
        end = ", stale=true" if stale else ""
        return [
            f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}", charset=UTF-8{end}'
            for name in ALGORITHMS
        ]

    def _nonce(self) -> str:
        stamp = f"{time.time():.3f}.{secrets.token_hex(6)}"
        return base64.urlsafe_b64encode(f"{stamp}.{self._mac(stamp)}".encode()).decode()

    def _mac(self, stamp: str) -> str:
        return hmac.new(self._secret, stamp.encode(), hashlib.sha256).hexdigest()[:32]

    def _fresh(self, nonce: str) -> bool | None:
        """Whether a nonce is ours and young (True), ours and old (False), or not ours (None)."""
        try:
            stamp, _, mac = base64.urlsafe_b64decode(nonce.encode()).decode().rpartition(".")
            if not hmac.compare_digest(mac, self._mac(stamp)):
                return None
            return 0 <= time.time() - float(stamp.rpartition(".")[0]) <= NONCE_S
        except (ValueError, UnicodeError):
            return None

    def check(self, header: str, method: str, target: str, peer: str) -> str:
        """`yes`, `no`, `stale` (ask again with a new nonce) or `slow` (too many failures from there). Keeps no name.

        `target` is the path with its query as it was asked for. `peer` stays in memory for a minute and is written nowhere.
        """
        if not header:
            return "no"
        with contextlib.suppress(UsageError, InputError, OSError):
            if (stamp := _stamp(self.file)) != self._stamp:
                self._known, self._stamp = read(self.file, self.mission), stamp
        said = _fields(header)
        name = said.get("username", "")
        algorithm = said.get("algorithm", "MD5").upper()
        held = self._known.get(name, {}).get(algorithm, "")
        if self._right(said, algorithm, held or "0" * 64, method) and held and _same_target(said["uri"], target):
            fresh = self._fresh(said["nonce"])
            if fresh is None or not fresh or self._again(said):
                return "stale"
            self._failures.pop((peer, name if name in self._known else ""), None)
            return "yes"
        return self._failed((peer, name if name in self._known else ""))

    def _right(self, said: dict[str, str], algorithm: str, held: str, method: str) -> bool:
        needed = ("username", "realm", "nonce", "uri", "response", "nc", "cnonce", "qop")
        if algorithm not in ALGORITHMS or any(not said.get(n) for n in needed):
            return False
        if said["realm"] != REALM or said["qop"] != "auth":
            return False
        second = _digest(algorithm, method, said["uri"])
        wanted = _digest(algorithm, held, said["nonce"], said["nc"], said["cnonce"], "auth", second)
        return hmac.compare_digest(wanted.encode(), said["response"].lower().encode())

    def _again(self, said: dict[str, str]) -> bool:
        """Whether this very answer was given before: an eavesdropper's copy. The phone that asks anew gets a new nonce."""
        now, key = time.time(), f"{said['nonce']} {said['nc']} {said['cnonce']} {said['response']}"
        while self._used and (len(self._used) > 200_000 or next(iter(self._used.values())) < now - NONCE_S):
            self._used.popitem(last=False)
        if key in self._used:
            return True
        self._used[key] = now
        return False

    def _failed(self, key: tuple[str, str]) -> str:
        now = time.time()
        recent = [t for t in self._failures.pop(key, []) if t > now - WINDOW_S]
        while len(self._failures) > 10_000:
            self._failures.popitem(last=False)
        self._failures[key] = [*recent, now][-MOST_FAILURES - 1 :]
        return "slow" if len(recent) >= MOST_FAILURES else "no"


def _same_target(uri: str, target: str) -> bool:
    return uri == target or uri.partition("?")[0] == target.partition("?")[0] == uri


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_mtime_ns, found.st_ino


def _fields(header: str) -> dict[str, str]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest" or len(header) > 4000:
        return {}
    return {k.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for k, quoted, plain in _FIELD.findall(rest)}
