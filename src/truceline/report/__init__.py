"""The findings report: an edition as one document, written as HTML and as PDF with the same words."""

from __future__ import annotations

from pathlib import Path

from ..nouns import Edition
from .content import build
from .html import html
from .pdf import pdf

__all__ = ["build", "html", "pdf", "write"]


def write(edition: Edition, folder: Path) -> None:
    """Write report.html and report.pdf into this folder, which must exist, and nothing else.

    Raises OSError where the folder cannot be written.
    """
    document = build(edition)
    page, paper = html(document), pdf(document)
    (folder / "report.html").write_bytes(page)
    (folder / "report.pdf").write_bytes(paper)
