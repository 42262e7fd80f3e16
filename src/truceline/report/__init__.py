"""The findings report: an edition as one document, written as HTML, PDF and DOCX with the same words."""

from __future__ import annotations

import time
from pathlib import Path

from ..nouns import Edition
from .content import build, problems
from .docx import docx
from .html import html
from .index import Brief
from .pdf import pdf
from .tongue import languages

__all__ = ["Brief", "build", "docx", "html", "languages", "pdf", "problems", "write"]


def write(edition: Edition, folder: Path, brief: Brief | None = None) -> dict[str, float]:
    """Write report.html, report.pdf and report.docx into this folder, which must exist, and nothing else.

    Gives the seconds that each took. Raises OSError where the folder cannot be written, KeyError where the language is
    not known.
    """
    seconds: dict[str, float] = {}
    since = time.perf_counter()

    def done(name: str) -> None:
        nonlocal since
        now = time.perf_counter()
        seconds[name], since = round(now - since, 3), now

    document = build(edition, brief)
    done("report content")
    for name, writer in WRITERS.items():
        (folder / name).write_bytes(writer(document))
        done(name)
    return seconds


WRITERS = {"report.html": html, "report.pdf": pdf, "report.docx": docx}
