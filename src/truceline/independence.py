"""Who agrees too often for independent voices, where nobody declared an origin and no text was copied.

Sources that err alike are the mark of dependence, sources that are right alike are not (Dong, Berti-Equille and Srivastava
2009, Integrating conflicting data: the role of source dependence). Here whole groups are tested instead of pairs, since a
conspiracy shows in where its members meet and nobody else is, long before any two of them stand out. Columns of a claim
table: source, object, value, all text; a row says that this source claims this value of this object.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .concert import Array, Evidence, Table, evidence

SEEDS, ROUNDS, STEP = 12, 4, 1.12
STRANGE = 0.05
"""A member that is so many times likelier no member, by how often it is where the group meets, is none."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that are one voice: their names, what they say together, and the evidence (log2 of a likelihood ratio).

    What they say together is given as (object, value); of things that were perceived the value is empty.
    """

    members: tuple[str, ...]
    together: tuple[tuple[str, str], ...]
    evidence_bits: float
    why: str


def _best(table: Table, order: Array) -> tuple[Evidence, Array]:
    """The group of the most evidence among the first few of this order, however many these are."""
    sizes, size = [], 2
    while size <= len(order):
        sizes.append(size)
        size = max(size + 1, int(size * STEP))
    tried = {size: evidence(table, order[:size]) for size in sizes}
    if not tried:
        return Evidence(-np.inf, order[:0]), order[:0]
    most = max(tried, key=lambda n: (tried[n].bits, -n))
    if tried[most].bits > 0:
        near = range(int(most / STEP) + 1, min(int(most * STEP) + 1, len(order)) + 1)
        tried |= {size: evidence(table, order[:size]) for size in near if size > 1}
        most = max(tried, key=lambda n: (tried[n].bits, -n))
    return tried[most], order[:most]


def _order(table: Table, members: Array) -> Array:
    """Sources by how far beyond their number of claims they say what these members say together, the most first."""
    inside = np.zeros(len(table.free), bool)
    inside[members] = True
    own = inside[table.source]
    mine = np.bincount(table.cell[own], minlength=len(table.thing))
    share = own.sum() / max(len(own), 1)
    lift = np.where(table.telling & (mine > 1), mine / np.maximum(table.support, 1), 0.0)
    if table.conflict:
        there = np.bincount(table.thing[table.cell[own]], minlength=int(table.thing.max()) + 1)[table.thing]
        lift *= mine / np.maximum(there, 1)
    weight = np.where(lift > max(share, 0.5), lift * np.log(np.maximum(mine, 1)), 0.0)
    each = weight[table.cell]
    score = np.bincount(table.source, each, len(table.free)) - table.claims * each.mean()
    score /= np.sqrt(table.claims * each.var() + 1e-9) + 1e-9
    score = np.where(table.free & (table.claims > 1), score, -np.inf)
    order = np.lexsort((np.arange(len(score)), -table.claims, -np.round(score, 6)))
    return order[score[order] > 0]


def _seeds(table: Table) -> list[Array]:
    """Supporters of the values whose supporters meet elsewhere too, beyond what their numbers of claims predict."""
    counted = table.telling[table.cell]
    source, cell = table.source[counted], table.cell[counted]
    size = np.bincount(source, minlength=len(table.free)).astype(float)
    said = np.flatnonzero(table.telling)
    at = np.full(len(table.thing), -1)
    at[said] = np.arange(len(said))
    grid = np.zeros((len(table.free), len(said)), np.float32)
    grid[source, at[cell]] = 1.0
    k = table.support[said].astype(float)
    twice = float((k * k).sum()) / max(float(k.sum()) ** 2, 1.0)
    met, mean = grid @ grid.T, np.outer(size, size) * twice
    beyond = np.clip((met - mean) / np.sqrt(mean + 0.5), -3, 12).astype(np.float32)
    np.fill_diagonal(beyond, 0.0)
    together = np.einsum("sc,sc->c", grid, beyond @ grid) / np.maximum(k - 1, 1)
    first = np.lexsort((said, -k, -np.round(together, 4)))[:SEEDS]
    return [np.flatnonzero((grid[:, c] > 0) & table.free) for c in first]


def _belonging(table: Table, members: Array, cells: Array) -> Array:
    """Those members who are as likely to say what the group says together as its members are, and not as they speak elsewhere."""
    shared = np.zeros(len(table.thing), bool)
    shared[cells] = True
    at = np.bincount(table.source[shared[table.cell]], minlength=len(table.free))[members]
    many, rest = len(cells), max(len(table.thing) - len(cells), 1)
    ours = np.clip(at.mean() / many, 0.001, 0.999)
    usual = np.clip((table.claims[members] - at + 1) / (rest + 1), 0.001, 0.999)
    better = at * np.log(ours / usual) + (many - at) * np.log((1 - ours) / (1 - usual))
    return np.asarray(members[better > np.log(STRANGE)])


def search(table: Table) -> list[tuple[Array, Evidence]]:
    """Groups of sources that are one voice, the surest first; each is looked for among what the earlier ones left."""
    made: list[tuple[Array, Evidence]] = []
    while len(table.source) and table.telling.any():
        chosen, best = _surest(table)
        if best.bits <= 0:
            break
        chosen = _belonging(table, chosen, best.cells)
        best = evidence(table, chosen)
        if best.bits > 0:
            made.append((chosen, best))
        table = table.without(chosen)
    return made


def _surest(table: Table) -> tuple[Array, Evidence]:
    """The group of the most evidence: from each seed whoever meets its members most, until that brings nothing more."""
    best, chosen, gone = Evidence(-np.inf, table.source[:0]), table.source[:0], set()
    for seed in _seeds(table):
        members, last = seed, Evidence(-np.inf, seed[:0])
        for _ in range(ROUNDS):
            if (mark := np.sort(members).tobytes()) in gone:
                break
            gone.add(mark)
            found, others = _best(table, _order(table, members))
            if found.bits <= last.bits:
                break
            members, last = others, found
        if last.bits > best.bits:
            best, chosen = last, members
    return chosen, best


def table(claims: pl.DataFrame) -> tuple[list[str], list[tuple[str, str]], Table]:
    """Names of the sources, (object, value) of the cells, and the table by number, of a claim table.

    Sources are numbered by what they claim and not by their names, objects and values by theirs: neither the order of rows
    nor another set of names moves a sum.
    """
    said: dict[str, set[tuple[str, str]]] = {}
    for source, thing, value in claims.select("source", "object", "value").iter_rows():
        said.setdefault(source, set()).add((thing, value))
    names = sorted(said, key=lambda s: (sorted(said[s]), s))
    cells = sorted(set().union(*said.values())) if said else []
    number, things = {c: n for n, c in enumerate(cells)}, {t: n for n, t in enumerate(sorted({c[0] for c in cells}))}
    pairs = [(n, number[c]) for n, s in enumerate(names) for c in sorted(said[s])]
    source, cell = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    thing = np.array([things[c[0]] for c in cells], dtype=np.int64)
    return names, cells, Table(source, cell, thing, np.ones(len(names), bool))


def groups(claims: pl.DataFrame) -> list[Group]:
    """Sources of a claim table (columns source, object, value) that are one voice, each with the reason in a sentence."""
    names, cells, whole = table(claims)
    made = []
    for members, found in search(whole):
        said = tuple(cells[c] for c in found.cells)
        why = (
            f"{len(members)} sources agree with one another and with nobody else on {len({c[0] for c in said})} objects of "
            f"which others speak too, more than chance would bring together by {found.bits:.0f} bits"
        )
        made.append(Group(tuple(sorted(names[m] for m in members)), said, round(float(found.bits), 1), why))
    return made
