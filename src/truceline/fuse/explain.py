"""Why each account is where it is, in bits and sentences, and which incidents were nearly one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import rows
from ..nouns import NearMiss
from . import cluster
from .arrays import Accounts
from .compare import FEATURES, SCALES
from .weights import UNIT, Weights, levels

Array = NDArray[Any]
NEAR_BITS = 1.5
"""How far below the line two incidents are still shown to a person."""


def sentences(accounts: Accounts, near: Array, i: Array, j: Array, weights: Weights) -> pl.Series:
    """For each pair the sentence of every feature that says something, with its bits."""
    found = np.empty((len(i), len(FEATURES)), dtype=np.int8)
    levels(*accounts.columns, near, i.astype(np.int64, copy=False), j.astype(np.int64, copy=False), found)
    if not len(found):
        return pl.Series("words", [], dtype=pl.String)
    each = np.zeros(len(found), dtype=np.int64)
    for f, name in enumerate(FEATURES):
        each *= len(SCALES[name]) + 1  # all levels of all features make less than 2^63 sentences
        each += found[:, f] + 1
    _, first, back = np.unique(each, return_index=True, return_inverse=True)
    said = pl.Series("words", _sentences(found[first], weights), dtype=pl.String)
    return said.gather(back)


def _sentences(found: Array, weights: Weights) -> list[str]:
    """A sentence for each row of levels."""
    parts = [
        [f", {words} ({weights.bits[f, k] / UNIT:+.1f})" for k, words in enumerate(SCALES[name])] + [""]
        for f, name in enumerate(FEATURES)
    ]  # the last of each is for what says nothing: level -1
    start = f"before any comparison ({weights.prior / UNIT:+.1f})"
    return [start + "".join([part[k] for part, k in zip(parts, row, strict=True)]) for row in found.tolist()]


def links(
    accounts: Accounts, near: Array, pairs: tuple[Array, Array, Array], label: Array, weights: Weights
) -> pl.DataFrame:
    """(row, weight_bits, reasons) of every account that has a compared partner in its cluster.

    `pairs` are rows and weights in thousandths. The bits are the mean over its partners, the reasons those of the best.
    """
    many, total, partner = cluster.tallied(*pairs, label, accounts.rank)
    held = np.flatnonzero(many)
    best = partner[held]
    mean = total[held] / many[held]
    words = sentences(accounts, near, held, best, weights)
    names = accounts.table["id"].gather(best)
    made = pl.DataFrame(
        {
            "row": held.astype(np.int64),
            "weight_bits": np.round(mean / UNIT, 2),
            "other": names,
            "words": words,
        }
    )
    return made.select(
        "row", "weight_bits",
        pl.concat_list(pl.format("best with {}: {}", "other", "words")).alias("reasons"),
    )  # fmt: skip


def _begins(key: Array) -> Array:
    """Where each run of equal keys begins."""
    return np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=np.int64)


def added(
    why: pl.DataFrame,
    accounts: Accounts,
    echo: dict[int, int],
    joined: Iterable[tuple[str, str]],
    stated: Iterable[tuple[str, str]],
    answers: Iterable[tuple[str, str]],
) -> pl.DataFrame:
    """The reasons with those that no weight gave: repeats, judgements, what observers say of their own accounts, answers."""
    ids = accounts.table["id"].to_list() if echo or joined or stated or answers else []
    row = {name: n for n, name in enumerate(ids)}
    more: dict[int, list[str]] = defaultdict(list)
    tied = (
        (joined, "joined by a judgement with"), (stated, "its observer says that it is one happening with"),
        (answers, "answers or is answered by"),
    )  # fmt: skip
    for pairs, words in tied:
        for a, b in sorted(pairs):
            if a in row and b in row:
                more[row[a]].append(f"{words} {b}")
                more[row[b]].append(f"{words} {a}")
    for one, first in echo.items():
        more[one].append(f"word for word the same as {ids[first]}")
    repeated = set(echo.values()) - set(why["row"].to_list()) - set(more)
    more |= {one: ["what the others repeat"] for one in repeated}
    if not more:
        return why
    flat = [(one, words) for one, every in more.items() for words in every]
    extra = pl.DataFrame(flat, schema={"row": pl.Int64, "more": pl.String}, orient="row")
    extra = extra.group_by("row", maintain_order=True).agg("more")
    both = why.join(extra, on="row", how="full", coalesce=True)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return both.select(
        "row", pl.col("weight_bits").fill_null(0.0),
        pl.concat_list(pl.col("more").fill_null(nothing), pl.col("reasons").fill_null(nothing)).alias("reasons"),
    )  # fmt: skip


def near_misses(
    accounts: Accounts,
    near: Array,
    pairs: tuple[Array, Array, Array],
    label: Array,
    weights: Weights,
    named: pl.DataFrame,
    spoken: Array,
) -> pl.DataFrame:
    """A table of NearMiss: incidents whose mean weight lies at most NEAR_BITS below the line, the nearest first.

    Pairs that a rule or a person keeps apart are no near miss; accounts that only follow another (not `spoken`) count not.
    """
    i, j, weight = pairs
    apart = label[i] != label[j]
    i, j, weight = i[apart], j[apart], weight[apart]
    size = np.bincount(label[spoken], minlength=accounts.size)
    far = (
        (weight < -NEAR_BITS * UNIT) & (size[label[i]] == 1) & (size[label[j]] == 1)
    )  # of two alone: all that is known
    i, j, weight = i[~far], j[~far], weight[~far]
    low, high = np.minimum(label[i], label[j]), np.maximum(label[i], label[j])
    key = low * accounts.size + high
    order = np.argsort(key)
    begin = _begins(key[order])
    known = np.diff(np.r_[begin, len(key)])
    many = size[low[order[begin]]] * size[high[order[begin]]]
    total = (np.add.reduceat(weight[order].astype(np.int64), begin) if len(begin) else np.zeros(0)) + (
        many - known
    ) * weights.floor
    mean = total / np.maximum(many, 1) / UNIT
    kept = np.flatnonzero(mean >= -NEAR_BITS)
    # Of the few that are left, the best pair of accounts; of equal ones the first by id.
    left = np.zeros(len(begin), dtype=bool)
    left[kept] = True
    order = order[np.repeat(left, known)]
    key, i, j, weight = key[order], i[order], j[order], weight[order]
    ranks = accounts.rank[i], accounts.rank[j]  # rows that begin at one moment and place stand in no order
    order = np.lexsort((np.maximum(*ranks), np.minimum(*ranks), -weight, key))
    first = order[_begins(key)]
    ids = accounts.table["id"]
    incident = pl.Series([""] * accounts.size).scatter(named["label"], named["incident_id"]) if len(kept) else ids
    words = sentences(accounts, near, i[first], j[first], weights)
    table = pl.DataFrame({
        "incident_a": incident.gather(label[i[first]]), "incident_b": incident.gather(label[j[first]]),
        "observation_a": ids.gather(i[first]), "observation_b": ids.gather(j[first]),
        "weight_bits": np.round(mean[kept], 2), "best_bits": weight[first] / UNIT, "words": words,
    })  # fmt: skip
    turned = pl.col("observation_a") > pl.col("observation_b")
    ends = [
        pl.when(turned).then(pl.col(f"{n}_{b}")).otherwise(pl.col(f"{n}_{a}")).alias(f"{n}_{a}")
        for n in ("incident", "observation") for a, b in ("ab", "ba")
    ]  # fmt: skip
    return in_order(table.select(*ends, "weight_bits", "best_bits", pl.concat_list("words").alias("reasons")))


def in_order(missed: pl.DataFrame) -> pl.DataFrame:
    """Near misses, the nearest to the line first."""
    return missed.select(*rows.schema(NearMiss)).sort(
        "weight_bits", "observation_a", "observation_b", descending=[True, False, False]
    )
