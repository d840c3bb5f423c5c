"""Who stands too near to whom, found from what the house knows (I15, I17, I19). Constant queries however many people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from certification.bodies.models import BodySettings, Declaration, StaffCard, StaffMember, Tie
from certification.bodies.rules import (
    CardKind,
    ConflictKind,
    Match,
    Policy,
    declaration_counts,
    employer_key,
    in_a_row,
    is_valid_on,
    match_tie,
)
from certification.bodies.sources import employers_of
from certification.standards.models import Occupation
from courses.catalogue.models import CollegePage
from courses.learning.models import Enrolment
from lms.accounts.models import User
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role

CONFLICT_LABELS = {
    ConflictKind.SELF: _("is a candidate of this plan"),
    ConflictKind.WRITER: _("writes items for the examinations of this occupation"),
    ConflictKind.NAMESAKE: _("declared a tie with somebody who has the name of a candidate"),
    ConflictKind.TRAINER: _("teaches at the college where a candidate took a course"),
    ConflictKind.SAME_UNIT: _("works in the same organisation as a candidate"),
    ConflictKind.DECLARED: _("declared a tie with a candidate"),
    ConflictKind.ASSESSED_BEFORE: _("has assessed one of these candidates before"),
    ConflictKind.IN_A_ROW: _("has served the last exams of this body without a break"),
    ConflictKind.ROTATION: _("belongs to a team with too few new members"),
    ConflictKind.UNDECLARED: _("has no declaration of impartiality in force for this body"),
}
TRAINING_ROLES = (Role.AUTHOR.value, Role.TEACHER.value)
Found = Mapping[int, Collection[int]]
"""Of each person concerned, the candidates; empty where it is not about candidates."""


@dataclass(frozen=True)
class Conflict:
    """Why a person should not act. Two are equal when they say the same; whom it is about and what it weighs differ by case."""

    kind: str
    label: str | Promise
    blocks: bool = field(default=True, compare=False)
    candidates: frozenset[int] = field(default=frozenset(), compare=False)


def conflict(kind: ConflictKind, *, blocks: bool = True, candidates: Iterable[int] = ()) -> Conflict:
    return Conflict(kind.value, CONFLICT_LABELS[kind], blocks, frozenset(candidates))


@dataclass(frozen=True)
class Question:
    """Whom to look at, for which candidates; what only the plans know comes along.

    `earlier` says for each person how often she assessed each candidate before, `teams` names the body's earlier teams,
    the latest first. `trainers` and `same_unit` are switches of the scheme: what it does not ask for is not looked for.
    """

    organisation: Organisation
    occupation: Occupation
    on: date
    candidates: Collection[int]
    trainers: bool = True
    same_unit: bool = True
    earlier: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    teams: Sequence[Collection[int]] = ()


def policy_of(organisation: Organisation) -> Policy:
    """Return what the body set, or the defaults."""
    row = BodySettings.objects.filter(organisation=organisation).first()
    return row.policy if row else Policy()


def find_conflicts(people: Collection[User], question: Question, *, policy: Policy) -> dict[int, list[Conflict]]:
    """Return for each person what speaks against her, what blocks first. Twelve queries at most."""
    asked = [person.pk for person in people]
    looked: dict[ConflictKind, Found] = {
        ConflictKind.SELF: {pk: [pk] for pk in asked if pk in question.candidates},
        ConflictKind.WRITER: dict.fromkeys(writers(asked, question), ()),
    }
    if question.candidates and asked:
        if question.trainers:
            looked[ConflictKind.TRAINER] = trained_by(asked, question.candidates)
        if question.same_unit:
            looked[ConflictKind.SAME_UNIT] = colleagues_of(asked, question)
        looked[ConflictKind.DECLARED], looked[ConflictKind.NAMESAKE] = tied_to(asked, question.candidates)
        looked[ConflictKind.ASSESSED_BEFORE] = _met_too_often(asked, question, policy)
    if limit := policy.in_a_row_limit:
        looked[ConflictKind.IN_A_ROW] = {pk: () for pk in asked if in_a_row(pk, question.teams) >= limit}
    if policy.declaration_months and asked:
        looked[ConflictKind.UNDECLARED] = dict.fromkeys(undeclared(asked, question, policy), ())
    found = {
        pk: [conflict(kind, blocks=policy.blocks(kind), candidates=about[pk]) for kind, about in looked.items() if pk in about]
        for pk in asked
    }
    return {pk: sorted(rows, key=lambda row: not row.blocks) for pk, rows in found.items()}


def writers(people: Collection[int], question: Question) -> set[int]:
    """Return who writes items: by a card for the occupation on that day, or by the post in this body (I17)."""
    posts = Membership.objects.filter(user__in=people, organisation=question.organisation, role=Role.ITEM_WRITER.value)
    cards = StaffCard.objects.standing().filter(user__in=people, occupation=question.occupation, kind=CardKind.ITEM_WRITER.value)
    by_card = {card.user_id for card in cards if is_valid_on(card.valid_from, card.valid_until, question.on)}
    return by_card | set(posts.values_list("user_id", flat=True))


def trained_by(people: Collection[int], candidates: Collection[int]) -> dict[int, set[int]]:
    """Return of each who trained candidates, whom: as an author or teacher of the college, or by opening the class."""
    posts = Membership.objects.filter(user__in=people, role__in=TRAINING_ROLES).values_list("user_id", "organisation_id")
    colleges: dict[int, set[int]] = defaultdict(set)
    for user, organisation in posts:
        colleges[organisation].add(user)
    paths = {page.path: page.organisation_id for page in CollegePage.objects.filter(organisation__in=colleges)}
    found: dict[int, set[int]] = defaultdict(set)
    taken = Enrolment.objects.filter(user__in=candidates).values_list(
        "user_id", "course__path", "run__organisation_id", "run__opened_by_id"
    )
    for candidate, course, led_by, opened_by in taken:
        trainers = {user for path, college in paths.items() if course.startswith(path) for user in colleges[college]}
        trainers |= colleges.get(led_by, set())
        if opened_by in people:
            trainers.add(opened_by)
        for trainer in trainers - {candidate}:
            found[trainer].add(candidate)
    return dict(found)


def colleagues_of(people: Collection[int], question: Question) -> dict[int, set[int]]:
    """Return of each who shares an employer with candidates, with whom: by membership, or by the employer's name.

    The organising body itself does not count: employers assess their own staff.
    """
    candidates = question.candidates
    memberships = Membership.objects.filter(Q(user__in=people) | Q(user__in=candidates))
    units: dict[int, set[int]] = defaultdict(set)
    for unit, user in memberships.exclude(organisation=question.organisation).values_list("organisation_id", "user_id"):
        units[unit].add(user)
    named: dict[str, set[int]] = defaultdict(set)
    for candidate, names in employers_of(candidates).items():
        for name in names:
            named[employer_key(name)].add(candidate)
    entries = StaffMember.objects.filter(user__in=people).exclude(employer="")
    own = {"", employer_key(question.organisation.name)}
    found: dict[int, set[int]] = defaultdict(set)
    for user, employer in entries.values_list("user_id", "employer"):
        if (key := employer_key(employer)) not in own:
            found[user] |= named.get(key, set()) - {user}
    for together in units.values():
        for user in together & set(people):
            found[user] |= (together & set(candidates)) - {user}
    return {user: about for user, about in found.items() if about}


def tied_to(people: Collection[int], candidates: Collection[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return whom each declared a tie with: for sure, and possibly, by the name alone."""
    ties = list(Tie.objects.filter(user__in=people, ended_at=None))
    sure: dict[int, set[int]] = defaultdict(set)
    possible: dict[int, set[int]] = defaultdict(set)
    # Names are compared without blanks and case, so the candidates are read; nobody has declared anything most of the time.
    known = User.objects.filter(pk__in=candidates).values_list("pk", "name", "phone") if ties else ()
    for candidate, name, phone in known:
        for tie in ties:
            match = match_tie(tie_name=tie.name, tie_phone=tie.phone, name=name, phone=phone or "")
            if match is not None:
                (sure if match is Match.SURE else possible)[tie.user_id].add(candidate)
    return dict(sure), dict(possible)


def _met_too_often(people: Collection[int], question: Question, policy: Policy) -> dict[int, set[int]]:
    limit = policy.assessed_before_limit
    met = {
        person: {candidate for candidate, times in question.earlier.get(person, {}).items() if times >= limit}
        for person in people
    }
    return {person: about for person, about in met.items() if limit and about}


def undeclared(people: Collection[int], question: Question, policy: Policy) -> set[int]:
    """Return who has no declaration to this body that counts on that day."""
    declared = Declaration.objects.filter(entry__organisation=question.organisation, entry__user__in=people)
    latest: dict[int, date] = {}
    for user, moment in declared.order_by("declared_at").values_list("entry__user_id", "declared_at"):
        latest[user] = localdate(moment)
    months = policy.declaration_months
    return {person for person in people if not declaration_counts(latest.get(person), today=question.on, months=months)}
