"""How often a grade by each rule was right, where that can be counted: in scenarios whose truth is known.

A rate is a frequency among inventions, and says so wherever it is printed. It is not given where a grade rests on a party's
own word, or on a person's decision: how often those are true, no scenario can say.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NEVER = frozenset({"O-OWN-WORD"})
"""Rules to which no rate is given, whatever was counted."""
LEAST = 100
"""Incidents by one rule below which its rate is not given."""


class Rates(NamedTuple):
    """What was counted: rule id -> (right, all), and on what, in words."""

    on: str = ""
    rules: dict[str, tuple[int, int]] = {}  # noqa: RUF012 - read only

    def probability(self, rule: str) -> float | None:
        """The share right with half a case added to either side (Jeffreys 1946), to three places; None where not given."""
        right, every = self.rules.get(rule, (0, 0))
        if rule in NEVER or every < LEAST:
            return None
        return round((right + 0.5) / (every + 1), 3)

    def basis(self, rule: str) -> str:
        """`1,234 incidents graded so in ...`; empty where no rate is given."""
        if self.probability(rule) is None:
            return ""
        right, every = self.rules[rule]
        return f"{right} of {every} incidents graded so were true in {self.on}"


def parse(found: dict[str, Any]) -> Rates:
    """The rates as rates.json holds them: `fitted_on`, and under `rules` each rule's `right` and `all`."""
    rules = {rule: (int(n["right"]), int(n["all"])) for rule, n in found["rules"].items()}
    return Rates(str(found["fitted_on"]), rules)
