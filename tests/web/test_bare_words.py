"""No word that a reader sees stands in the browser's code: each comes from the catalogues by `say`."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web/src"
OTHER = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|"""
    r"""(?<=[(,=:\[!&|?{};\s])/(?![/*\s])(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/[gimsuy]*""",
    re.DOTALL,
)
"""A comment, a text, or an expression that texts are searched by."""
NAME = re.compile(r"[a-z0-9_./:#*?=&,\x00-]*")
"""One word in small letters, an address or a path: what code calls things by."""
SEEN = re.compile(
    r"(?:\.(?:textContent|innerText|title|alt|placeholder)\s*=|\bannounce\(|(?:\"aria-label\"|\btitle|\balt|\bplaceholder)\s*:)\s*$"
)
"""What stands before a text that a reader sees or hears."""
PLUMBING = {
    # GeoJSON, events, browser interfaces
    "Feature", "FeatureCollection", "Point", "LineString", "Polygon", "Escape", "Enter", "Backspace", "Home", "End",
    "AbortError", "GMT", "UTC", "longOffset", "timeZoneName", "en-GB", "en-CA", "WebGL", "%2F", "%2C", "\0T00:00:00Z",
    # sources of the map, fonts and letters that try them
    "zonePoints", "sectorMarks", "Noto Sans", "Noto Sans Thai", "Noto Sans Khmer", "Bold", "Aa", "กั", "ខ្ម", '\0 16px "\0"',
    # selectors and queries of the page
    "input:not([type=checkbox]), textarea, select, [contenteditable]", "a, button, [tabindex]", "a, button",
    "a, button, input, summary", "input[name='q']", "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)",
    # style: nothing of it is read
    "inset(0 \0% 0 0)", "inset(0 0 0 \0%)", "rgba(\0, \0, \0, \0)", "M\0", "L",
}  # fmt: skip


def literal(code, at):
    """Where the comment or text that begins here ends, what it says with its values as \\0, and those values; None for none."""
    if code[at] != "`":
        match = OTHER.match(code, at)
        return match and (match.end(), "" if match[0][0] == "/" else match[0][1:-1], [])
    body, values, n = "", [], at + 1
    while code[n] != "`":
        if code.startswith("${", n):
            end = closed(code, n + 2)
            values.append(code[n + 2 : end - 1])
            body, n = body + "\0", end
        else:
            step = 2 if code[n] == "\\" else 1
            body, n = body + code[n : n + step], n + step
    return n + 1, body, values


def closed(code, at, meets=lambda _at, _place: None):
    """Where what was opened before `at` is closed; `meets` is told of each text in it and of its place among the arguments."""
    depth, place = 1, 0
    while depth and at < len(code):
        found = literal(code, at)
        if found:
            if depth == 1:
                meets(at, place)
            at = found[0]
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[at], 0)
        place += code[at] == "," and depth == 1
        at += 1
    return at


def texts(code):
    """Where each text of the code begins, what it says, and the values in it."""
    at = 0
    while at < len(code):
        found = literal(code, at)
        if found:
            yield at, found[1], found[2]
        at = found[0] if found else at + 1


def bare(code):
    """Texts of a module that neither name something nor come from the catalogues."""
    found, shown = [], put(code)
    for at, body, values in texts(code):
        found += [text for value in values for text in bare(value)]
        words = re.sub(r"\\[nt]", " ", body)
        if not re.search(r"[^\W\d_]", words) or body in PLUMBING:
            continue
        before = code[max(at - 80, 0) : at]
        if at in shown or SEEN.search(before) or not (NAME.fullmatch(body) or plumbed(body, before)):
            found.append(body)
    return found


def plumbed(body, before):
    """Classes, selectors of data attributes, shaders, and the words of an error that a message quotes."""
    return (
        re.search(r"(class|className):\s*$|classList\.\w+\($|Error\($", before)
        or re.fullmatch(r"(\[data-[\w-]+(=.*)?\]|svg| )+", body)
        or body.startswith("#version")
        or re.search(r"(dot|cross):\s*$", before)
    )


def put(code):
    """Where the texts begin that are put into an element as they are: by `make` after its attributes, or by `append`."""
    found = set()
    for call in re.finditer(r"\b(make|append|prepend)\(", code):
        first = 2 if call[1] == "make" else 0
        closed(code, call.end(), lambda at, place, first=first: found.add(at) if place >= first else None)
    return found


@pytest.mark.parametrize("path", sorted(WEB.glob("*.js")), ids=lambda p: p.stem)
def test_no_word_that_is_seen_stands_in_the_code(path):
    assert bare(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'note.textContent = "loading";',
        'make("p", { class: "card-note" }, "nothing here");',
        'make("p", {}, say("keys"), "km");',
        'make("button", { title: "close" }, "×");',
        "return `${number(metres)} m`;",
        'announce("selected");',
        'const words = "Nobody looked";',
        'note.append(say("stale"), "again");',
        'make("a", {}, on ? say("pause") : `Play ${name}`);',
    ],
)
def test_a_word_that_is_seen_would_be_found(line):
    assert bare(line)


@pytest.mark.parametrize(
    "line",
    [
        'make("p", { class: "card-note" }, say("open_incident"), " · ");',
        "document.querySelector(\"[data-part='list'] [data-incident]\");",
        "ask(`/map/shown.bin?${asked}`);",
        '// "Nobody looked" is hatched\nput("marks", EMPTY);',
    ],
)
def test_what_nobody_reads_is_left_alone(line):
    assert bare(line) == []
