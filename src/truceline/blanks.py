"""The blank forms of a mission on a disk: XForms, and XLSForms that pyxform turns into them."""

from __future__ import annotations

from pathlib import Path

from . import submission
from .errors import InputError, Problem, UsageError
from .submission import Form, RefusedError


def forms_in(folder: Path) -> dict[str, Form]:
    """The blank forms of a mission: every XForm (.xml) and XLSForm (.xlsx) in this folder, by id; raises InputError.

    An XLSForm is turned by pyxform, which comes with the extra `forms`.
    """
    made: dict[str, Form] = {}
    paths = sorted(p for p in (folder.iterdir() if folder.is_dir() else ()) if p.suffix in {".xml", ".xlsx"})
    for path in (p for p in paths if not p.name.startswith((".", "~$"))):
        try:
            one = submission.form_of(path.read_bytes() if path.suffix == ".xml" else _turned(path), path.name)
        except RefusedError as error:
            raise InputError(Problem(path.name, 0, "", str(error), "an XForm or an XLSForm")) from None
        if one.id in made:
            raise InputError(Problem(path.name, 0, "", f"a second form with the id {one.id!r}", "one form an id"))
        made[one.id] = one
    if not made:
        raise InputError(Problem(str(folder), 0, "", "no form", "XForms or XLSForms; `truceline forms` writes them"))
    return made


def _turned(path: Path) -> bytes:
    try:
        from pyxform.xls2xform import convert
    except ImportError:
        raise UsageError("an XLSForm needs pyxform: pip install 'truceline[forms]'") from None
    try:
        found: str = convert(path).xform
    except Exception as error:  # pyxform raises what it likes
        raise RefusedError(400, f"{path.name} is no XLSForm ({error})") from None
    return found.encode()
