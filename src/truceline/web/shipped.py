"""What comes with the package as files: styles, the built browser code, fonts; served from this address alone."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from ..report.scripts import FONTS

STATIC = Path(__file__).with_name("static")
BUILT = STATIC / "built/workbench.js"


def built() -> bool:
    """Whether the browser code was built into this package; without it the drawn map stands."""
    return BUILT.is_file()


def mount(app: FastAPI) -> None:
    """Serve the files under `/static`, the fonts of the report under `/static/fonts`."""
    mimetypes.add_type("text/javascript", ".mjs")
    mimetypes.add_type("font/woff2", ".woff2")
    app.mount("/static/fonts", StaticFiles(directory=FONTS, check_dir=False), "fonts")
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), "static")
