"""Rows of a review in mid-course, written directly: for tests that only ask who may look at them."""

import datetime
from decimal import Decimal
from typing import Any


def review_rows(plan: Any, *, candidate: Any, chair: Any, officer: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """Copy the plan to level 2, with one candidate before a panel whose chair has declared; return the keys of its rows."""
    from certification.applications.models import Application
    from certification.panels import models
    from certification.panels.rules import DEFAULT_ASKED, criteria_from
    from certification.panels.rules.criteria import DEFAULT_CRITERIA
    from certification.plans.models import Plan, Seat
    from lms.core import store

    copy = Plan.objects.get(pk=plan.pk)
    copy.pk, copy.level, copy.number, copy.serial, copy.status = None, 2, f"{plan.number}-2", plan.serial + 500, "in_exam"
    copy._state.adding = True
    copy.save()
    seat = Seat.objects.create(plan=copy, candidate=candidate, ticket_number="26000999001001", room="301", number=1)
    case = Application.objects.create(
        plan=copy, candidate=candidate, status="seated", seat=seat, started_at=begin, submitted_at=begin
    )
    models.ReviewSetup.objects.create(
        plan=copy,
        criteria=[line.stored() for line in criteria_from(DEFAULT_CRITERIA)],
        asked=dict(DEFAULT_ASKED),
        dossier_closes=copy.exam_date,
        minutes=20,
        threshold=Decimal(15),
        made_by=officer,
        made_at=begin,
    )
    panel = models.Panel.objects.create(plan=copy, number=1, place="答辩室", starts_at=begin, named_at=begin)
    member = models.PanelMember.objects.create(panel=panel, user=chair, is_chair=True, named_at=begin, declared_at=begin)
    slot = models.Slot.objects.create(seat=seat, panel=panel, starts_at=begin, ends_at=begin + datetime.timedelta(minutes=20))
    dossier = models.Dossier.objects.create(
        plan=copy,
        candidate=candidate,
        status="released",
        due_on=copy.exam_date,
        begun_at=begin,
        released_by=officer,
        released_at=begin,
        content_sha256="0" * 64,
    )
    file = models.DossierFile.objects.create(
        dossier=dossier,
        kind="summary",
        name="论文.pdf",
        content_type="application/pdf",
        sha256=store.put(b"%PDF-1.7 summary"),
        size=16,
        uploaded_at=begin,
    )
    defence = models.Defence.objects.create(seat=seat, panel=panel, began_at=begin, began_by=chair)
    sheet = models.DefenceSheet.objects.create(defence=defence, member=member, opened_at=begin)
    look = models.JointLook.objects.create(defence=defence, spread=20, opened_at=begin)
    return {
        "review plan": {"pk": copy.pk},
        "review case": {"pk": case.pk},
        "review seat": {"pk": seat.pk},
        "review slot": {"pk": slot.pk},
        "panel": {"pk": panel.pk},
        "dossier": {"pk": dossier.pk},
        "dossier file": {"pk": file.pk},
        "defence sheet": {"pk": sheet.pk},
        "joint look": {"pk": look.pk},
    }
