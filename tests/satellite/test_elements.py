"""Element sets are read only where every line of them holds; a bad one is named with its file and line."""

from datetime import UTC, datetime

import pytest

from element_sets import made
from truceline.satellite import elements

GOOD = made()


def refused(text):
    sets, aside = elements.read("e.tle", text)
    assert sets == ()
    return [(s.file, s.line, s.reason) for s in aside]


def test_a_good_set_is_read_with_or_without_a_name_and_twice_is_once():
    (one,), aside = elements.read("e.tle", f"NOAA 20\n{GOOD}{GOOD}\n# a note\n")
    assert aside == ()
    assert one.satellite == "noaa-20"
    assert abs((one.epoch - datetime(2025, 8, 8, 3, 21, tzinfo=UTC)).total_seconds()) < 0.01


@pytest.mark.parametrize("place", [3, 10, 20, 40, 68])
def test_a_changed_digit_breaks_the_checksum(place):
    line1, line2 = GOOD.splitlines()
    digit = "7" if line2[place] != "7" else "3"
    text = f"name\n{line1}\n{line2[:place]}{digit}{line2[place + 1 :]}\n"
    ((file, line, reason),) = refused(text)
    assert (file, line) == ("e.tle", 3)
    assert "checksum" in reason


def test_lines_of_another_length_are_refused():
    line1, line2 = GOOD.splitlines()
    ((_, line, reason),) = refused(f"{line1[:-1]}\n{line2}\n")
    assert line == 1
    assert "68 characters" in reason


def test_lines_of_two_satellites_are_no_set():
    line1, other = GOOD.splitlines()[0], made(number=54234).splitlines()[1]
    ((_, line, reason),) = refused(f"{line1}\n{other}\n")
    assert line == 2
    assert reason == "catalogue number 54234, but its first line says 43013"


def test_a_satellite_that_no_table_knows_is_named():
    ((_, line, reason),) = refused(made(number=25544))
    assert line == 1
    assert "25544 is none of: 37849 suomi-npp" in reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (made(epoch=datetime(2025, 8, 8, 12, tzinfo=UTC)), "stroke of noon"),
        (made(epoch=datetime(2016, 8, 8, 3, tzinfo=UTC)), "before the launch in 2017"),
        (made(revolutions=15.5), "revolutions a day; NOAA-20 makes about 14.195"),
    ],
)
def test_an_epoch_or_an_orbit_that_cannot_be_is_refused(text, words):
    ((_, _, reason),) = refused(text)
    assert words in reason


def test_half_a_set_is_named_and_the_rest_goes_on():
    line1, line2 = GOOD.splitlines()
    sets, aside = elements.read("e.tle", f"{line2}\n{line1}\nname\n{GOOD}{line1}\n")
    assert len(sets) == 1
    assert [(s.line, s.reason) for s in aside] == [
        (1, "a second line without its first"),
        (2, "a first line without its second"),
        (6, "a first line without its second"),
    ]


def test_fields_that_are_no_numbers_are_refused():
    line1 = GOOD.splitlines()[0][:-1]
    ((_, line, reason),) = refused(made(line1=line1[:20] + "abc" + line1[23:]))
    assert line == 1
    assert "no number" in reason
