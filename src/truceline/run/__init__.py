"""The pipeline (`order`), the main job (`kept`) and one function a verb, which the command line and the web call."""

from __future__ import annotations

from .counted import summary
from .desk import coverage_rows, export_files, judge, pack_parcel, receive_files, task_files, write_forms
from .documents import Wish, again, document
from .kept import recompute, report_again, run
from .naming import lexicons
from .order import Material, edition, heat, load, question, weights_of

__all__ = [
    "STAGES",
    "Material",
    "Wish",
    "again",
    "coverage_rows",
    "document",
    "edition",
    "export_files",
    "heat",
    "judge",
    "lexicons",
    "load",
    "pack_parcel",
    "question",
    "receive_files",
    "recompute",
    "report_again",
    "run",
    "summary",
    "task_files",
    "weights_of",
    "write_forms",
]

STAGES = (
    "mission",
    "read",
    "normalise",
    "fuse",
    "assess",
    "coverage",
    "check",
    "trend",
    "tally",
    "last report",
    "report",
    "write",
)
