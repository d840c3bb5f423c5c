"""How a plan looks on the desk: chips, the spine of nodes, the count of its cases."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.bodies.conflicts import CONFLICT_LABELS
from certification.bodies.rules import ConflictKind
from certification.plans.cases import case_counts
from certification.plans.messages import MESSAGES
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, Outcome, StaffRole, Status
from certification.plans.timeline import RESPONSIBLE, Stop, StopState, stops_of
from certification.plans.wording import NODE_TEXTS, NODE_TITLES
from lms.organisations.models import ROLE_LABELS, Membership
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

__all__ = [
    "STATUS_CHIPS",
    "case_counts",
    "crumbs_of",
    "may_approve",
    "session_staff_of",
    "stages_of",
    "timeline_of",
    "warnings_of",
]

STATUS_CHIPS = {
    Status.DRAFT: "neutral",
    Status.SUBMITTED: "wait",
    Status.APPROVED: "good",
    Status.PUBLISHED: "good",
    Status.REGISTRATION_CLOSED: "wait",
    Status.ARRANGED: "good",
    Status.IN_EXAM: "warn",
    Status.SCORED: "wait",
    Status.IN_PUBLICATION: "official",
    Status.CERTIFIED: "official",
    Status.ARCHIVED: "official",
    Status.CANCELLED: "bad",
}
STATE_IN_SPINE = {StopState.OPEN: "todo"}
OFFICIAL = ("publication", "certify")
"""Nodes whose end has legal force carry the seal."""


def crumbs_of(plan: Plan, *titles: str) -> list[dict[str, str]]:
    """Return the way back to the desk: plans, this plan, and what is looked at of it."""
    crumbs = [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Plans"), "url": reverse("plans:list")}]
    if not titles:
        return [*crumbs, {"title": plan.title}]
    return [*crumbs, {"title": plan.title, "url": plan.get_desk_url()}, *({"title": title} for title in titles)]


def may_approve(user: Any, plan: Plan) -> bool:
    """Tell whether this person is a head who neither wrote the plan nor handed it in. Two queries."""
    if user.pk == plan.created_by_id or not has_role(user, plan.organisation, Role.HEAD):
        return False
    return not plan.approvals.filter(outcome=Outcome.WAITING.value, handed_in_by=user).exists()


def session_staff_of(plan: Plan) -> list[StaffAssignment]:
    """Return invigilators and supervisors by duty and name. One query."""
    rows = plan.assignments.exclude(role=StaffRole.ASSESSOR.value).select_related("user")
    return list(rows.order_by("role", "user__name", "pk"))


def stages_of(plan: Plan, *, today: date, counts: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """Return the nodes for `components/spine.html`; a node whose day is over says so."""
    links = _links(plan)
    return [
        {
            "title": NODE_TITLES[stop.key],
            "state": _shown_state(stop),
            **_when(stop),
            **(links.get(stop.key, {}) if stop.state is not StopState.TODO and stop.state is not StopState.STOPPED else {}),
        }
        for stop in stops_of(plan, today=today, counts=counts)
    ]


def timeline_of(plan: Plan, stops: Iterable[Stop]) -> list[dict[str, Any]]:
    """Return the ten nodes for the page that is printed: also what is done there, by whom, and how late it is. One query."""
    rows = list(stops)
    people = _people(plan)
    links = _links(plan)
    return [
        {
            "title": NODE_TITLES[stop.key],
            "text": NODE_TEXTS[stop.key],
            "state": _shown_state(stop),
            **_when(stop),
            "late": _late(stop),
            "who": [
                {"role": ROLE_LABELS[role], "names": "、".join(people.get(role.value, [])) or _("nobody yet")}
                for role in stop.roles
            ],
            "link": links.get(stop.key) if stop.state in (StopState.NOW, StopState.OPEN, StopState.DONE) else None,
            "next": stop.state in (StopState.NOW, StopState.OPEN),
        }
        for stop in rows
    ]


def _shown_state(stop: Stop) -> str:
    if stop.state is StopState.DONE and stop.key in OFFICIAL:
        return "official"
    return STATE_IN_SPINE.get(stop.state, stop.state.value)


def _people(plan: Plan) -> dict[str, list[str]]:
    """Return the names of the body's office by role; at most three of each are told."""
    wanted = [role.value for role in {role for roles in RESPONSIBLE.values() for role in roles}]
    rows = Membership.objects.filter(organisation=plan.organisation_id, role__in=wanted, user__is_active=True)
    found: dict[str, list[str]] = {}
    for role, name in rows.order_by("user__name", "user_id").values_list("role", "user__name"):
        found.setdefault(role, []).append(name)
    return {
        role: names
        if len(names) <= 3
        else [*names[:3], ngettext("%(count)s more", "%(count)s more", len(names) - 3) % {"count": len(names) - 3}]
        for role, names in found.items()
    }


def _late(stop: Stop) -> str:
    if not stop.late:
        return ""
    if not stop.late_days:
        return _("late")
    return ngettext("%(count)s working day late", "%(count)s working days late", stop.late_days) % {"count": stop.late_days}


def _when(stop: Stop) -> dict[str, str]:
    """Return the day that counts: the one on which it was done, else the one by which it is due."""
    due = stop.node.due
    if stop.done_on is not None:
        told = _("done")
        if due is not None and stop.done_on > (stop.node.late_after or due):
            told = _("done; was due on %(day)s") % {"day": date_format(due, "DATE_FORMAT")}
        return {"date": date_format(stop.done_on, "DATE_FORMAT"), "person": told}
    if due is None:
        return {"date": "", "person": _("due day not known yet")}
    return {"date": date_format(due, "DATE_FORMAT"), "person": _("overdue") if stop.late else _("due")}


def _links(plan: Plan) -> dict[str, dict[str, Any]]:
    """Where each node is worked on. Later rooms by their fixed addresses: imports only look back."""
    desk = {"url": plan.get_desk_url(), "link_label": _("To the plan")}
    session = {"url": reverse("plans:assessors", args=[plan.pk]), "link_label": _("Name assessors")}
    return {
        "publish": desk,
        "close_registration": desk,
        "review": {"url": "/desk/reviews/", "link_label": _("Eligibility review")},
        "arrange": desk,
        "staffing": session if plan.status in STAFFING_STATUSES else desk,
        "exam": {"url": f"/desk/assessment/{plan.pk}/", "link_label": _("Exam day")},
        "score": {"url": f"/desk/assessment/{plan.pk}/", "link_label": _("Parts and missing sheets")},
        "publication": {"url": f"/desk/results/{plan.pk}/", "link_label": _("Results")},
        "certify": {"url": f"/desk/certificates/{plan.pk}/", "link_label": _("Certificates")},
    }


def warnings_of(team: Iterable[StaffAssignment]) -> list[str]:
    """Return what the officer should consider about a team that may act all the same, as it was found when it was named."""
    rows = list(team)
    names: dict[str, list[str]] = {}
    for row in rows:
        for kind in row.recusal.get("conflicts", ()):
            names.setdefault(kind, []).append(row.user.name)
    told = [f"{'、'.join(people)}: {CONFLICT_LABELS[ConflictKind(kind)]}" for kind, people in names.items()]
    if missing := max((row.recusal.get("newcomers_missing", 0) for row in rows), default=0):
        told.append(str(MESSAGES["plans.team_not_renewed"]) % {"missing": missing})
    return told
