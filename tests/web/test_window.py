"""A window is read from a query, says what is wrong with it, and is written back as it was meant."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.nouns import Grade
from truceline.web.window import SORTS, Scope, Window, WindowError, parse

SCOPE = Scope("Asia/Bangkok", ("arda", "brel"), ("truce",), frozenset({"fire.mortar", "fire.tank", "other"}))


def read(query):
    return parse([tuple(p.split("=", 1)) for p in query.split("&") if p], SCOPE)


def test_days_are_local_and_the_last_one_is_whole():
    window = read("from=2025-08-10&to=2025-08-11")
    assert window.start == datetime(2025, 8, 9, 17, tzinfo=UTC)
    assert window.end == datetime(2025, 8, 11, 17, tzinfo=UTC)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins():
    before = read("from=2025-08-10&to=2025-08-11&kind=fire&page=3").previous
    assert before.query() == "from=2025-08-08&to=2025-08-09&kind=fire"
    assert read("from=2025-08-10").previous is None


def test_a_change_of_the_filter_goes_back_to_the_first_page_and_a_selection_does_not():
    window = read("party=arda&page=4")
    assert window.query(party="brel") == "party=brel"
    assert window.query(selected="I-A") == "party=arda&page=4&selected=I-A"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("from=yesterday", "from"), ("to=2025-13-01", "to"), ("from=2025-08-10&to=2025-08-09", "to"), ("grade=sure", "grade"),
        ("kind=love", "kind"), ("party=nobody", "party"), ("agreement=none", "agreement"), ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,nan", "bbox"), ("bbox=0,10,1,-10", "bbox"), ("bbox=-181,0,1,1", "bbox"), ("sort=up", "sort"), ("page=0", "page"),
        ("page=1e3", "page"), ("page=٣", "page"), ("page=99999999", "page"), ("q=" + "x" * 201, "q"), ("selected=" + "x" * 201, "selected"),
        ("from=2025-08-10&from=2025-08-11", "from"), ("from=0001-01-01T00:00Z", "from"), ("grade=" + ",".join("abcdefghijklmnopqrstuvwxyz"), "grade"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_what_was_expected(query, name):
    with pytest.raises(WindowError) as error:
        read(query)
    assert name in {n for n, _, _ in error.value.problems}
    assert all(expected for _, _, expected in error.value.problems)


def test_everything_wrong_is_said_at_once():
    with pytest.raises(WindowError) as error:
        read("from=x&grade=y&bbox=z&page=w")
    assert [n for n, _, _ in error.value.problems] == ["from", "grade", "bbox", "page"]


def test_unknown_names_and_empty_values_say_nothing():
    assert read("theme=dark&from=&q=") == Window(time_zone="Asia/Bangkok")


times = st.integers(-600_000_000, 5_600_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
boxes = st.tuples(*(st.integers(-180, 180), st.integers(-90, 0), st.integers(-180, 180), st.integers(1, 90))).map(
    lambda b: tuple(map(float, b))
)


@given(
    st.lists(times, min_size=2, max_size=2, unique=True).map(sorted), st.sets(st.sampled_from(sorted(Grade))),
    st.sets(st.sampled_from(["fire", "fire.tank", "other"])), st.sampled_from(["", "arda", "brel"]), st.text(max_size=40), boxes,
    st.sampled_from(SORTS), st.integers(1, 500),
)  # fmt: skip
def test_a_window_written_as_a_query_is_read_as_the_same_window(span, grades, kinds, party, words, bbox, sort, page):
    first = parse([("q", words)], SCOPE)
    window = Window(
        span[0], span[1], tuple(str(g) for g in Grade if g in grades), tuple(sorted(kinds)), party, "", first.q, bbox, sort, page, "",
        SCOPE.time_zone,
    )  # fmt: skip
    assert parse(window.items(), SCOPE) == window


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["from", "to", "grade", "kind", "party", "q", "bbox", "sort", "page", "selected"]),
            st.text(),
        )
    )
)
def test_no_query_breaks_it_otherwise_than_in_words(pairs):
    made = None
    with contextlib.suppress(WindowError):
        made = parse(pairs, SCOPE)
    assert made is None or parse(made.items(), SCOPE) == made
