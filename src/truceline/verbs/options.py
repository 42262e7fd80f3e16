"""The program that the verbs hang on, and the options that several of them share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from .. import __version__

app = App(
    name="truceline",
    version=__version__,
    help="Ceasefire monitoring: evidence in, findings out that both sides can recompute.",
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
As_json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of a table.")]
Force = Annotated[bool, Parameter(name="--force", negative="", help="Overwrite a folder that Truceline did not write.")]
Release = Literal["public", "restricted"]
Length = Literal["note", "full", "annex"]


def say_written(folder: Path) -> None:
    """Name every file that was written, the documents with what they took."""
    from ..bundle import DOCUMENTS

    seconds = json.loads((folder / "timings.json").read_text("utf-8"))["seconds"]
    size = {path.name: path.stat().st_size / 1e6 for path in folder.iterdir() if path.is_file()}
    print(f"Written to {folder}:")
    for name in (n for n in DOCUMENTS if n in size):
        took = f"{seconds[name]:.1f} s" if name in seconds else ""
        print(f"  {name:12} {size[name]:5.1f} MB  {took}{' by Typst' if name.endswith('pdf') and took else ''}")
    print(f"  and {', '.join(sorted(n for n in size if n not in DOCUMENTS))}")
