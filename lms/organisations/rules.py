"""Kinds of organisation and the roles that a person may have in one (domain.md §1.2, §1.4)."""

from enum import StrEnum


class Kind(StrEnum):
    """What an organisation is. Associations and employers assess; colleges and bases teach."""

    COLLEGE = "college"
    ASSOCIATION = "association"
    EMPLOYER = "employer"
    AUTHORITY = "authority"
    BASE = "base"


class Role(StrEnum):
    """What a person does in an organisation."""

    AUTHOR = "author"
    COURSE_REVIEWER = "course_reviewer"
    COLLEGE_ADMIN = "college_admin"
    EXAM_OFFICER = "exam_officer"
    ELIGIBILITY_REVIEWER = "eligibility_reviewer"
    ITEM_WRITER = "item_writer"
    ASSESSOR = "assessor"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    WATCHER = "watcher"


ASSESSING_KINDS = frozenset({Kind.ASSOCIATION, Kind.EMPLOYER})
EDITING_ROLES = frozenset({Role.AUTHOR, Role.COURSE_REVIEWER, Role.COLLEGE_ADMIN})
"""Roles that work in Wagtail's admin."""
