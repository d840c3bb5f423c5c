"""The rows around the batch of `conftest` in which people learn, teach and are told things."""

import datetime
from typing import Any

from lms.organisations.rules import Role


def tenants(course: Any, world: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
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


def bank_rows(world: Any, begin: datetime.datetime) -> dict[str, dict[str, Any]]:
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


def figure_rows() -> dict[str, Any]:
    from courses.catalogue.models import Figure

    figure = Figure.objects.order_by("pk").first()
    assert figure is not None
    return {"pk": figure.pk, "sha": figure.sha256[:16]}


def photo_rows() -> dict[str, Any]:
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    image = Image.objects.create(title="照片", file=get_test_image_file())
    return {"pk": image.pk, "sha": image.get_file_hash()[:16]}


def recordings(course: Any, people: dict[str, Any], now: datetime.datetime) -> dict[str, dict[str, Any]]:
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


def packages(course: Any, people: dict[str, Any], now: datetime.datetime) -> dict[str, dict[str, Any]]:
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


def classroom(course: Any, learner: Any, teacher: Any) -> dict[str, dict[str, Any]]:
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


def visit_rows(now: datetime.datetime) -> Any:
    """Return the association's venue, and a booking of its next visit by somebody without an account."""
    from courses.venues.models import VenuePage
    from courses.venues.selectors import days_to_come
    from courses.venues.services import book

    venue = VenuePage.objects.get(slug="shencheng-experience-hall")
    slot = next(slot for day in days_to_come(venue, now=now) for slot in day.slots)
    phone = "+8613700000001"
    return venue, book(venue, at=slot.key, phone=phone, size=1, needs="", language="zh-hans", user=None, now=now)


def failed_message(person: Any) -> int:
    """One message of the body to this person could not be sent."""
    delivery = person.deliveries.filter(notice__kind="results.published").latest("pk")
    delivery.status = "failed"
    delivery.save()
    return delivery.pk
