"""A body's rule on telework as a plain value: read from data and checked, written back, and applied to a plan.

No database here: the same rule and the same facts give the same findings, each with the article it rests on.
"""

from kencho.workplace.telework_rules._judging import (
    Day,
    Facts,
    Finding,
    blocking,
    exceptions,
    judge,
    session_finding,
)
from kencho.workplace.telework_rules._model import (
    KINDS,
    PLACES,
    SPANS,
    Approval,
    Eligibility,
    Limits,
    Notice,
    Records,
    Reporting,
    Rule,
    Selection,
)
from kencho.workplace.telework_rules._reading import (
    RuleProblem,
    UnreadableRule,
    as_data,
    read_rule,
    write_rule,
)

__all__ = [
    "KINDS",
    "PLACES",
    "SPANS",
    "Approval",
    "Day",
    "Eligibility",
    "Facts",
    "Finding",
    "Limits",
    "Notice",
    "Records",
    "Reporting",
    "Rule",
    "RuleProblem",
    "Selection",
    "UnreadableRule",
    "as_data",
    "blocking",
    "exceptions",
    "judge",
    "read_rule",
    "session_finding",
    "write_rule",
]
