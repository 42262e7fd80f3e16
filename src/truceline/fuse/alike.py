"""Which kinds can be accounts of one happening, and how near two kinds are: a table worked out once a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import kinds

VIOLENCE = ("fire", "explosion", "mine", "culture", "detained", "crowd", "other")
"""Families whose kinds may be accounts of one happening: one source sees the shot, another the burnt house."""
SAME, GENERAL, HARM, SPECIAL, BUILDING, OTHER, SITE, BLAST, DETAINED, APART = range(10)
WORDS = (
    "the same kind", "a general kind beside a special one", "harm to people beside the act", "two special kinds",
    "damage to buildings beside the act", "an unclear kind beside another", "damage to a cultural site beside another kind",
    "a blast beside laying or finding", "a detention beside another kind", "kinds that are never one happening",
)  # fmt: skip


@dataclass(frozen=True)
class Kinds:
    """Every kind's code, the block of kinds it is compared with, and how near each two of them are."""

    codes: dict[str, int]
    blocks: dict[str, int]
    strands: dict[str, str]
    table: NDArray[np.int8]


def kinds_of(names: list[str], own: dict[str, dict[str, Any]] | None = None) -> Kinds:
    """The kinds of a table of observations; one of the family `none` is in no block."""
    known = sorted(names)
    families = {k: kinds.family(k, own) for k in known}
    strands = {k: "violence" if f in VIOLENCE else f for k, f in families.items()}
    numbers = {s: n for n, s in enumerate(sorted(set(strands.values())))}
    table = np.array([[_level(a, b, families) for b in known] for a in known], dtype=np.int8).reshape(
        len(known), len(known)
    )
    blocks = {k: numbers[s] for k, s in strands.items() if families[k] != kinds.NO_HAPPENING}
    return Kinds({k: n for n, k in enumerate(known)}, blocks, strands, table)


def _general(kind: str) -> bool:
    return kind.endswith(".unspecified") or "." not in kind


def _level(a: str, b: str, families: dict[str, str]) -> int:
    if a == b:
        return SAME
    if {families[a], families[b]} == {"mine"}:
        return BLAST
    for found, level in ((_site, SITE), (_detained, DETAINED), (_other, OTHER), (_building, BUILDING), (_harm, HARM)):
        if found(a) or found(b):
            return level
    if families[a] != families[b]:
        return GENERAL if _general(a) or _general(b) else APART
    return GENERAL if _general(a) or _general(b) else SPECIAL


def _site(kind: str) -> bool:
    return kind == "harm.cultural_site"


def _detained(kind: str) -> bool:
    return kind.startswith("person.")


def _other(kind: str) -> bool:
    return kind == "other"


def _building(kind: str) -> bool:
    return kind == "harm.building"


def _harm(kind: str) -> bool:
    return kind.startswith("harm.")
