"""How a plan looks on the desk: chips, the spine of nodes, the count of its cases."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.bodies.conflicts import CONFLICT_LABELS
from certification.bodies.rules import ConflictKind
from certification.plans.messages import MESSAGES
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import Node, Status
from certification.plans.selectors import days_done, nodes_of

STATUS_CHIPS = {
    Status.DRAFT: "neutral",
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
# The status in which each node is the next thing to happen.
WAITING_IN = {
    "publish": Status.DRAFT,
    "close_registration": Status.PUBLISHED,
    "arrange": Status.REGISTRATION_CLOSED,
    "exam": Status.ARRANGED,
    "score": Status.IN_EXAM,
    "publication": Status.SCORED,
    "certify": Status.IN_PUBLICATION,
}
ORDER = [*WAITING_IN.values(), Status.CERTIFIED, Status.ARCHIVED]


def stages_of(plan: Plan, *, today: date) -> list[dict[str, Any]]:
    """Return the nodes for `components/spine.html`; a node whose day is over says so."""
    titles = {
        "publish": _("Publish the plan"),
        "close_registration": _("Applications and reviews"),
        "arrange": _("Arrange seats and team"),
        "exam": _("Exam"),
        "score": _("Close the assessment"),
        "publication": _("Publish the results"),
        "certify": _("Issue the certificates"),
    }
    links = _links(plan)
    done = days_done(plan)
    stages = []
    for node in nodes_of(plan):
        state = _state(plan, node.key)
        late = state == "now" and node.due is not None and node.due < today
        stages.append(
            {
                "title": titles[node.key],
                "state": state,
                **_when(node, done=done.get(node.key), late=late),
                **(links.get(node.key, {}) if state in ("now", "done") else {}),
            }
        )
    return stages


def _when(node: Node, *, done: date | None, late: bool) -> dict[str, str]:
    """Return the day that counts: the one on which it was done, else the one by which it is due."""
    if done is not None:
        told = _("done")
        if node.due is not None and done > node.due:
            told = _("done; was due on %(day)s") % {"day": date_format(node.due, "DATE_FORMAT")}
        return {"date": date_format(done, "DATE_FORMAT"), "person": told}
    if node.due is None:
        return {"date": "", "person": _("due day not known yet")}
    return {"date": date_format(node.due, "DATE_FORMAT"), "person": _("overdue") if late else _("due")}


def _links(plan: Plan) -> dict[str, dict[str, Any]]:
    """Later rooms by their fixed addresses: imports only look back."""
    return {
        "close_registration": {"url": "/desk/reviews/", "link_label": _("Eligibility review")},
        "exam": {"url": f"/desk/assessment/{plan.pk}/", "link_label": _("Exam day")},
        "score": {"url": f"/desk/assessment/{plan.pk}/", "link_label": _("Parts and missing sheets")},
        "publication": {"url": f"/desk/results/{plan.pk}/", "link_label": _("Results")},
        "certify": {"url": f"/desk/certificates/{plan.pk}/", "link_label": _("Certificates")},
    }


def _state(plan: Plan, key: str) -> str:
    if plan.status == Status.CANCELLED:
        return "stopped"
    place, present = ORDER.index(WAITING_IN[key]), ORDER.index(Status(plan.status))
    if place < present:
        return "official" if key in ("publication", "certify") else "done"
    return "now" if place == present else "todo"


def case_counts(plan: Plan) -> dict[str, int]:
    """Return how many cases stand where; the reverse relation is the only thing known of the later room."""
    counts = dict(plan.applications.values_list("status").annotate(count=Count("pk")))
    waiting = counts.get("submitted", 0) + counts.get("first_ok", 0)
    return {
        "drafts": counts.get("draft", 0) + counts.get("returned", 0),
        "waiting": waiting,
        "approved": counts.get("approved", 0) + counts.get("seated", 0),
        "rejected": counts.get("rejected", 0) + counts.get("withdrawn", 0),
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
