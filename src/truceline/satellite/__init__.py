"""Detections and pixels -> observations, evidence and coverage."""

from __future__ import annotations

from .. import kernels as kernels  # chooses where compiled code is kept, before numba is imported
