"""Where compiled kernels are kept: one folder a state of the source, so that no kernel outlives a change of what it calls.

Imported before numba by whoever compiles. The folder is that of NUMBA_CACHE_DIR, else the user's cache; where neither can
be written to, each process compiles for itself.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

SOURCES = ("fuse/arrays.py", "fuse/alike.py", "fuse/sketch.py", "fuse/compare.py", "fuse/pairs.py", "fuse/weights.py",
           "fuse/cluster.py", "satellite/around.py", "satellite/detect.py", "satellite/sums.py", "satellite/change.py",
           "satellite/discovery.py", "satellite/baseline.py", "satellite/matched.py", "satellite/medians.py")  # fmt: skip


def _folder() -> Path:
    """The cache of this state of the source."""
    package = Path(__file__).parent
    state = hashlib.sha256(b"\0".join((package / name).read_bytes() for name in SOURCES)).hexdigest()[:16]
    given = os.environ.get("NUMBA_CACHE_DIR", "")
    if Path(given).name == f"kernels-{state}":  # a process that another one of ours began
        return Path(given)
    home = given or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "truceline" / f"kernels-{state}"


def _chosen() -> Path:
    wanted = _folder()
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        if os.access(wanted, os.W_OK):
            return wanted
    except OSError:
        pass
    own = Path(tempfile.mkdtemp(prefix="truceline-kernels-"))  # a name that others could foresee would run their code
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


FOLDER = _chosen()
FIRST_RUN = not FOLDER.is_dir() or not any(FOLDER.iterdir())
"""Whether nothing was compiled here yet: the first run on a machine pays for it once."""
os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)
