"""The house rules: who may import whom, what a name may be, what must be documented, no network."""

import ast
import functools
import graphlib
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from missions import obs
from truceline import agreement, assess, cli, columns, formats, kernels, terms, verbs

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/truceline"
DOCS = "\n".join(p.read_text("utf-8") for p in sorted((ROOT / "docs").rglob("*.md")))
FILES = sorted(p for p in PACKAGE.rglob("*.py"))
MODULES = {
    ".".join(("truceline", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): p for p in FILES
}
STAGES = {"normalise", "read", "fuse", "assess", "coverage", "satellite", "check", "tally", "trend", "report"}
IN_SATELLITE = {"raster.py", "scenes.py", "stac.py"}
"""Edges that stand beside the stage they read for."""
EDGES = {
    "bare",
    "blanks",
    "imagery",
    "bundle",
    "catalogues",
    "collect",
    "cutting",
    "gathering",
    "ranges",
    "devices",
    "letterhead",
    "machines",
    "mission",
    "mission_tables",
    "overhead",
    "parcel",
    "partition",
    "receipts",
    "receiving",
    "store",
    "taking",
    "surface",
    "run",
    "cli",
    "verbs",
    "formats",
    "template",
    "export",
    "fetch",
    "pull",
    "review",
    "receive",
    "clock",
    "scenario",
    "terminal",
    "web",
}


@functools.cache
def parsed(path):
    """Of a file: its import statements, those among them that only the type checker follows, the names of its classes."""
    every = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    asides = [n for n in every if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)]
    hidden = {n for aside in asides for part in aside.body for n in ast.walk(part)}
    statements = [n for n in every if isinstance(n, ast.Import | ast.ImportFrom)]
    return statements, hidden.intersection(statements), {n.name for n in every if isinstance(n, ast.ClassDef)}


@functools.cache
def imported(path):
    """Modules of this package that a file imports, by their first name, those inside functions too."""
    depth = len(path.relative_to(PACKAGE).parts)
    found = set()
    statements, hidden, _ = parsed(path)
    for node in (n for n in statements if isinstance(n, ast.ImportFrom) and n not in hidden):
        if node.level == depth:
            found |= {node.module.partition(".")[0]} if node.module else {a.name for a in node.names}
        elif node.level == 0 and node.module.startswith("truceline"):
            found.add(node.module.removeprefix("truceline.").partition(".")[0])
    return found - {"__version__"}


def outside(path):
    """First names of everything that a file imports from other packages."""
    return {name.partition(".")[0] for name in whole_names(path)}


def whole_names(path):
    """Full names of the modules that a file imports from other packages."""
    statements, _, _ = parsed(path)
    found = {n.module for n in statements if isinstance(n, ast.ImportFrom) and n.level == 0}
    return found | {a.name for n in statements if isinstance(n, ast.Import) for a in n.names}


def of(stage):
    """The files of a stage: one module or a folder."""
    folder = PACKAGE / stage
    edges = IN_SATELLITE if stage == "satellite" else set()
    return (
        sorted(p for p in folder.rglob("*.py") if p.name not in edges) if folder.is_dir() else [PACKAGE / f"{stage}.py"]
    )


@pytest.mark.parametrize("name", ["nouns", "errors"])
def test_nouns_and_errors_import_the_standard_library_only(name):
    assert imported(PACKAGE / f"{name}.py") <= {"nouns"}
    assert outside(PACKAGE / f"{name}.py") <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "name",
    [
        "rows",
        "when",
        "where",
        "agreement",
        "spread",
        "satellite/detections",
        "satellite/answers",
        "satellite/grid",
        "satellite/tiff",
    ],
)
def test_the_ground_floor_imports_nouns_and_libraries_only(name):
    assert imported(PACKAGE / f"{name}.py") <= {"nouns", "errors", "when", "where", "yamlfile", "threads"}


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_imports_no_other_stage_and_no_edge(stage):
    own = {stage} | ({"terms", "coverage"} if stage == "check" else set())
    for path in of(stage):
        assert not imported(path) & (STAGES - own), path
        assert not imported(path) & EDGES, path


def test_the_checks_know_no_stage_but_coverage():
    for path in of("terms"):
        assert not imported(path) & (STAGES - {"coverage"} | EDGES), path


@pytest.mark.parametrize(
    "stage",
    sorted(
        (
            STAGES
            | {
                "terms",
                "accounts",
                "voices",
                "dated",
                "coarse",
                "watching",
                "changepoint",
                "tasks",
                "submission",
                "attachment",
            }
        )
        - {"report"}
    ),
)
def test_a_stage_has_no_clock_no_network_no_disk_and_no_randomness(stage):
    for path in of(stage):
        assert not outside(path) & {
            "time",
            "socket",
            "urllib",
            "http",
            "os",
            "pathlib",
            "random",
            "secrets",
            "tempfile",
            "subprocess",
        }, path
        assert not re.search(r"\b(open|now|today|utcnow)\(", path.read_text("utf-8")), path


def test_nothing_but_run_and_the_formats_own_folder_imports_the_formats():
    assert [n for n, p in MODULES.items() if "formats" in imported(p) and p.parent.name != "formats"] == [
        "truceline.bare",
        "truceline.partition",
        "truceline.receive",
        "truceline.run.naming",
        "truceline.run.order",
    ]


def test_nothing_but_the_command_line_imports_run_and_nothing_imports_the_command_line():
    assert {
        n
        for n, p in MODULES.items()
        if "run" in imported(p) and not n.startswith(("truceline.verbs", "truceline.web", "truceline.run"))
    } == set()
    bare = {n for n, p in MODULES.items() if "bare" in imported(p) and not n.startswith("truceline.verbs")}
    assert bare <= {"truceline.web.laying"}
    assert {n for n, p in MODULES.items() if "cli" in imported(p)} == set()
    assert {n for n, p in MODULES.items() if "web" in imported(p)} <= {
        "truceline.verbs.serve",
        "truceline.verbs.phones",
    }
    assert {n for n, p in MODULES.items() if "verbs" in imported(p)} == {"truceline.cli"}


def test_only_collect_may_open_a_connection():
    for path in FILES:
        if path.name != "collect.py":
            allowed = {"urllib"} if whole_names(path) & {"urllib.parse"} and "web" in path.parts else set()
            if path.parts[-2:] == ("web", "phones.py"):  # takes the address that it listens on, and opens nothing
                allowed.add("socket")
                assert "connect" not in path.read_text("utf-8")
            assert "urllib.request" not in whole_names(path)
            assert not (outside(path) - allowed) & {
                "socket",
                "urllib",
                "http",
                "httpx",
                "urllib3",
                "requests",
                "aiohttp",
                "ftplib",
                "smtplib",
            }, path


def test_no_module_is_named_after_nothing():
    forbidden = {
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "misc",
        "base",
        "core",
        "engine",
        "manager",
        "handler",
        "processor",
        "service",
    }
    assert not {p.stem for p in FILES} & forbidden
    classes = {name for p in FILES for name in parsed(p)[2]}
    assert not [c for c in classes if re.search(r"(Manager|Handler|Processor|Service|Helper|Util|Base|Engine)s?$", c)]


def needs(name):
    """The modules of this package that one needs while it is being imported, by their whole names; packages it stands in left out."""
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    tree = ast.parse(path.read_text("utf-8"))
    waiting, found = list(tree.body), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*start, *([node.module] if node.module else [])])
            inner = {f"{origin}.{a.name}" for a in node.names} & set(MODULES)
            found |= inner if len(inner) == len(node.names) else inner | {origin}
    above = {".".join(package[:k]) for k in range(1, len(package) + 1)} - {name}
    found = {n for n in found if n in MODULES}
    return (found | {p for n in found for p in parents(n)}) - above - {name}


def parents(name):
    """The packages that a module stands in."""
    parts = name.split(".")
    return {".".join(parts[:k]) for k in range(1, len(parts))}


def test_no_module_needs_itself_to_be_imported():
    """Without a ring, a module imports alone as it does after what it needs: `test_each_module_imports_alone` leans on this."""
    order = graphlib.TopologicalSorter({n: needs(n) for n in MODULES if "starter" not in n})
    assert set(order.static_order()) <= set(MODULES)


ALONE = """
import importlib, sys, traceback
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException:
        print(name, traceback.format_exc(), flush=True)
"""


def test_each_module_imports_alone():
    """Each after what it needs. Without a ring (above), that is what it would meet alone."""
    order = graphlib.TopologicalSorter({n: needs(n) for n in MODULES if "starter" not in n}).static_order()
    done = subprocess.run([sys.executable, "-c", ALONE, *order], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_report_brings_all_its_modules():
    code = "import sys, truceline.report; print(*(m for m in sys.modules if m.startswith('truceline.report.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {n for n in MODULES if n.startswith("truceline.report.")}


def test_help_imports_nothing_heavy_and_says_what_there_is():
    code = ("import sys\nfrom truceline import cli\ntry: cli.main(['--help'])\nexcept SystemExit as e: assert e.code == 0\n"
            "heavy = 'polars pydantic cyclopts rich yaml numpy shapely pyproj typst'.split()\n"
            "print([m for m in heavy if m in sys.modules])")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f"  {verb} " in done.stdout for verb in cli.VERBS)


def test_the_overview_lists_exactly_the_verbs_that_exist():
    registered = [name for name in verbs.app if not name.startswith("-")]
    assert list(cli.VERBS) == registered


def test_the_kinds_of_term_that_a_file_may_name_are_those_that_have_a_check():
    assert tuple(terms.CHECKS) == agreement.KINDS


def test_every_format_has_a_reader_and_a_description():
    for name in formats.IDS:
        assert callable(formats.load(name))
        assert {"title", "publisher", "cadence", "suffixes"} <= set(formats.metadata(name))
    with pytest.raises(KeyError):
        formats.load("pigeons")


def test_the_codebook_names_each_column_once():
    for name, listed in columns.FILES.items():
        names = [c.name for c in listed]
        assert len(set(names)) == len(names), name
        assert all(c.meaning for c in listed), name


def test_every_table_of_a_run_has_its_columns_in_the_codebook(truceline, mission, tmp_path, quick_report):
    mission.tell(obs("O1", "mon"))
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0
    written = {p.name: p.read_text("utf-8").split("\n", 1)[0].split(",") for p in (tmp_path / "out").glob("*.csv")}
    assert written == {name: columns.names(name) for name in columns.FILES}


def test_a_whole_run_opens_no_connection(truceline, mission, tmp_path, monkeypatch):
    def refuse(*_, **__):
        pytest.fail("a connection was opened")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    mission.tell(obs("O1", "mon"))
    assert truceline("run", mission.path, "--out", tmp_path / "out").code == 0


@pytest.mark.parametrize(
    "word", [*cli.VERBS, *formats.IDS, *terms.CHECKS, *(r for _, r, _ in assess.rules()), *columns.FILES]
)
def test_every_verb_format_kind_of_term_rule_and_file_is_documented(word):
    assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", DOCS), f"{word} stands in no page of docs/"


def test_the_generated_tables_of_the_docs_are_those_of_the_code():
    if not (ROOT / "docs/generate.py").exists():
        pytest.skip("docs/generate.py is not there")
    done = subprocess.run(
        [sys.executable, ROOT / "docs/generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_compiled_code_is_of_names_every_module_that_is_compiled() -> None:
    """Numba does not see that a function which another calls has changed: the cache is chosen by these sources."""
    compiled = {
        p.relative_to(PACKAGE).as_posix() for p in FILES if re.search(r"^@njit", p.read_text("utf-8"), re.MULTILINE)
    }
    assert compiled <= set(kernels.SOURCES)
