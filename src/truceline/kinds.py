"""The tree of kinds: labels, which kinds can be accounts of one happening, and the crosswalk to other taxonomies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

NO_HAPPENING = "none"
"""Family of kinds that are no happening: kept, listed, never fused."""
FILE = Path(__file__).with_name("kinds.yaml")


@lru_cache(maxsize=1)
def shipped() -> dict[str, dict[str, Any]]:
    """Kind -> label, family, acled, ucdp, plover, imsma, as shipped."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def tree(own: dict[str, dict[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """The shipped tree with a mission's own additions."""
    return {**shipped(), **(own or {})}


def family(kind: str, own: dict[str, dict[str, Any]] | None = None) -> str:
    """Kinds of one family can be accounts of one happening; an unknown kind takes its parent's or its own name."""
    known = tree(own)
    while kind:
        if kind in known:
            return str(known[kind].get("family") or kind)
        parent, _, _ = kind.rpartition(".")
        if not parent:
            break
        kind = parent
    children = [str(v.get("family")) for k, v in known.items() if k.startswith(kind + ".")]
    return children[0] if children else kind


def label(kind: str, own: dict[str, dict[str, Any]] | None = None) -> str:
    """The kind in plain words."""
    return str(tree(own).get(kind, {}).get("label") or kind.replace(".", " ").replace("_", " "))


def within(kind: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a kind lies under any of these prefixes (`fire` holds `fire.mortar`)."""
    return any(kind == prefix or kind.startswith(prefix + ".") for prefix in prefixes)


OTHER = "other"
GROUPS: dict[str, tuple[str, ...]] = {
    "fire": ("fire", "agent"),
    "explosion": ("explosion", "mine"),
    "force": ("force", "weapon", "air"),
    "harm": ("harm",),
    "person": ("person", "crowd"),
    "access": ("access", "border"),
    OTHER: (),
}
"""Groups of kinds whose numbers are followed over time, with the branches of the tree in each; the rest is `other`."""


def group(kind: str, modality: str = "done") -> str:
    """The group in which a kind is counted over time; what was only threatened or ordered is `other`: it is no fire."""
    if modality in {"threatened", "ordered"}:
        return OTHER
    branch = kind.partition(".")[0]
    return next((name for name, branches in GROUPS.items() if branch in branches), OTHER)
