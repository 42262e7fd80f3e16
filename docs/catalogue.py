"""The catalogues of the report's messages: drawn from the source, and checked for what a translator left out.

python docs/catalogue.py            draw report.pot anew and bring every language up to date with it
python docs/catalogue.py --check    say what is missing or wrong, and change nothing
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages import Catalog, extract, pofile

from truceline import __version__, kinds
from truceline.report import tongue

SOURCE = Path(tongue.__file__).parent
BESIDE = ("tasks.py", "tasklists.py", "tasksheet.py")
"""Modules beside the report that speak by its catalogues: what a patrol takes along."""
WEB = SOURCE.parent / "web"
WEB_TEMPLATE = WEB / "locale" / "workbench.pot"
"""The workbench speaks English so far: its messages are drawn here, ready for whoever translates them."""
JINJA = {"**.jinja": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {"say": None, "said": None, "later": None, "say_n": (1, 2)}


def template() -> Catalog:
    """Every message of the report and of tasks for patrols, and the labels of the shipped kinds."""
    made = Catalog(project="Truceline", version=__version__, charset="utf-8", fuzzy=False)
    made.mime_headers  # noqa: B018  # fixes the header before the dates go
    found = extract.extract_from_dir(
        SOURCE, method_map=[("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
    )
    for file, _, message, _, _ in found:
        made.add(message, locations=[(file, None)], flags=())
    for name in BESIDE:
        for _, message, _, _ in extract.extract_from_file("python", SOURCE.parent / name, keywords=KEYWORDS):
            made.add(message, locations=[(f"../{name}", None)], flags=())
    for kind, entry in kinds.shipped().items():
        made.add(str(entry["label"]), locations=[("../kinds.yaml", None)], context=None, auto_comments=[kind])
    return made


def workbench(known: Catalog) -> Catalog:
    """Every message of the workbench's pages that the report does not have too."""
    made = Catalog(project="Truceline", version=__version__, charset="utf-8", fuzzy=False)
    made.mime_headers  # noqa: B018
    for method in (("**.py", "python"), ("**.jinja", "jinja2.ext:babel_extract")):
        found = extract.extract_from_dir(
            WEB, method_map=[method], options_map=JINJA, keywords=KEYWORDS, strip_comment_tags=True
        )
        for file, _, message, _, _ in found:
            if known.get(_key(message)) is None:
                made.add(message, locations=[(file, None)], flags=())
    return made


def written(catalogue: Catalog) -> bytes:
    """A catalogue as a file: no dates, no line numbers, sorted, so that it changes only when a message does."""
    catalogue.header_comment = HEADER
    out = io.BytesIO()
    pofile.write_po(out, catalogue, width=120, no_location=False, omit_header=False, sort_output=True, ignore_obsolete=True,
                    include_lineno=False)  # fmt: skip
    dated = ("Project-Id-Version", "POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid",
             f"Last-Translator: {tongue.NOBODY}")  # fmt: skip
    kept = [row for row in out.getvalue().decode().splitlines() if not row.startswith(tuple(f'"{d}' for d in dated))]
    return ("\n".join(kept) + "\n").encode()


HEADER = "# Messages of the report. The English text is the key; places in braces are kept as they are."


def language(code: str, fresh: Catalog) -> Catalog:
    """The catalogue of a language, brought up to date; what the source no longer says is dropped."""
    path = tongue.LOCALES / f"{code}.po"
    with path.open("rb") as file:
        known = pofile.read_po(file, locale=code)
    known.update(fresh, no_fuzzy_matching=True, update_header_comment=False)
    return known


def problems(fresh: Catalog) -> list[str]:
    """What is missing or wrong in any catalogue, in words."""
    found = []
    if not tongue.TEMPLATE.exists() or tongue.TEMPLATE.read_bytes() != written(fresh):
        found.append("report.pot is not what the source says; run docs/catalogue.py")
    if not WEB_TEMPLATE.exists() or WEB_TEMPLATE.read_bytes() != written(workbench(fresh)):
        found.append("workbench.pot is not what the source says; run docs/catalogue.py")
    for code in tongue.languages()[1:]:
        path = tongue.LOCALES / f"{code}.po"
        with path.open("rb") as file:
            known = pofile.read_po(file, locale=code)
        for message in fresh:
            if message.id:
                found += [f"{code}: {p}" for p in _wrong(message.id, known.get(_key(message.id)))]
    return found


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _wrong(message: str | tuple[str, ...], said: object) -> list[str]:
    key = _key(message)
    texts = getattr(said, "string", "") or ""
    told = [texts] if isinstance(texts, str) else list(texts)
    if not told or not all(told):
        return [f"not translated: {key!r}"]
    wanted = tongue.places(key if isinstance(message, str) else message[1])
    return [
        f"places differ: {key!r} and {text!r}"
        for text in told
        if tongue.places(text) != wanted and not (isinstance(message, tuple) and tongue.places(text) | {"n"} == wanted)
    ] + [f"bold marks differ: {key!r}" for text in told if text.count("**") != key.count("**")]


def main() -> int:
    """Draw or check the catalogues."""
    fresh = template()
    if "--check" in sys.argv:
        found = problems(fresh)
        sys.stdout.write("\n".join(found or ["Every message is translated."]) + "\n")
        return 1 if found else 0
    tongue.TEMPLATE.write_bytes(written(fresh))
    WEB_TEMPLATE.parent.mkdir(exist_ok=True)
    WEB_TEMPLATE.write_bytes(written(workbench(fresh)))
    for code in tongue.languages()[1:]:
        (tongue.LOCALES / f"{code}.po").write_bytes(written(language(code, fresh)))
    sys.stdout.write(f"{sum(1 for m in fresh if m.id)} messages, {len(tongue.languages()) - 1} translations\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
