"""A finished batch, told once for the tests that only look at it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from lms.organisations.rules import Role
from tests.conftest import plant_the_trees


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
    venue, booking = _visit(clock.now())
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
            "step": {"pk": plan.pk, "step": "record"},
            "objection": {"pk": objection.pk},
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
            "figure": _figure(),
            **_classroom(course, people["lin"], teacher),
            **_tenants(course, world, begin),
            "photo": _photo(),
            **_recordings(course, people, begin),
            **_packages(course, people, begin),
            **_bank(world, begin),
            **_registers(plan.organisation, people["qian"], begin),
            "venue": {"pk": venue.pk},
            "visit": {"pk": venue.pk},
            "booking": {"token": booking.token},
            "notice": {"pk": people["lin"].notices.latest("pk").pk},
            **_exam_day(plan, own, invigilator=idle_assessor, giver=people["zhou"], receiver=people["qian"], begin=begin),
            "failed message": {"pk": _failed_message(people["lin"])},
            "link to end mails": {"token": stop_token(people["lin"], "")},
            "": {},
        },
    )


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


def _tenants(course: Any, world: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """An invitation, an offered course, a look, a programme, and a lesson shared and taken over."""
    from courses.catalogue.models import LessonPage
    from courses.curricula.models import CurriculumPage
    from courses.sharing.models import Reuse, SharedLesson
    from courses.tenancy.models import CoOwner, Invitation
    from courses.tenancy.rules import token_hash
    from courses.tenancy.services.branding import Logo, set_brand
    from courses.tenancy.views.looks import sheet_hash
    from lms.accounts.models import User
    from lms.core import clock
    from lms.organisations.services import add_member

    association, college = world.organisations["shencheng-association"], world.organisations["pujiang-college"]
    lessons = list(LessonPage.objects.descendant_of(course)[:2])
    now = clock.now()
    invitation = Invitation.objects.create(
        inviter=association,
        kind="college",
        name="被邀学院",
        slug="invited",
        phone="+8613600000009",
        token_hash=token_hash("matrix"),
        sent_at=now,
        expires_at=now + datetime.timedelta(days=14),
    )
    offer = CoOwner.objects.create(course=course, organisation=association, offered_at=begin)
    logo = Logo(b"<svg/>", "image/svg+xml", 10, 10)
    brand = set_brand(college, accent="#0e5a4f", logo=logo, drop_logo=False, actor=world.people["dong"], now=begin)
    shared = SharedLesson.objects.create(lesson=lessons[0], owner=association, with_all=True, shared_at=begin)
    reuse = Reuse.objects.create(
        lesson=lessons[1], organisation=college, kind="copy", source_title="别处的课", source_owner="别处", created_at=begin
    )
    colleague = User.objects.create_person(name="命题老师", phone="+8613600000008")
    role = add_member(colleague, association, Role.ITEM_WRITER, actor=None, now=begin)
    return {
        "invitation": {"pk": invitation.pk},
        "role of a colleague": {"pk": role.pk},
        "invitation token": {"token": "matrix"},
        "college": {"slug": college.slug},
        "offered course": {"pk": offer.pk},
        "owner of course": {"pk": course.pk, "owner_pk": offer.pk},
        "style sheet": {"slug": college.slug, "sha": sheet_hash(brand.accent)},
        "logo": {"slug": college.slug, "sha": brand.logo_sha256[:16]},
        "shared lesson": {"pk": shared.pk},
        "reused lesson": {"pk": reuse.pk},
        "curriculum": {"pk": CurriculumPage.objects.first().pk},
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


def _bank(world: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
    """An examination item of the association; a practice item and a quiz of the college."""
    from courses.questionbank.models import Item
    from courses.questionbank.services import import_items, set_blueprint

    association, college = world.organisations["shencheng-association"], world.organisations["pujiang-college"]
    row = {"key": "1", "kind": "true_false", "stem": "对吗？", "answer": ["对"], "function": "需求评估", "pool": "practice"}
    import_items([row], organisation=college, actor=None, now=begin)
    draws = [{"function": "需求评估", "kind": "true_false", "count": 1, "points": "100"}]
    quiz = set_blueprint(organisation=college, name="测验", purpose="quiz", rows=draws, actor=None, now=begin)
    return {
        "exam item": {"pk": Item.objects.filter(organisation=association, pool="exam").first().pk},
        "item of the college": {"pk": Item.objects.get(organisation=college).pk},
        "quiz of the college": {"pk": quiz.pk},
    }


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


def _visit(now: datetime.datetime) -> Any:
    """Return the association's venue, and a booking of its next visit by somebody without an account."""
    from courses.venues.models import VenuePage
    from courses.venues.selectors import days_to_come
    from courses.venues.services import book

    venue = VenuePage.objects.get(slug="shencheng-experience-hall")
    slot = next(slot for day in days_to_come(venue, now=now) for slot in day.slots)
    phone = "+8613700000001"
    return venue, book(venue, at=slot.key, phone=phone, size=1, needs="", language="zh-hans", user=None, now=now)


def _failed_message(person: Any) -> int:
    """One message of the body to this person could not be sent."""
    delivery = person.deliveries.filter(notice__kind="results.published").latest("pk")
    delivery.status = "failed"
    delivery.save()
    return delivery.pk


def _figure() -> dict[str, Any]:
    from courses.catalogue.models import Figure

    figure = Figure.objects.order_by("pk").first()
    assert figure is not None
    return {"pk": figure.pk, "sha": figure.sha256[:16]}


def _photo() -> dict[str, Any]:
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    image = Image.objects.create(title="照片", file=get_test_image_file())
    return {"pk": image.pk, "sha": image.get_file_hash()[:16]}


def _recordings(course: Any, people: dict[str, Any], now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """A film that a published lesson shows to everyone, one that no lesson shows, and what belongs to both."""
    from courses.catalogue.models import LessonPage
    from courses.media.models import Recording, Release, Upload, Viewing
    from lms.demo.recordings import load_recording
    from lms.organisations.models import Organisation

    college = Organisation.objects.get(slug="pujiang-college")
    public = load_recording("five-measures", college=college, actor=None, now=now)
    public.playlist = "#EXTM3U"
    public.save()
    lesson = LessonPage.objects.descendant_of(course).first()
    block = "00000000-0000-0000-0000-000000000001"
    Release.objects.get_or_create(lesson=lesson, recording=public, defaults={"duration_ms": 1, "released_at": now})
    Release.objects.create(lesson=lesson, block=block, title="幻灯", duration_ms=1000, released_at=now)
    hidden = Recording.objects.create(
        title="未公开", kind="video", content_type="video/mp4", file="aa/hidden.mp4", size=1, duration_ms=1,
        collection=public.collection, created_at=now,
    )  # fmt: skip
    viewing = Viewing.objects.create(user=people["lin"], recording=public, duration_ms=1, position_at=now, begun_at=now)
    upload = Upload.objects.create(owner=people["yang"], collection=public.collection, title="半截", size=9, begun_at=now)
    return {
        "recording": {"pk": hidden.pk},
        "recording file": {"pk": hidden.pk, "name": "hidden.mp4"},
        "captions": {"pk": hidden.pk, "language": "zh-Hans"},
        "public recording": {"pk": public.pk},
        "caption file": {"pk": public.pk, "language": "zh-Hans", "version": 1},
        "poster": {"pk": public.pk, "name": public.poster.rpartition("/")[2]},
        "slides": {"pk": lesson.pk, "block": block},
        "viewing": {"pk": viewing.pk},
        "own upload": {"key": upload.pk},
    }


def _packages(course: Any, people: dict[str, Any], now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """A package that a published lesson shows, one that no lesson shows, and what the candidate did in the first."""
    from courses.catalogue.models import LessonPage
    from courses.packages import tickets
    from courses.packages.models import Placement
    from courses.packages.services.practising import begin_practice
    from lms.core import clock
    from lms.demo.packages import load_package
    from lms.organisations.models import Organisation

    college = Organisation.objects.get(slug="pujiang-college")
    public, hidden = (
        load_package("choose-a-wheelchair", title=title, college=college, actor=None, now=now) for title in ("公开", "未公开")
    )
    Placement.objects.create(lesson=LessonPage.objects.descendant_of(course).first(), package=public, released_at=now)
    begin_practice(public, user=people["lin"], now=now)
    ticket = tickets.issue(public.pk, now=clock.now())
    return {
        "package": {"pk": hidden.pk},
        "public package": {"pk": public.pk},
        "practised package": {"pk": public.pk},
        "package file": {"ticket": ticket, "name": "choose.js"},
    }


def _template(organisation: Any, people: dict[str, Any], now: datetime.datetime) -> int:
    from certification.certificates.rules import Kind
    from certification.certificates.services.templates import create_template

    version = create_template(organisation, design=Kind.ACHIEVEMENT, name="矩阵版式", actor=people["zhou"], now=now)
    return version.template_id


def _classroom(course: Any, learner: Any, teacher: Any) -> dict[str, dict[str, Any]]:
    """A class that one enters by its link, the candidate in it, and what she wrote there."""
    from courses.learning.models import Enrolment
    from courses.learning.services.calendar import renew_calendar
    from courses.learning.services.classes import open_class
    from courses.learning.services.notes import write_note
    from courses.learning.services.questions import ask, college_of
    from lms.core import clock

    now = clock.now()
    facts = {
        "title": "矩阵班",
        "starts_on": now.date(),
        "ends_on": now.date(),
        "capacity": None,
        "way_in": "link",
        "dues": {},
    }
    run = open_class(course, organisation=college_of(course), facts=facts, actor=teacher, now=now)
    enrolment = Enrolment.objects.get(user=learner, course=course)
    Enrolment.objects.filter(pk=enrolment.pk).update(run=run)
    enrolment.refresh_from_db()
    lesson = run.version.lessons.select_related("lesson").first().lesson
    return {
        "class": {"pk": run.pk},
        "class link": {"token": run.token},
        "class member": {"pk": enrolment.pk},
        "question": {"pk": ask(enrolment, lesson=lesson, text="座宽怎么量？", now=now).pk},
        "note": {"pk": write_note(enrolment, lesson=lesson.pk, text="先量人", now=now).pk},
        "calendar": {"token": renew_calendar(learner, now=now).token},
    }


def _specimen(organisation: Any) -> dict[str, Any]:
    from certification.certificates.models import TemplateVersion

    version = TemplateVersion.objects.get(template__organisation=organisation, template__name="矩阵版式")
    return {"pk": version.pk, "case": "ordinary", "form": "pdf"}


def _exam_day(plan: Any, seat: Any, *, invigilator: Any, giver: Any, receiver: Any, begin: datetime.datetime) -> dict[str, Any]:
    """An invigilator of the plan, a line of the record, a bag on its way, a printed file."""
    from certification.examday.models import HandOver, Incident
    from certification.plans.models import StaffAssignment
    from certification.plans.ticket_tokens import ticket_token
    from lms.core import jobs, store

    StaffAssignment.objects.create(plan=plan, user=invigilator, role="invigilator", assigned_at=begin, declared_at=begin)
    line = Incident.objects.create(plan=plan, seat=seat, room=seat.room, kind="late", at=begin, by=giver)
    bag = HandOver.objects.create(plan=plan, bag="理论", seal="F-1", papers=2, giver=giver, receiver=receiver, at=begin)
    params = {"plan": plan.pk, "sha256": store.put(b"%PDF-1.7")}
    job = jobs.start("examday.tickets", actor=giver, total=2, params=params, now=begin)
    return {
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
