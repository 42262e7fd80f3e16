"""Tail probabilities of t and chi square, and the normal deviate that is as rare as a given t: what makes layers addable.

Sources: G. W. Hill, Communications of the ACM 13 (1970) 617-619 (Algorithm 395, t to a normal deviate); closed sums for chi
square of whole degrees of freedom (Abramowitz and Stegun 26.4.4-5).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
RAREST = 300.0
"""The greatest score, -log10 of a probability: nothing rarer is told apart."""


@njit(cache=True, nogil=True, error_model="numpy")
def _deviate(t: float, dof: float) -> float:
    if not dof > 0:
        return np.nan
    a = dof - 0.5 if dof > 1.0 else dof / 2.0
    b = 48.0 * a * a
    square = a * math.log1p(t * t / dof)
    z = math.sqrt(square)
    top = ((-0.4 * square - 3.3) * square - 24.0) * square - 85.5
    z *= (top / (0.8 * square * square + 100.0 + b) + square + 3.0) / b + 1.0
    return math.copysign(z, t)


@njit(cache=True, nogil=True, error_model="numpy")
def _deviates(t: Array, dof: Array, out: Array) -> None:
    for i in range(t.size):
        out[i] = _deviate(t[i], dof[i])


@njit(cache=True, nogil=True)
def _two_sided(z: Array, out: Array) -> None:
    for i in range(z.size):
        out[i] = math.erfc(abs(z[i]) * 0.7071067811865476)


def deviate(t: Array, dof: Array) -> Array:
    """Standard normal deviate with the tail of `t` on `dof` degrees of freedom, same sign; NaN where either is.

    Within 0.01 for 3 degrees or more up to deviates of 6. The type is that of `t`.
    """
    out = np.empty(t.shape, t.dtype)
    _deviates(np.ravel(t), np.ravel(np.broadcast_to(dof, t.shape)), out.reshape(-1))
    return out


def two_sided(z: Array) -> Array:
    """Chance of a standard normal deviate at least so far from zero; the type is that of `z`."""
    out = np.empty(z.shape, z.dtype)
    _two_sided(np.ravel(z), out.reshape(-1))
    return out


def student(t: Array, dof: Array) -> Array:
    """Two-sided chance of `t` on `dof` degrees of freedom."""
    return two_sided(deviate(t, dof))


@njit(cache=True, nogil=True, error_model="numpy")
def rarity(square: float, layers: int) -> float:
    """-log10 of the chance that chi square on `layers` degrees of freedom is at least `square`; at most RAREST."""
    if not square >= 0:
        return np.nan
    half = 0.5 * min(square, 1380.0)
    if layers % 2:
        tail, term, k = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half / math.pi) * 2.0, 1
    else:
        tail, term, k = math.exp(-half), math.exp(-half) * half, 2
    while k < layers:
        tail += term
        k += 2
        term *= half / (0.5 * k)
    return min(-math.log10(max(tail, 1e-300)), RAREST)
