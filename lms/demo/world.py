"""The demonstration's world: standards, organisations, people, the courses, the bank, the keys. Safe to repeat."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from certification.certificates.authority import make_body_key, make_demo_authority
from certification.standards.services import load_scheme
from courses.catalogue.services import open_college_tree
from courses.questionbank.services import set_blueprint
from lms.accounts.models import User
from lms.demo.blueprints import THEORY_NAME, theory_rows
from lms.demo.courses import load_course, load_items
from lms.demo.curricula import load_curricula
from lms.demo.organisations import DATA, load_organisations, load_people, read_yaml
from lms.demo.programmes import load_programmes
from lms.demo.story import Cast
from lms.demo.venues import load_venues
from lms.organisations.models import Organisation

COURSES = (
    ("at-service-basics", "pujiang-college", "yang"),
    ("wheelchairs-and-walking-aids", "pujiang-college", "zhu"),
    ("barrier-free-home", "shenjiang-college", "xu"),
)
"""Folder, whose course it is, and who wrote it."""

FIRST_COURSE = COURSES[:1]
"""What is enough where people are assessed, not taught: two courses more take three times as long to load."""


@dataclass(frozen=True)
class World:
    """Everything by its fixed name."""

    organisations: dict[str, Organisation]
    people: dict[str, User]
    cast: Cast


def load_world(*, now: datetime.datetime, courses: Sequence[tuple[str, str, str]] = COURSES) -> World:
    """Make what is missing and return the whole; `courses` are those to load."""
    for path in sorted((DATA / "standards").glob("*.yaml")):
        load_scheme(read_yaml(path), actor=None, now=now)
    organisations = load_organisations()
    association = organisations["shencheng-association"]
    for slug in ("pujiang-college", "shenjiang-college", "pujiang-jiangwan-base", "cheng-master-studio"):
        open_college_tree(organisations[slug], reviewers=association)
        organisations[slug].partners.add(association)
    people = load_people(organisations, now=now)
    load_items(DATA / "questions", organisation=association, actor=people["wei"], now=now)
    for folder, college, author in courses:
        load_course(
            DATA / "courses" / folder,
            college=organisations[college],
            bank_owner=association,
            actor=people[author],
            now=now,
        )
    load_curricula(organisations, actor=people["yang"])
    set_blueprint(
        organisation=association,
        name=THEORY_NAME,
        purpose="theory",
        rows=theory_rows(),
        minutes=90,
        actor=people["zhou"],
        now=now,
    )
    make_demo_authority()
    for slug in ("shencheng-association", "jiangwan-care", "pujiang-college"):
        make_body_key(organisations[slug], actor=None, now=now)
    load_programmes(organisations, people, now=now)
    load_venues(organisations)
    cast = Cast(
        body=association,
        officer=people["zhou"],
        head=people["shen"],
        reviewers=(people["lu"], people["gu"]),
        assessors=(people["qian"], people["sun"], people["wu"]),
        invigilators=(people["gao"], people["liang"]),
        supervisor=people["han"],
    )
    return World(organisations=organisations, people=people, cast=cast)
