"""The verbs of the command line, one module each, in the order in which `truceline --help` lists them.

What a verb needs is imported when it runs.
"""

from __future__ import annotations

from . import run as run
from . import report as report
from . import validate as validate
from . import init as init
from . import collect as collect
from . import receive as receive
from . import fuse as fuse
from . import thermal as thermal
from . import coverage as coverage
from . import change as change
from . import serve as serve
from . import review as review
from . import forms as forms
from . import phones as phones
from . import tasks as tasks
from . import export as export
from . import pack as pack
from . import take as take
from . import scenario as scenario
from .options import app as app
