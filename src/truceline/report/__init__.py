"""The findings report: an edition as one document, written as HTML, PDF and DOCX with the same words."""

from __future__ import annotations

from pathlib import Path

from ..nouns import Edition
from .content import build
from .html import html
from .index import Brief
from .pdf import pdf

__all__ = ["Brief", "build", "html", "pdf", "write"]


def write(edition: Edition, folder: Path, brief: Brief | None = None) -> None:
    """Write report.html and report.pdf into this folder, which must exist, and nothing else.

    Raises OSError where the folder cannot be written, KeyError where the language is not known.
    """
    document = build(edition, brief)
    page, paper = html(document), pdf(document)
    (folder / "report.html").write_bytes(page)
    (folder / "report.pdf").write_bytes(paper)
