"""The findings report: an edition as one document, written as HTML, PDF and DOCX with the same words."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
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

    Gives the seconds that each took; they are written side by side, so that the sum is more than the wall time. Raises
    OSError where the folder cannot be written, KeyError where the language is not known.
    """
    begun = time.perf_counter()
    document = build(edition, brief)
    seconds = {"report content": round(time.perf_counter() - begun, 3)}

    def written(name: str) -> tuple[str, float]:
        start = time.perf_counter()
        (folder / name).write_bytes(WRITERS[name](document))
        return name, round(time.perf_counter() - start, 3)

    with ThreadPoolExecutor(2) as both:  # Typst leaves the interpreter free while it sets the pages
        seconds.update(both.map(written, ("report.pdf", "report.docx", "report.html")))
    return seconds


WRITERS = {"report.html": html, "report.pdf": pdf, "report.docx": docx}
