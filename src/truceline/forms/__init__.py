"""Forms for the phones that field teams have: questions as data, XLSForms made of them, and what their answers mean.

`survey` makes the rows of an XLSForm for one mission, `workbook` its bytes; `submission` reads what came back and `answers`
and `efforts` say what it means. Nothing here opens a connection or reads a clock.
"""

from __future__ import annotations

from .questions import IDS as IDS
from .questions import LANGUAGES as LANGUAGES
from .questions import Form as Form
from .questions import Question as Question
from .questions import choices as choices
from .questions import load as load
