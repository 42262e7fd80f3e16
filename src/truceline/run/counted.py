"""What a run counted: the numbers of summary.json."""

from __future__ import annotations

import dataclasses
from typing import Any

from .. import tally, when
from ..nouns import OWN_WORD_CODES, Edition, Reading


def counts(made: Edition, set_aside: int, undated: int, later: int) -> dict[str, int]:
    """What was read, used, set aside, undated and told later, and what was made of it."""
    used = len(made.observations)
    return {
        "captures": sum(1 for c in made.mission.captures),
        "read": used + set_aside + undated + later,
        "observations": used,
        "set_aside": set_aside,
        "undated": undated,
        "later": later,
        "unplaced": sum(1 for o in made.observations if o.lon_deg is None),
        "incidents": len(made.incidents),
        "findings": len(made.findings),
    }


def summary(made: Edition) -> dict[str, Any]:
    """What summary.json holds."""
    told = {o.id: o for o in made.observations}
    return {
        "mission": made.mission.id, "title": made.mission.title, "as_of": when.iso(made.as_of), "version": made.version,
        "parties": list(made.mission.party_ids), "counts": made.counts,
        "grades": _count(str(a.grade) for a in made.assessments),
        "outcomes": _count(str(f.outcome) for f in made.findings if f.status_reading is not Reading.PAUSED),
        "by_own_word": _count(str(f.outcome) for f in made.findings if f.reason_code in OWN_WORD_CODES),
        "figures": tally.headline(list(made.totals), list(made.incidents), told),
        "accusations": [dataclasses.asdict(s) for s in made.shares],
        "notice": made.mission.notice,
    }  # fmt: skip


def _count(words: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return dict(sorted(found.items()))
