"""The command line's front door: the overview at once, everything else by the verbs.

The overview needs no library, so that `truceline --help` is there before a reader has looked up; a test keeps it equal
to the verbs that exist.
"""

from __future__ import annotations

import gc
import os
import sys

from . import __version__
from .errors import InputError, TrucelineError

VERBS = {
    "run": "make the findings report of a mission: the main job",
    "report": "the documents of a run again: another language, length or period",
    "validate": "name everything wrong with a mission's inputs, with file and line",
    "init": "write a new, commented mission folder that validates and runs",
    "collect": "fetch heat detections, orbits, scenes and filled-in forms, kept as captures: the only verb that fetches",
    "receive": "bring files of other desks into a mission: tables, maps, tracks, photos",
    "fuse": "fuse bare observation tables to incidents and links",
    "thermal": "what the heat detections near each report are worth, in bits",
    "coverage": "who could have seen what, when, and when nobody looked",
    "change": "where the surface changed between two periods of radar or optical scenes",
    "serve": "the workbench in a browser, on this machine: see and weigh",
    "review": "judgements: join, split, uphold, reject, undo",
    "forms": "the mission's XLSForms for ODK and Kobo, in English, Thai, Khmer and Malay",
    "phones": "forms that phones send in on the mission's own network: enrol, listen, receipts",
    "tasks": "what to look at next and why: lists for phones, GPX, KML and a sheet to print",
    "export": "incidents and findings in the files of every desk: tables, maps, waypoints, sheets",
    "pack": "what a laptop holds as one parcel for another: files, judgements, notices",
    "take": "take a parcel in, once, with a receipt of what arrived and what did not",
    "scenario": "an invented ceasefire with known truth: a proving ground and an exercise",
}


def overview() -> str:
    """What `truceline --help` prints."""
    verbs = "\n".join(f"  {name:10}{what}" for name, what in VERBS.items())
    return (
        "Usage: truceline VERB [OPTIONS]\n\n"
        "Ceasefire monitoring: evidence in, findings out that both sides can recompute.\n\n"
        f"Verbs:\n{verbs}\n\n"
        "  truceline VERB --help explains one. Exit codes: 0 done, 1 a person is needed, 2 wrong use, 3 unreadable input.\n\n"
        "Example: truceline run missions/thailand-cambodia-2025 --as-of 2025-12-22T09:00+08:00"
    )


def main(arguments: list[str] | None = None) -> None:
    """Run a verb and exit: 0 done, 1 a person is needed, 2 wrong use, 3 the input cannot be read."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"-h", "--help", "help"}:
        print(overview())
        sys.exit(0)
    if given[0] in {"-V", "--version"}:
        print(__version__)
        sys.exit(0)
    gc.set_threshold(
        100_000, 20, 20
    )  # a verb makes many records that stay: looking through them for garbage is in vain
    sys.exit(_verb(given))


def _verb(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    from .verbs import app

    try:
        code = app(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _say(f"{error}\nSee truceline --help.", 2)
    except InputError as error:
        lines = [str(problem) for problem in error.problems]
        return _say("\n".join([*lines, f"{len(lines)} problem(s). `truceline validate MISSION` lists everything."]), 3)
    except TrucelineError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has had enough; the interpreter must not complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say("Stopped; nothing was overwritten.", 1)
    return code if isinstance(code, int) else 0


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
