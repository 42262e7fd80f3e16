"""What a plate of `truceline change` may say: nothing that leads out of its folder, nothing without bounds."""

import json

import pytest
from test_map import plated

from truceline.web import opening, plates


def shown(front, **change):
    plated(front, "hill", "Hill", "mon", **change)
    return plates.held(front.path, opening.opened(front.path).desk)


def test_a_result_of_change_is_listed_with_its_box_and_days(front):
    found = shown(front)["hill"]
    assert (found.box, found.after_date) == ([102.4, 14.3, 102.5, 14.4], "2025-08-10/2025-08-20")


@pytest.mark.parametrize(
    "change",
    [
        {"before": "../../mission.yaml"}, {"before": "/etc/hostname"}, {"after": "a/b.png"}, {"after": "gone.png"}, {"before": "x.svg"},
        {"bounds": [[102.5, 14.4], [102.4, 14.4], [102.4, 14.3], [102.5, 14.3]]}, {"bounds": [[0, 0]] * 4}, {"more": 1},
        {"bounds": [[200, 14.4], [201, 14.4], [201, 14.3], [200, 14.3]]}, {"source": "x" * 400},
    ],
)  # fmt: skip
def test_a_plate_that_says_what_it_may_not_is_left_out(front, change):
    assert shown(front, **change) == {}


def test_a_picture_that_leads_elsewhere_or_is_none_is_left_out(front):
    plated(front, "hill", "Hill", "mon")
    desk = opening.opened(front.path).desk
    picture = front.path / "changes/hill/before.png"
    picture.unlink()
    picture.symlink_to(front.path / "mission.yaml")
    assert plates.held(front.path, desk) == {}
    picture.unlink()
    picture.write_bytes(b"GIF89a" + b"x" * 60)
    assert plates.held(front.path, desk) == {}
    (front.path / "changes/hill/plate.json").write_text(json.dumps(["x"]))
    assert plates.held(front.path, desk) == {}


def test_without_the_word_of_the_report_on_its_source_it_is_not_shown(front):
    plated(front, "hill", "Hill", "mon")
    (front.path / "changes/hill/figure.json").unlink()
    assert plates.held(front.path, opening.opened(front.path).desk) == {}
