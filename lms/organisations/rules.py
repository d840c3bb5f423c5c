"""Kinds of organisation and the roles that a person may have in one (domain.md §1.2, §1.4)."""

from enum import StrEnum


class Kind(StrEnum):
    """What an organisation is. Associations and employers assess; all but the authority may teach.

    A studio is one of a master of the trade (技能大师工作室), who writes down what she can do.
    """

    COLLEGE = "college"
    ASSOCIATION = "association"
    EMPLOYER = "employer"
    AUTHORITY = "authority"
    BASE = "base"
    STUDIO = "studio"


class Role(StrEnum):
    """What a person does in an organisation."""

    AUTHOR = "author"
    COURSE_REVIEWER = "course_reviewer"
    COLLEGE_ADMIN = "college_admin"
    TEACHER = "teacher"
    EXAM_OFFICER = "exam_officer"
    ELIGIBILITY_REVIEWER = "eligibility_reviewer"
    ITEM_WRITER = "item_writer"
    ASSESSOR = "assessor"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    WATCHER = "watcher"


TEACHING_KINDS = frozenset(Kind) - {Kind.AUTHORITY}
"""Kinds that may have a course tree of their own."""
ASSESSING_KINDS = frozenset({Kind.ASSOCIATION, Kind.EMPLOYER})
EDITING_ROLES = frozenset({Role.AUTHOR, Role.COURSE_REVIEWER, Role.COLLEGE_ADMIN})
"""Roles that work in Wagtail's admin."""
TEACHING_ROLES = frozenset({Role.TEACHER, Role.COLLEGE_ADMIN})
"""Roles that lead classes and see their learners."""
