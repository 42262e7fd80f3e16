"""Two families of errors: the input is at fault, or the run is.

Each says where, what was found, what was expected and what to do, in words for the person who can act on it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with the input: file, line and column (0 and empty where they do not apply)."""

    file: str
    line: int
    column: str
    found: str
    expected: str
    kind: str = "refused"
    """refused: the mission cannot be read; set_aside: this row cannot; question: it was read, but look at it."""

    def __str__(self) -> str:
        """`file:line column: found ..., expected ...`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f" {self.column}:" if self.column else ""
        return f"{place}:{column} found {self.found}; expected {self.expected}"


class TrucelineError(Exception):
    """The base of both families; `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(TrucelineError):
    """The input cannot be read. Holds every problem found, not only the first."""

    exit_code = 3

    def __init__(self, problems: list[Problem] | Problem) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class RunError(TrucelineError):
    """The run cannot go on though the input may be right (a full disk, a folder that is not ours)."""

    exit_code = 1


class UsageError(TrucelineError):
    """The command was asked for something that it does not do."""

    exit_code = 2
