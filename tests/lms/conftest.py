"""A finished batch, told once for the tests that only look at it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from lms.organisations.rules import Role
from tests.archive_rows import archive_rows
from tests.conftest import plant_the_trees
from tests.lms.batch_of_learning import (
    bank_rows,
    classroom,
    failed_message,
    figure_rows,
    packages,
    photo_rows,
    recordings,
    tenants,
    visit_rows,
)
from tests.review_rows import review_rows


@dataclass
class Batch:
    """Rows of a batch that went all the way, and the people around it."""

    people: dict[str, Any]
    keys: dict[str, dict[str, Any]]
    visit: str
    """The time of a booked visit, as addresses name it."""


@pytest.fixture(scope="module")
def batch(django_db_setup: None, django_db_blocker: Any) -> Iterator[Batch]:
    """Play two candidates from the course to the certificate; everything is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        plant_the_trees()
        yield _play()
        transaction.set_rollback(True)


def _play() -> Batch:
    from certification.assessment.models import ScoreSheet, Station
    from certification.certificates.models import Certificate, Programme
    from certification.registry.transparency.services import grow
    from certification.results.services import decide_objection, file_objection
    from certification.standards.models import Scheme
    from courses.catalogue.models import CoursePage, LessonPage, ModulePage
    from courses.questionbank.models import Attempt
    from lms.accounts.models import User
    from lms.core import clock
    from lms.core.workdays import add_workdays
    from lms.demo import story
    from lms.demo.walk import take_course
    from lms.demo.world import FIRST_COURSE, load_world
    from lms.notices.wording import stop_token
    from lms.organisations.services import add_member

    begin = story.at(datetime.date(2026, 7, 6), 9)
    world = load_world(now=begin, courses=FIRST_COURSE)
    people = world.people
    exam = datetime.date(2026, 7, 25)
    statement = take_course(people["lin"], now=begin)
    plan = story.write_plan(world.cast, exam_date=exam, title="矩阵", room="301", now=begin)
    cases = [story.apply(plan, people[key], now=begin + datetime.timedelta(days=1)) for key in ("lin", "yanhua")]
    for case in cases:
        story.review(case, world.cast, now=begin + datetime.timedelta(days=2))
    seats = story.arrange(plan, world.cast, now=story.at(add_workdays(exam, -6), 9))
    story.assess(plan, seats, world.cast)
    publication = story.publish(plan, world.cast, now=story.at(datetime.date(2026, 7, 27), 9))
    own = next(seat for seat in seats if seat.candidate == people["lin"])
    objection = file_objection(
        publication,
        ticket_number=own.ticket_number,
        filer=people["lin"],
        text="请复核",
        now=story.at(datetime.date(2026, 7, 28), 9),
    )
    decide_objection(objection, upheld=False, answer="复核无误", actor=people["han"], now=story.at(datetime.date(2026, 7, 29), 9))
    story.issue(plan, publication, world.cast)
    corrections = _corrections(own, people)
    certificate = Certificate.objects.get(holder=people["lin"])
    asked, link = _asked(certificate), _shared(certificate)
    course = CoursePage.objects.get(slug="at-service-basics")
    stranger = User.objects.create_person(name="路人", phone="+8613600000001")
    head_of_other = people["shi"]
    other_assessor = User.objects.create_person(name="外机构考评员", phone="+8613600000002")
    add_member(other_assessor, world.organisations["jiangwan-care"], Role.ASSESSOR, actor=None, now=begin)
    teacher = User.objects.create_person(name="带班老师", phone="+8613600000003")
    add_member(teacher, world.organisations["pujiang-college"], Role.TEACHER, actor=None, now=begin)
    idle_assessor = people["feng"]
    sheet = ScoreSheet.objects.filter(seat=own, assessor=people["qian"]).order_by("pk").first()
    assert sheet is not None
    venue, booking = visit_rows(clock.now())
    return Batch(
        visit=booking.visit.key,
        people={
            "nobody": None,
            "stranger": stranger,
            "candidate": people["lin"],
            "classmate": people["yanhua"],
            "reviewer": people["lu"],
            "officer": people["zhou"],
            "head": people["shen"],
            "supervisor": people["han"],
            "assessor": people["qian"],
            "idle assessor": idle_assessor,
            "author": people["yang"],
            "watcher": people["kong"],
            "other officer": people["lyu"],
            "other head": head_of_other,
            "other reviewer": people["zhang"],
            "other assessor": other_assessor,
            "teacher": teacher,
            "item writer": people["wei"],
        },
        keys={
            **archive_rows(plan, people, now=clock.now()),
            "course": {"pk": course.pk},
            "part of course": {
                "pk": course.pk,
                "part_pk": LessonPage.objects.descendant_of(course).first().pk,
            },
            "lesson": {"pk": LessonPage.objects.descendant_of(course).first().pk},
            "module": {"pk": ModulePage.objects.child_of(course).first().pk},
            "attempt": {"pk": Attempt.objects.filter(user=people["lin"], paper__blueprint__purpose="quiz").first().pk},
            "statement": {"pk": statement.pk},
            "scheme": {"pk": Scheme.objects.filter(key="at-consultant-sample").latest("version").pk},
            **_draft_scheme(people["zhou"], begin),
            **_desk(people["zhou"], begin),
            **corrections,
            "plan": {"pk": plan.pk},
            "duty": {"pk": plan.assignments.get(user=people["qian"]).pk},
            "case": {"pk": cases[0].pk},
            "evidence": {"pk": cases[0].evidence.first().pk},
            **_entered(cases[0], people, begin),
            "evidence of case": {"pk": cases[0].pk, "evidence_pk": cases[0].evidence.first().pk},
            "seat": {"pk": own.pk},
            "station": {"pk": Station.objects.filter(plan=plan).first().pk},
            "sheet": {"pk": sheet.pk},
            **_tablet(sheet, people["zhou"], begin),
            **_jury(sheet, leader=people["qian"], arbitrator=idle_assessor, begin=begin),
            "step": {"pk": plan.pk, "step": "record"},
            "objection": {"pk": objection.pk},
            **_voids(own, people, begin),
            "result to appeal": {"what": "result", "pk": own.pk},
            "publication": {"pk": publication.pk},
            "certificate": {"pk": certificate.pk},
            "batch": {"pk": certificate.issue_item.batch_id},
            "signing key": {"pk": certificate.signing_key_id},
            "change to a key": {"pk": certificate.signing_key_id, "event": "retire"},
            "key change": {"pk": _key_change(certificate.signing_key, proposer=people["zhou"])},
            "filing": {"pk": certificate.filing_id},
            "upload": {"pk": _upload(certificate, people["zhou"]).pk},
            "token": {"token": certificate.token},
            "certificate and change": {"pk": certificate.pk, "change": "reissue"},
            "change request": {"pk": asked.pk},
            "evidence of request": {"pk": asked.evidence.get().pk},
            "share link": {"pk": link.pk},
            "shared token": {"token": link.token},
            "programme": {"pk": Programme.objects.get(title="轮椅适配师").pk},
            "template": {"pk": _template(certificate.organisation, people, begin)},
            "specimen": _specimen(certificate.organisation),
            "issuer": {"slug": certificate.organisation.slug},
            "status list": {"slug": certificate.organisation.slug, "purpose": "revocation", "number": 0},
            "log size": {"size": grow(now=clock.now()).size},
            "figure": figure_rows(),
            **classroom(course, people["lin"], teacher),
            **tenants(course, world, begin),
            "photo": photo_rows(),
            **recordings(course, people, begin),
            **packages(course, people, begin),
            **bank_rows(world, begin),
            **_registers(plan.organisation, people["qian"], begin),
            "venue": {"pk": venue.pk},
            "visit": {"pk": venue.pk},
            "booking": {"token": booking.token},
            "notice": {"pk": people["lin"].notices.latest("pk").pk},
            **_exam_day(plan, own, invigilator=idle_assessor, giver=people["zhou"], receiver=people["qian"], begin=begin),
            "failed message": {"pk": failed_message(people["lin"])},
            **review_rows(plan, candidate=people["lin"], chair=people["qian"], officer=people["zhou"], begin=begin),
            "link to end mails": {"token": stop_token(people["lin"], "")},
            "": {},
        },
    )


def _jury(sheet: Any, *, leader: Any, arbitrator: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """The team has a leader, who was also asked for a second signature; somebody outside it was named for a case."""
    from certification.assessment.models import Arbitration, ScorePoint, SecondSignature, TeamLeader

    seat, station = sheet.seat, sheet.station
    TeamLeader.objects.create(plan=seat.plan, user=leader, named_by=arbitrator, named_at=begin)
    act = ScorePoint.objects.filter(station__plan=seat.plan, fatal=True).first()
    asked = SecondSignature.objects.create(seat=seat, point=act, assessor=leader, asked_by=leader, asked_at=begin)
    named = {"arbitrator": arbitrator, "named_by": leader, "named_at": begin}
    case = Arbitration.objects.create(seat=seat, station=station, spread=12, opened_at=begin, **named)
    return {"second signature": {"pk": asked.pk}, "arbitration": {"pk": case.pk}}


def _corrections(own: Any, people: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A review of the candidate with a file, answered, and a correction that waits for the head; both leave her result."""
    from certification.results import services
    from lms.core.uploads import CheckedFile
    from lms.demo import story

    proof = CheckedFile(data=b"\xff\xd8\xff proof", content_type="image/jpeg", extension="jpg", name="证明.jpg")
    tuesday = story.at(datetime.date(2026, 7, 28), 10)
    review = services.file_review(own, part="theory", text="请核对", evidence=[proof], actor=people["lin"], now=tuesday)
    services.accept_case(review, actor=people["han"], now=tuesday)
    services.decide_case(review, upheld=False, answer="核对无误", actor=people["han"], now=tuesday)
    classmate = own.plan.seats.exclude(pk=own.pk).get()
    order = services.request_correction(
        classmate,
        part="theory",
        outcome="scored",
        value="99.5",
        reason="登记有误",
        evidence=[proof],
        actor=people["zhou"],
        now=tuesday,
    )
    return {
        "score review": {"pk": review.pk},
        "evidence of review": {"pk": review.evidence.get().pk},
        "seat to correct": {"seat_pk": own.pk},
        "correction order": {"pk": order.pk},
        "step of order": {"pk": order.pk, "step": "apply"},
    }


def _entered(case: Any, people: dict[str, Any], begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """A table of people of the body, with one who is to confirm; and what the candidate asked for."""
    from certification.applications.models import Entry, Intake, NeedsEvidence, NeedsRequest
    from lms.accounts.services import document_index
    from lms.core import jobs, store

    plan, classmate = case.plan, people["yanhua"]
    intake = Intake.objects.create(
        plan=plan,
        organisation=plan.organisation,
        actor=people["zhou"],
        name="矩阵.xlsx",
        sha256="0" * 64,
        status="done",
        check_job=jobs.start("check", actor=None, total=1, params={}, now=begin),
        received_at=begin,
    )
    entry = Entry.objects.create(
        intake=intake,
        plan=plan,
        line=2,
        name=classmate.name,
        phone=classmate.phone,
        kind="resident_id",
        number="310199190003071235",
        number_index=document_index("310199190003071235"),
        birth_date=datetime.date(1900, 3, 7),
        sex="male",
        condition=case.condition,
        status="waiting",
        at=begin,
    )
    request = NeedsRequest.objects.create(
        user=case.candidate, organisation=plan.organisation, asked={"large_print": True}, consent_at=begin, asked_at=begin
    )
    file = NeedsEvidence.objects.create(
        request=request,
        name="证明.pdf",
        content_type="application/pdf",
        sha256=store.put(b"%PDF-1.7 needs"),
        size=14,
        uploaded_at=begin,
    )
    return {
        "intake": {"pk": intake.pk},
        "entry": {"pk": entry.pk},
        "needs request": {"pk": request.pk},
        "needs file": {"pk": file.pk},
    }


def _registers(body: Any, assessor: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """The assessor's entry, card and declared tie; a site of the body with a room and what stands in it."""
    from certification.bodies.models import Equipment, Room, Site
    from certification.bodies.services.impartiality import declare_tie

    site = Site.objects.create(organisation=body, name="矩阵考点", address="示例路 1 号")
    room = Room.objects.create(site=site, name="301", purpose="skill", capacity=9)
    return {
        "body": {"pk": body.pk},
        "staff entry": {"pk": assessor.staff_entries.get(organisation=body).pk},
        "staff card": {"pk": assessor.staff_cards.get().pk},
        "tie": {"pk": declare_tie(kind="relative", name="钱小满", actor=assessor, now=begin).pk},
        "exam site": {"pk": site.pk},
        "room": {"pk": room.pk},
        "equipment": {"pk": Equipment.objects.create(room=room, name="轮椅").pk},
    }


def _voids(seat: Any, people: dict[str, Any], now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """A proposed voiding that nobody answered, and a stopped exam with two signatures."""
    from certification.examday.models import Countersignature, Incident
    from certification.results.models import Voiding

    voiding = Voiding.objects.create(seat=seat, parts=["theory"], reason="夹带", proposed_by=people["zhou"], proposed_at=now)
    incident = Incident.objects.create(
        plan=seat.plan, seat=seat, room=seat.room, kind="stopped", text="使用手机", at=now, by=people["feng"]
    )
    Countersignature.objects.create(incident=incident, by=people["qian"], at=now)
    return {"voiding": {"pk": voiding.pk}, "stopped exam": {"pk": incident.pk}}


def _draft_scheme(officer: Any, now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """An industry norm that the association is writing."""
    from certification.standards.content import content_of
    from certification.standards.models import Scheme
    from certification.standards.services import keep_draft

    content = content_of(Scheme.objects.get(key="at-consultant-sample"))
    own = {"key": "matrix-norm", "owner": "shencheng-association"}
    draft = keep_draft({**content, **own}, actor=officer, now=now)
    return {
        "draft scheme": {"pk": draft.pk},
        "level of draft scheme": {"pk": draft.pk, "number": 4},
        "condition of draft scheme": {"pk": draft.pk, "number": 4, "place": 1},
        "file of draft scheme": {"pk": draft.pk, "form": "yaml"},
    }


def _key_change(key: Any, *, proposer: Any) -> int:
    """The officer proposes to retire the body's key; nobody has confirmed it."""
    from certification.certificates.rules.keys import KeyEvent
    from certification.certificates.services.keys import propose_change
    from lms.core import clock

    return propose_change(key, KeyEvent.RETIRE, reason="演练", actor=proposer, now=clock.now()).pk


def _upload(certificate: Any, officer: Any) -> Any:
    from certification.registry.upload.rules import Operation
    from certification.registry.upload.selectors import Selection
    from certification.registry.upload.services import prepare_upload
    from lms.core import clock

    return prepare_upload(Selection(certificate.filing, Operation.ADD), actor=officer, now=clock.now())


def _asked(certificate: Any) -> Any:
    """Let the holder ask for a new photo, with evidence."""
    from certification.certificates.rules import Change
    from certification.certificates.services.requests import KeptFile, file_request
    from lms.core import clock, store

    file = KeptFile(store.put(b"%PDF-1.7 scan"), "scan.pdf", "application/pdf")
    return file_request(
        certificate,
        change=Change.CORRECTION,
        reason="照片有误",
        corrections={"photo": file.sha256},
        evidence=[file],
        actor=certificate.holder,
        now=clock.now(),
    )


def _shared(certificate: Any) -> Any:
    from certification.certificates.rules import Claim, Term
    from certification.certificates.services.sharing import share_certificate
    from lms.core import clock

    return share_certificate(certificate, claims=list(Claim), term=Term.YEAR, actor=certificate.holder, now=clock.now())


def _tablet(sheet, officer, now) -> dict[str, dict[str, object]]:
    """The tablet of the sheet's assessor, and the officer's question whether to give it up."""
    from certification.assessment.offline.models import Tablet, TabletRelease

    plan = sheet.station.plan
    tablet = Tablet.objects.create(plan=plan, assessor=sheet.assessor, secret="00" * 32, registered_at=now, last_seen_at=now)
    release = TabletRelease.objects.create(tablet=tablet, reason="平板丢失", asked_by=officer, asked_at=now)
    return {"tablet": {"pk": tablet.pk}, "release of a tablet": {"pk": release.pk}}


def _template(organisation: Any, people: dict[str, Any], now: datetime.datetime) -> int:
    from certification.certificates.rules import Kind
    from certification.certificates.services.templates import create_template

    version = create_template(organisation, design=Kind.ACHIEVEMENT, name="矩阵版式", actor=people["zhou"], now=now)
    return version.template_id


def _specimen(organisation: Any) -> dict[str, Any]:
    from certification.certificates.models import TemplateVersion

    version = TemplateVersion.objects.get(template__organisation=organisation, template__name="矩阵版式")
    return {"pk": version.pk, "case": "ordinary", "form": "pdf"}


def _exam_day(plan: Any, seat: Any, *, invigilator: Any, giver: Any, receiver: Any, begin: datetime.datetime) -> dict[str, Any]:
    """An invigilator of the plan, a line of the record, a bag on its way, a printed file."""
    from certification.examday.models import HandOver, Incident
    from certification.plans.models import StaffAssignment
    from certification.plans.ticket_tokens import ticket_token
    from certification.supervision.models import Sampling, SupervisorRecord
    from lms.core import jobs, store
    from lms.organisations.models import Organisation

    StaffAssignment.objects.create(plan=plan, user=invigilator, role="invigilator", assigned_at=begin, declared_at=begin)
    line = Incident.objects.create(plan=plan, seat=seat, room=seat.room, kind="late", at=begin, by=giver)
    bag = HandOver.objects.create(plan=plan, bag="理论", seal="F-1", papers=2, giver=giver, receiver=receiver, at=begin)
    params = {"plan": plan.pk, "sha256": store.put(b"%PDF-1.7")}
    job = jobs.start("examday.tickets", actor=giver, total=2, params=params, now=begin)
    authority = Organisation.objects.get(slug="demo-civil-affairs")
    days = {"since": plan.exam_date, "until": plan.exam_date}
    sampling = Sampling.objects.create(authority=authority, turn=1, pool=[plan.pk], by=giver, at=begin, **days)
    return {
        "supervisor's record": {"pk": SupervisorRecord.objects.get(plan=plan).pk},
        "sampling": {"pk": sampling.pk},
        "ticket token": {"token": ticket_token(seat)},
        "line of the record": {"pk": line.pk},
        "bag": {"pk": bag.pk},
        "printing job": {"pk": plan.pk, "job_pk": job.pk},
        "room of the seating": {"pk": plan.pk, "room_pk": 1},
        "sheet of the plan": {"pk": plan.pk, "kind": "door"},
    }


def _desk(person: Any, now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """A saved view of the person's desk, and something she did there with many rows."""
    from lms.portal.models import BulkAct, SavedView

    view = SavedView.objects.create(user=person, name="急件", query="when=late", saved_at=now)
    act = BulkAct.objects.create(actor=person, action="queues.postpone", at=now)
    return {"desk view": {"pk": view.pk}, "desk act": {"token": act.token}}
