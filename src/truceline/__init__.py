"""Truceline: from what a ceasefire mission hears and sees to findings that both sides can check.

Sources give captures; a capture is read into observations; observations are fused into incidents; incidents are
assessed; the terms of an agreement are checked against them, within coverage, giving findings; a person's judgements
may overrule any step. A mission is the folder that holds one monitored ceasefire.

The verbs, one module each, in the order in which data flows: collect, read, normalise, fuse, assess, check, report.
`run` alone knows that order.
"""

__version__ = "0.3.0"
