"""report.yaml -> Letterhead: a mission's own names, logo, order of parts and wording, without touching code."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from . import yamlfile
from .errors import InputError, Problem
from .nouns import Capture, Letterhead

FILE = "report.yaml"
MOST_LOGO_BYTES = 200_000
_SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<"}


class LetterheadModel(BaseModel):
    """report.yaml; every key may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    organisation: dict[str, str] = Field(default_factory=dict)
    title: dict[str, str] = Field(default_factory=dict)
    notice: dict[str, str] = Field(default_factory=dict)
    logo: str = ""
    logo_alt: dict[str, str] = Field(default_factory=dict)
    order: list[str] = Field(default_factory=list)
    leave_out: list[str] = Field(default_factory=list)
    wording: dict[str, dict[str, str]] = Field(default_factory=dict)


def read(files: dict[str, Capture]) -> Letterhead:
    """The letterhead among a mission's files (path -> capture); an empty one where there is none.

    Raises InputError with file and line where report.yaml or its logo cannot be used.
    """
    if FILE not in files:
        return Letterhead()
    data, lines = yamlfile.load(FILE, _text(files[FILE]))
    model = yamlfile.model(LetterheadModel, FILE, data or {}, lines)
    logo, form = _logo(model, files, lines)
    return Letterhead(
        model.organisation, model.title, model.notice, logo, form, model.logo_alt, tuple(model.order),
        tuple(model.leave_out), model.wording, {str(key[0]): line for key, line in lines.items() if len(key) == 1},
    )  # fmt: skip


def _text(capture: Capture) -> str:
    try:
        return capture.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem(FILE, 1, "", "bytes that are no UTF-8", "a text in UTF-8")) from None


def _logo(model: LetterheadModel, files: dict[str, Capture], lines: dict[Any, int]) -> tuple[bytes, str]:
    if not model.logo:
        return b"", ""
    line = lines.get(("logo",), 1)

    def refused(found: str, expected: str) -> InputError:
        return InputError(Problem(FILE, line, "logo", found, expected))

    form = model.logo.rpartition(".")[2].lower()
    capture = files.get(model.logo)
    if form not in _SIGNATURES or not model.logo.startswith("report/"):
        raise refused(repr(model.logo), "the path of a PNG or SVG file in the folder report/, such as report/logo.svg")
    if capture is None:
        raise refused(f"{model.logo}, which is not there", "a file of the mission folder")
    if len(capture.data) > MOST_LOGO_BYTES:
        raise refused(f"a logo of {len(capture.data):,} bytes", f"at most {MOST_LOGO_BYTES:,} bytes")
    if not capture.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_SIGNATURES[form]):
        raise refused(f"{model.logo}, which is no {form.upper()} file", f"a {form.upper()} file")
    lowered = capture.data.lower()
    if form == "svg" and any(sign in lowered for sign in (b"<script", b"href=", b"<!entity", b"@import", b"url(http")):
        raise refused(f"{model.logo} with a script, a link or an entity", "a drawing that stands alone")
    if not model.logo_alt.get("en"):
        raise refused("a logo without words for those who cannot see it", "logo_alt: {en: what the logo shows}")
    return capture.data, form
