"""Builds the browser code into src/truceline/web/static/built, where it is older than its sources; needs Node and npm.

Without Node, or where its packages cannot be fetched, it says so in one sentence and ends well: the package works all
the same, and the workbench shows its drawn map in place of the one that moves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent
BUILT = "src/truceline/web/static/built"


def built(root: Path) -> str:
    """Build the browser code of this checkout; gives why that was not possible, empty where it is up to date."""
    target = root / BUILT / "workbench.js"
    sources = [p for p in (*WEB.glob("*.*"), *WEB.glob("src/*")) if p.is_file()]
    if target.is_file() and target.stat().st_mtime >= max(p.stat().st_mtime for p in sources):
        return ""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return _without("Node is not installed")
    for command in ([npm, "ci", "--silent"], [node, "build.mjs"]):
        ended = subprocess.run(
            command, cwd=WEB, capture_output=True, text=True, check=False, env={**os.environ, "CI": "1"}
        )
        if ended.returncode:
            why = [line for line in (ended.stderr or ended.stdout).splitlines() if line.strip()]
            return _without(f"`{Path(command[0]).name} {command[1]}` said: {why[-1] if why else ended.returncode}")
    return ""


def _without(why: str) -> str:
    return f"The map's code was not built: {why}. The workbench will show its drawn map, which does not move."


if __name__ == "__main__":
    told = built(WEB.parent)
    if told:
        sys.stderr.write(told + "\n")
