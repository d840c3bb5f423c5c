"""The rules of applications; free of Django.

`cases`: states and facts of a case. `record`: the registration form. `sheet` and `experience`: the same as a table. `intakes`: the life of such a table.
`differences`: what changed between two submissions. `accommodations`: what a candidate may ask for.
"""

from certification.applications.rules.cases import (
    BINDING_STATUSES,
    EDITABLE_STATUSES,
    EVIDENCE_KINDS,
    FIRST_YEAR,
    LIVE_STATUSES,
    MAX_FILES,
    MAX_ROWS,
    TRANSITIONS,
    WAITING_STATUSES,
    Event,
    Status,
    Verdict,
    check_day,
    check_facts,
    check_period,
    check_reasons,
    check_reviewer,
    review_event,
)

__all__ = [
    "BINDING_STATUSES",
    "EDITABLE_STATUSES",
    "EVIDENCE_KINDS",
    "FIRST_YEAR",
    "LIVE_STATUSES",
    "MAX_FILES",
    "MAX_ROWS",
    "TRANSITIONS",
    "WAITING_STATUSES",
    "Event",
    "Status",
    "Verdict",
    "check_day",
    "check_facts",
    "check_period",
    "check_reasons",
    "check_reviewer",
    "review_event",
]
