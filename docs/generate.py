"""Rewrite the generated tables of these pages from the code: `python docs/generate.py`, or `--check` to only compare.

A table stands between `<!-- generated:NAME -->` and `<!-- /generated -->`. What the code cannot say of itself (what a
rule means, in a sentence) stands in meanings.yaml; a name that only one of the two knows stops the script.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from truceline import assess, cli, columns, formats, kinds, settles, store, terms
from truceline.fuse import compare, weights
from truceline.nouns import Grade, Outcome

HERE = Path(__file__).parent
SAID: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "meanings.yaml").read_text("utf-8"))
BLOCK = re.compile(r"(<!-- generated:([\w.-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)
CHECKS = Path(str(terms.__file__)).parent


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; `head` holds the names of its columns, separated by |."""
    body = ("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows)
    return "\n".join([f"| {head} |", "|" + "---|" * (head.count("|") + 1), *body])


def said(topic: str, names: Iterable[str]) -> list[tuple[str, Any]]:
    """What meanings.yaml says of these names; raises SystemExit where it says too little or too much."""
    found = {f"`{name}`": SAID[topic].get(name) for name in names}
    if wrong := {name for name in SAID[topic] if f"`{name}`" not in found} | {n for n in found if not found[n]}:
        raise SystemExit(f"meanings.yaml, {topic}: only the code or only the page knows {', '.join(sorted(wrong))}")
    return list(found.items())


def given(file: Path) -> set[tuple[str, str]]:
    """Pairs of outcome and reason code that a check can give: an outcome and a text side by side in its source."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        items = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        words = {k.arg: k.value for k in node.keywords} if isinstance(node, ast.Call) else {}
        sides = [*pairwise(items), *pairwise(words[k] for k in ("outcome", "reason_code") if k in words)]
        for first, second in sides:
            outcomes = [n.attr.lower() for n in ast.walk(first) if isinstance(n, ast.Attribute) and n.attr.isupper()]
            inside = () if isinstance(second, ast.JoinedStr) else ast.walk(second)
            texts = [n.value for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            found |= {(o, text) for o in outcomes if o in set(Outcome) for text in texts}
    return found


def reasons() -> str:
    """Every reason code with its outcomes and the files that give it."""
    rows, files = [], (CHECKS.parent / "check.py", *sorted(CHECKS.glob("*.py")))
    seen = [(f"`{code}`", outcome, file.stem) for file in files for outcome, code in given(file) if code]
    for code, meaning in said("reason_codes", sorted({s[0].strip("`") for s in seen})):
        outcomes, stems = ([s[n] for s in seen if s[0] == code] for n in (1, 2))
        rows.append((code, ", ".join(sorted(set(outcomes))), ", ".join(sorted(set(stems))), meaning))
    return table("reason_code | with outcome | given by | meaning", rows)


def kinds_of_term() -> str:
    """Every kind of term: what it tests, its params, what it can answer, the shared weighing included."""
    rows = []
    for kind, (tests, params) in said("terms", terms.CHECKS):
        file = CHECKS / f"{kind.strip('`')}.py"
        shared = ("acts.py", "case.py") if "from .acts import" in file.read_text("utf-8") else ()
        found = given(file).union(*(given(CHECKS / name) for name in shared))
        rows.append((kind, tests, params, ", ".join(sorted(f"{o} ({code})" if code else o for o, code in found))))
    return table("kind | tests | params | outcomes (reason_code)", rows)


def value(module: str, _: str, name: str) -> object:
    """The present value of a number that was set by hand."""
    return getattr(import_module(f"truceline.{module}"), name)


def fields(head: str, found: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """A table of a name and some of its fields."""
    return table(head, ((f"`{name}`", *(of.get(key, "") for key in head.split(" | ")[1:])) for name, of in found))


def points() -> str:
    """What each sort of account can settle."""
    head = "line | how it was perceived | of what | what it can settle"
    rows = (
        (
            f"`{r.id}`",
            ", ".join(sorted(r.methods)) or "any other",
            ", ".join(f"`{k}`" for k in r.kinds) or "anything else",
            what,
        )
        for r in settles.TABLE
        for what in [(f"phase {r.phase}: " if r.phase else "") + (", ".join(r.points) or "nothing")]
    )
    return table(head, rows)


SHIPPED = weights.shown(weights.parse(store.shipped(store.WEIGHTS)))


def features() -> str:
    """Every feature with what its levels weigh as shipped."""
    levels = SHIPPED["levels"]
    return table(
        "feature | what it compares | levels and bits",
        ((name, what, "; ".join(f"{w} {b:+.1f}" for w, b in levels[name.strip("`")].items()))
         for name, what in said("features", compare.FEATURES)),
    )  # fmt: skip


def fitted() -> str:
    """What the shipped weights were fitted on."""
    found = SHIPPED["about"]["fitted_on"]
    return table("set | pairs | one happening | not compared or barred", (one.values() for one in found))


WHY = dict(said("rules", (rule for _, rule, _ in assess.rules())))
RULES = {r: {"grade": grade, "question": asked, "meaning": WHY[f"`{r}`"]} for asked, r, grade in assess.rules()}
EVENTS = formats.metadata("reports")["value_tables"]["event_types"]
CODEBOOK, NUMBERS = "column | meaning | unit | allowed", SAID["constants"]
BOOKS = {file: [(c.name, asdict(c)) for c in found] for file, found in columns.FILES.items()}
CHANGED = {file: [(c.name, asdict(c)) for c in found] for file, found in columns.CHANGE_FILES.items()}
MADE: dict[str, Callable[[], str]] = {
    "verbs": lambda: table("verb | does", ((f"`{v}`", what) for v, what in cli.VERBS.items())),
    "grades": lambda: table("grade | meaning", said("grades", Grade)),
    "outcomes": lambda: table("outcome | meaning", said("outcomes", Outcome)),
    "features": features, "fitted": fitted, "settles": points,
    "rules": lambda: fields("rule | grade | question | meaning", RULES.items()),
    "kinds": lambda: fields("kind | label | family | acled | ucdp | plover | imsma", kinds.shipped().items()),
    "formats": lambda: fields("format | title | publisher | cadence", ((i, formats.metadata(i)) for i in formats.IDS)),
    "event_types": lambda: fields("event_type | kind | weapon_class", EVENTS.items()),
    "reason_codes": reasons, "terms": kinds_of_term,
    "constants": lambda: table("constant | value | meaning", ((f"`{n}`", value(*n.rpartition(".")), w) for n, w in NUMBERS.items())),
    **{f"change-{file.removesuffix('.csv')}": partial(fields, CODEBOOK, book) for file, book in CHANGED.items()},
    **{f"columns-{file.removesuffix('.csv')}": partial(fields, CODEBOOK, book) for file, book in BOOKS.items()},
}  # fmt: skip

if __name__ == "__main__":
    old = {page: page.read_text("utf-8") for page in sorted(HERE.rglob("*.md"))}
    new = {page: BLOCK.sub(lambda m: f"{m[1]}{MADE[m[2]]()}\n{m[3]}", text) for page, text in old.items()}
    stale = [page for page in old if new[page] != old[page]]
    for page in stale:
        if "--check" not in sys.argv:
            page.write_text(new[page], "utf-8")
        sys.stdout.write(f"{page.name} {'is stale' if '--check' in sys.argv else 'rewritten'}\n")
    sys.exit(1 if stale and "--check" in sys.argv else 0)
