"""Mission files as plain data: the quick loader and the exact one read the same, and whatever neither reads is said with its line."""

from pathlib import Path

import pytest

from truceline import yamlfile
from truceline.errors import InputError

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(ROOT.glob("missions/*/**/*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_both_loaders_read_the_same_data_and_lines(path):
    text = path.read_text("utf-8")
    assert yamlfile.load(path.name, text) == yamlfile._said(path.name, text)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: [", 2, "<stream end>"),
        ("a: \x07", 1, "special characters are not allowed"),
        ("a: 1\nb: *no", 2, "undefined alias 'no'"),
        ("a: 1\na: 2", 2, "the same key twice"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, line, said):
    with pytest.raises(InputError, match=rf"f\.yaml:{line}: .*{said}"):
        yamlfile.load("f.yaml", text)


def test_a_date_stays_the_text_that_somebody_wrote():
    assert yamlfile.load("f.yaml", "a: 2025-01-02")[0] == {"a": "2025-01-02"}
