"""From part results to the end of the publication. Each step is one act by one person, in the ledger."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.assessment.models import Absence, ScoreSheet, TheorySitting
from certification.assessment.rules import FATAL_SIGNATURES, Part, SheetStatus
from certification.assessment.selectors import team
from certification.plans import services as plans
from certification.plans.models import Plan, Seat
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import Status as PlanStatus
from certification.results import notice_kinds, rules, selectors
from certification.results.models import Decision, Objection, PartResult, Publication, PublicationRow
from certification.results.rules import ObjectionEvent, ObjectionStatus, Outcome, PublicationEvent, PublicationStatus
from lms.accounts.models import User
from lms.core import ledger, workdays
from lms.core.crypto import mask_name
from lms.core.errors import DomainError
from lms.core.states import move, next_status
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

TEXT_LIMIT = 4000


@transaction.atomic
def record_part_results(plan: Plan, *, actor: User, now: datetime) -> list[PartResult]:
    """Compute the mark of every part of every candidate from papers and signed sheets.

    May be repeated until a decision exists; nothing is typed in, and the same marks again are no
    new act. Raises `PermissionDenied`,
    `DomainError` "results.not_scored" before the assessment is closed, "results.decided_already",
    "results.part_not_assessed" for a part this software does not assess yet, or
    "results.sheet_missing".
    """
    plan = _locked(plan)
    _require_role(actor, plan, Role.EXAM_OFFICER)
    _require_scored(plan)
    if Decision.objects.filter(seat__plan=plan).exists():
        raise DomainError("results.decided_already")
    kinds = [part.kind for part in selectors.required_parts(plan)]
    if foreign := [kind for kind in kinds if kind not in set(Part)]:
        raise DomainError("results.part_not_assessed", parts="、".join(foreign))
    makers = {Part.THEORY.value: _theory_results, Part.SKILL.value: _skill_results}
    seats = list(Seat.objects.filter(plan=plan).order_by("ticket_number"))
    results = [
        PartResult(seat=seat, part=kind, recorded_at=now, recorded_by=actor, **fields)
        for kind in kinds
        for seat, fields in makers[kind](plan, seats)
    ]
    present = list(PartResult.objects.filter(seat__plan=plan))
    if present and sorted(_plain(present)) == sorted(_plain(results)):
        return present
    PartResult.objects.filter(seat__plan=plan).delete()
    PartResult.objects.bulk_create(results, batch_size=500)
    ledger.append(
        "results.parts_recorded", subject=plan, actor=actor, now=now, count=len(results), sha256=_fingerprint(_plain(results))
    )
    return results


def _theory_results(plan: Plan, seats: list[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    away = _absent(plan, Part.THEORY)
    sittings = {s.seat_id: s for s in TheorySitting.objects.filter(seat__plan=plan).select_related("attempt")}
    rows: list[tuple[Seat, dict[str, Any]]] = []
    for seat in seats:
        if seat.pk in away:
            rows.append((seat, {"outcome": Outcome.ABSENT.value}))
            continue
        sitting = sittings.get(seat.pk)
        if sitting is None or sitting.attempt.mark is None:
            raise DomainError("results.paper_missing", ticket=seat.ticket_number)
        basis = {"sitting": sitting.pk, "paper": sitting.attempt.paper_id}
        rows.append((seat, {"outcome": Outcome.SCORED.value, "value": sitting.attempt.mark, "basis": basis}))
    return rows


def _skill_results(plan: Plan, seats: list[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    away = _absent(plan, Part.SKILL)
    assessors = {user.pk for user in team(plan)}
    stations = set(plan.stations.values_list("pk", flat=True))
    sheets: dict[int, list[ScoreSheet]] = {seat.pk: [] for seat in seats}
    signed = ScoreSheet.objects.filter(station__plan=plan, status=SheetStatus.SIGNED.value, assessor__in=assessors)
    for sheet in signed.order_by("station__order", "assessor"):
        sheets[sheet.seat_id].append(sheet)
    rows: list[tuple[Seat, dict[str, Any]]] = []
    for seat in seats:
        if seat.pk in away:
            rows.append((seat, {"outcome": Outcome.ABSENT.value}))
            continue
        own = sheets[seat.pk]
        if {sheet.station_id for sheet in own} != stations or not stations:
            raise DomainError("results.sheet_missing", have=len(own), team=len(stations) * len(assessors))
        signed_sheets = [rules.SignedSheet(s.station_id, s.assessor_id, s.total, tuple(s.fatal)) for s in own]
        marks = rules.station_marks(signed_sheets, team=len(assessors), fatal_signatures=FATAL_SIGNATURES)
        basis = {
            "sheets": [sheet.pk for sheet in own],
            "stations": [
                {
                    "station": mark.station,
                    "totals": [str(total) for total in mark.totals],
                    "mean": str(rules.cut(mark.mean)),
                    "fatal": list(mark.fatal),
                }
                for mark in marks
            ],
        }
        rows.append((seat, {"outcome": Outcome.SCORED.value, "value": rules.aggregate(marks), "basis": basis}))
    return rows


@transaction.atomic
def decide_plan(plan: Plan, *, actor: User, now: datetime) -> list[Decision]:
    """Decide for every candidate by the pass rule; a second person has to confirm (I25, I27).

    Deciding again before confirmation replaces the decisions; the same person's same decisions
    again are no new act. Raises `PermissionDenied`,
    `DomainError` "results.examined_here" for somebody who assessed in this plan (I44),
    "results.not_scored", "results.confirmed_already", or "results.part_missing".
    """
    plan = _locked(plan)
    _require_role(actor, plan, Role.EXAM_OFFICER)
    _require_scored(plan)
    _require_uninvolved(actor, plan)
    if Decision.objects.filter(seat__plan=plan, confirmed_at__isnull=False).exists():
        raise DomainError("results.confirmed_already")
    required = selectors.required_parts(plan)
    rows = selectors.result_rows(plan, [part.kind for part in required])
    decisions = []
    for row in rows:
        parts = {
            result.part: rules.PartOutcome(Outcome(result.outcome), result.value) for result in row.parts if result is not None
        }
        verdict = rules.passes(parts, required)
        decisions.append(
            Decision(seat=row.seat, passed=verdict.passed, parts=_findings(verdict), decided_by=actor, decided_at=now)
        )
    present = list(Decision.objects.filter(seat__plan=plan, decided_by=actor).order_by("seat__ticket_number"))
    if present and _sealed(present) == _sealed(decisions):
        return present
    Decision.objects.filter(seat__plan=plan).delete()
    Decision.objects.bulk_create(decisions, batch_size=500)
    passed = sum(decision.passed for decision in decisions)
    facts = {
        "candidates": len(decisions),
        "passed": passed,
        "sha256": _sealed(decisions),
    }
    ledger.append("results.decided", subject=plan, actor=actor, now=now, **facts)
    return decisions


@transaction.atomic
def confirm_decisions(plan: Plan, *, actor: User, now: datetime) -> int:
    """Confirm all decisions of a plan as a second person; return how many.

    Raises `PermissionDenied` unless the actor is the head or an exam officer of the body,
    `DomainError` "results.same_person" (I27), "results.examined_here" (I44),
    "results.not_decided" or "results.confirmed_already".
    """
    plan = _locked(plan)
    _require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    _require_scored(plan)
    _require_uninvolved(actor, plan)
    decisions = Decision.objects.filter(seat__plan=plan)
    if not decisions.exists() or decisions.count() != Seat.objects.filter(plan=plan).count():
        raise DomainError("results.not_decided")
    if decisions.filter(decided_by=actor).exists():
        raise DomainError("results.same_person")
    # The WHERE clause is the lock: of two people who confirm, one changes the rows.
    confirmed = decisions.filter(confirmed_at=None).update(confirmed_by=actor, confirmed_at=now)
    if not confirmed:
        raise DomainError("results.confirmed_already")
    ledger.append("results.confirmed", subject=plan, actor=actor, now=now, decisions=confirmed)
    return confirmed


@transaction.atomic
def publish_results(plan: Plan, *, actor: User, now: datetime) -> Publication:
    """Hang out the list, masked, from today for the scheme's number of full working days (I30).

    A row is frozen for everybody of the plan, so that each can read her own and object; the public
    list shows those who passed (`selectors.public_rows`). Raises `PermissionDenied`, `DomainError` "results.not_scored" or "results.not_confirmed".
    """
    plan = _locked(plan)
    _require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    _require_scored(plan)
    seats = list(Seat.objects.filter(plan=plan).select_related("candidate__identity", "decision").order_by("ticket_number"))
    if not seats or any(getattr(seat, "decision", None) is None or seat.decision.confirmed_at is None for seat in seats):
        raise DomainError("results.not_confirmed")
    opens_on = timezone.localdate(now)
    closes_on = rules.last_day(opens_on, days=plan.scheme.parameter("publication_days"), add_workdays=workdays.add_workdays)
    lines = [_line(seat) for seat in seats]
    sealed = _fingerprint([[line["ticket_number"], line["parts"], line["passed"]] for line in lines])
    publication = Publication.objects.create(
        plan=plan, opens_on=opens_on, closes_on=closes_on, published_by=actor, published_at=now, content_sha256=sealed
    )
    PublicationRow.objects.bulk_create((PublicationRow(publication=publication, **line) for line in lines), batch_size=500)
    plans.advance(plan, PlanEvent.START_PUBLICATION, actor=actor, now=now)
    facts = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat(), "rows": len(lines), "sha256": sealed}
    ledger.append("results.published", subject=publication, actor=actor, now=now, **facts)
    tell_many([_notice_of_result(seat, publication, now) for seat in seats])
    return publication


def _notice_of_result(seat: Seat, publication: Publication, now: datetime) -> Notice:
    plan = publication.plan
    return news(
        notice_kinds.RESULT,
        seat.candidate,
        facts={"plan": plan.title, "date": publication.closes_on},
        url=reverse("results:own", args=[seat.pk]),
        organisation=plan.organisation_id,
        now=now,
    )


def _line(seat: Seat) -> dict[str, Any]:
    identity = getattr(seat.candidate, "identity", None)
    return {
        "seat": seat,
        "ticket_number": seat.ticket_number,
        "masked_name": mask_name(seat.candidate.get_full_name()),
        "masked_id": identity.masked if identity is not None else "",
        "parts": seat.decision.parts,
        "passed": seat.decision.passed,
    }


@transaction.atomic
def file_objection(publication: Publication, *, ticket_number: str, filer: User, text: str, now: datetime) -> Objection:
    """Object to one result of the plan, passed or not, while the list hangs.

    Raises `DomainError` "results.publication_over", "results.ticket_unknown" (422),
    "results.objection_empty" (422) or "results.objection_waiting" for a second one while the
    first is unanswered.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if publication.is_closed or not rules.is_running(closes_on=publication.closes_on, today=timezone.localdate(now)):
        raise DomainError("results.publication_over")
    ticket_number, text = ticket_number.strip(), text.strip()[:TEXT_LIMIT]
    if not text:
        raise DomainError("results.objection_empty", status=422)
    if not PublicationRow.objects.filter(publication=publication, ticket_number=ticket_number).exists():
        raise DomainError("results.ticket_unknown", ticket=ticket_number, status=422)
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                publication=publication, ticket_number=ticket_number, filer=filer, text=text, filed_at=now
            )
    except IntegrityError:
        raise DomainError("results.objection_waiting") from None
    ledger.append("results.objection_filed", subject=objection, actor=filer, now=now, ticket=ticket_number)
    return objection


@transaction.atomic
def decide_objection(objection: Objection, *, upheld: bool, answer: str, actor: User, now: datetime) -> Objection:
    """Answer an objection. An upheld one withholds that candidate's certificate until a correction.

    Raises `PermissionDenied` unless the actor is head, exam officer or quality supervisor of the
    body; `DomainError` "results.objection_involved" for anybody who examined, decided, confirmed
    or filed (I45), "results.answer_empty" (422), or `InvalidTransition` when it is answered.
    """
    plan = objection.publication.plan
    _require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER, Role.SUPERVISOR)
    if selectors.has_examined(actor, plan) or selectors.has_decided(actor, plan) or objection.filer_id == actor.pk:
        raise DomainError("results.objection_involved")
    answer = answer.strip()[:TEXT_LIMIT]
    if not answer:
        raise DomainError("results.answer_empty", status=422)
    current = ObjectionStatus(objection.status)
    event = ObjectionEvent.UPHOLD if upheld else ObjectionEvent.DISMISS
    move(objection, current, event, rules.OBJECTION_TRANSITIONS, answer=answer, decided_by=actor, decided_at=now)
    if upheld:
        PublicationRow.objects.filter(publication_id=objection.publication_id, ticket_number=objection.ticket_number).update(
            withheld=True
        )
    ledger.append(
        "results.objection_decided", subject=objection, actor=actor, now=now, upheld=upheld, ticket=objection.ticket_number
    )
    notice = news(
        notice_kinds.OBJECTION,
        objection.filer,
        facts={"answer": answer},
        url=reverse("results:publication", args=[objection.publication_id]),
        organisation=plan.organisation_id,
        now=now,
    )
    tell_many([notice])
    return objection


@transaction.atomic
def close_publication(publication: Publication, *, actor: User, now: datetime) -> Publication:
    """End a publication whose last day is over and whose objections are all answered (I31).

    Raises `PermissionDenied`, `DomainError` "results.publication_running",
    "results.objections_open", or `InvalidTransition` when it is closed already.
    """
    publication = Publication.objects.select_for_update().select_related("plan__organisation").get(pk=publication.pk)
    _require_role(actor, publication.plan, Role.HEAD, Role.EXAM_OFFICER)
    current = PublicationStatus(publication.status)
    event = PublicationEvent.CLOSE
    next_status(rules.PUBLICATION_TRANSITIONS, current, event)
    if rules.is_running(closes_on=publication.closes_on, today=timezone.localdate(now)):
        raise DomainError("results.publication_running", closes_on=publication.closes_on)
    if waiting := selectors.open_objections(publication.pk).count():
        raise DomainError("results.objections_open", count=waiting)
    move(publication, current, event, rules.PUBLICATION_TRANSITIONS, closed_by=actor, closed_at=now)
    ledger.append("results.publication_closed", subject=publication, actor=actor, now=now)
    if not selectors.decided_for_issue(publication.plan).exists():
        # Nobody gets a certificate, so no issue will end the plan; its candidates must be free to apply again.
        plans.advance(publication.plan, PlanEvent.CERTIFY, actor=actor, now=now)
    return publication


# --- shared by the steps above ------------------------------------------------------------------


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update().select_related("organisation", "scheme").get(pk=plan.pk)


def _require_role(actor: User, plan: Plan, *roles: Role) -> None:
    """Asked before any state: who may not act is not told how far the plan is."""
    if not has_role(actor, plan.organisation, *roles):
        raise PermissionDenied


def _require_scored(plan: Plan) -> None:
    if PlanStatus(plan.status) is not PlanStatus.SCORED:
        raise DomainError("results.not_scored")


def _require_uninvolved(actor: User, plan: Plan) -> None:
    if selectors.has_examined(actor, plan):
        raise DomainError("results.examined_here")


def _absent(plan: Plan, part: Part) -> set[int]:
    return set(Absence.objects.filter(seat__plan=plan, part=part.value).values_list("seat_id", flat=True))


def _findings(verdict: rules.Verdict) -> list[dict[str, Any]]:
    return [
        {
            "kind": finding.kind,
            "outcome": finding.outcome.value,
            "value": None if finding.value is None else str(finding.value),
            "pass_mark": str(finding.pass_mark),
            "met": finding.met,
        }
        for finding in verdict.findings
    ]


def _plain(results: list[PartResult]) -> list[list[Any]]:
    return [[r.seat_id, r.part, r.outcome, None if r.value is None else str(r.value)] for r in results]


def _sealed(decisions: list[Decision]) -> str:
    return _fingerprint([[d.seat_id, d.passed, d.parts] for d in decisions])


def _fingerprint(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
