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
    from lms.demo.world import load_world
    from lms.organisations.services import add_member

    begin = story.at(datetime.date(2026, 7, 6), 9)
    world = load_world(now=begin)
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
    certificate = Certificate.objects.get(holder=people["lin"])
    asked, link = _asked(certificate), _shared(certificate)
    course = CoursePage.objects.get(slug="at-service-basics")
    stranger = User.objects.create_person(name="路人", phone="+8613600000001")
    head_of_other = people["shi"]
    other_assessor = User.objects.create_person(name="外机构考评员", phone="+8613600000002")
    add_member(other_assessor, world.organisations["jiangwan-care"], Role.ASSESSOR, actor=None, now=begin)
    idle_assessor = people["feng"]
    sheet = ScoreSheet.objects.filter(seat=own, assessor=people["qian"]).order_by("pk").first()
    assert sheet is not None
    return Batch(
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
        },
        keys={
            "course": {"pk": course.pk},
            "lesson": {"pk": LessonPage.objects.descendant_of(course).first().pk},
            "module": {"pk": ModulePage.objects.child_of(course).first().pk},
            "attempt": {"pk": Attempt.objects.filter(user=people["lin"], paper__blueprint__purpose="quiz").first().pk},
            "statement": {"pk": statement.pk},
            "scheme": {"pk": Scheme.objects.filter(key="at-consultant-sample").latest("version").pk},
            "plan": {"pk": plan.pk},
            "duty": {"pk": plan.assignments.get(user=people["qian"]).pk},
            "case": {"pk": cases[0].pk},
            "evidence": {"pk": cases[0].evidence.first().pk},
            "evidence of case": {"pk": cases[0].pk, "evidence_pk": cases[0].evidence.first().pk},
            "seat": {"pk": own.pk},
            "station": {"pk": Station.objects.filter(plan=plan).first().pk},
            "sheet": {"pk": sheet.pk},
            "step": {"pk": plan.pk, "step": "record"},
            "objection": {"pk": objection.pk},
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
            "": {},
        },
    )


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


def _figure() -> dict[str, Any]:
    from courses.catalogue.models import Figure

    figure = Figure.objects.order_by("pk").first()
    assert figure is not None
    return {"pk": figure.pk, "sha": figure.sha256[:16]}


def _template(organisation: Any, people: dict[str, Any], now: datetime.datetime) -> int:
    from certification.certificates.rules import Kind
    from certification.certificates.services.templates import create_template

    version = create_template(organisation, design=Kind.ACHIEVEMENT, name="矩阵版式", actor=people["zhou"], now=now)
    return version.template_id


def _specimen(organisation: Any) -> dict[str, Any]:
    from certification.certificates.models import TemplateVersion

    version = TemplateVersion.objects.get(template__organisation=organisation, template__name="矩阵版式")
    return {"pk": version.pk, "case": "ordinary", "form": "pdf"}
