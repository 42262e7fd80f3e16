"""The verb `init`."""

from __future__ import annotations

from pathlib import Path

from .options import Force, app


@app.command
def init(folder: Path, /, *, force: Force = False) -> int:
    """Write a new, commented mission folder that validates and runs.

    Example: truceline init my-mission
    """
    from .. import template

    for path in template.write(folder, force=force):
        print(path)
    print(f"Next: truceline validate {folder}; truceline run {folder}")
    return 0
