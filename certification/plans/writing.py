"""Writing an ordinary plan from little: what is examined, the day and how many; all else is proposed and can be changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, localtime, make_aware

from certification.bodies.models import FilingScope, Room, Site
from certification.plans import rules
from certification.plans.models import Plan
from certification.plans.occupancy import rooms_with_seats, taken_by
from certification.plans.places import choose_rooms, words_for
from certification.plans.rules.places import RoomFacts, rooms_for
from certification.plans.rules.proposals import Proposal, proposed
from certification.plans.services import create_plan
from certification.standards.models import Scheme, SchemeLevel
from certification.standards.rules import Level, WeightTable
from courses.questionbank.models import Blueprint
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.workdays import add_workdays
from lms.organisations.models import Organisation

USUAL_MINUTES = 90


@dataclass(frozen=True)
class Subject:
    """What a body may examine today: one level of a published scheme that its filing covers."""

    organisation: Organisation
    scheme: Scheme
    level: int
    work_type: str

    @property
    def key(self) -> str:
        return f"{self.organisation.pk}.{self.scheme.pk}.{self.level}.{self.work_type}"


@dataclass(frozen=True)
class Place:
    """A place in words, for a body that keeps no rooms in its register."""

    site_name: str
    address: str
    room: str


def subjects_for(bodies: Iterable[Organisation], *, today: date) -> list[Subject]:
    """Return what these bodies may examine, the newest version of each scheme. Two queries."""
    bodies = list(bodies)
    scopes = FilingScope.objects.filter(
        filing__organisation__in=bodies, filing__valid_from__lte=today, filing__valid_until__gte=today
    ).select_related("filing__organisation", "occupation")
    levels = SchemeLevel.objects.filter(
        Q(scheme__owner=None) | Q(scheme__owner__in=bodies), scheme__status="published"
    ).select_related("scheme__occupation")
    newest: dict[tuple[str, int], SchemeLevel] = {}
    for level in levels.order_by("scheme__key", "scheme__version", "level"):
        newest[(level.scheme.key, level.level)] = level
    found = {}
    for scope in scopes.order_by("filing__organisation__name", "occupation__code", "work_type", "-level"):
        for level in newest.values():
            scheme, body = level.scheme, scope.filing.organisation
            fits = scheme.occupation_id == scope.occupation_id and level.level == scope.level
            if fits and scheme.owner_id in (None, body.pk):
                subject = Subject(body, scheme, level.level, scope.work_type)
                found[subject.key] = subject
    return list(found.values())


def title_of(scheme: Scheme, level: int, exam_date: date) -> str:
    """Return the usual title; Chinese, as all content is."""
    return f"{exam_date.year} 年 {exam_date.month} 月{scheme.occupation.name}（{Level(level).label}）认定"


def last_plan(organisation: Organisation) -> Plan | None:
    """Return the body's latest plan: the next one is most likely like it."""
    return Plan.objects.filter(organisation=organisation).with_names().order_by("-created_at", "-pk").first()


@transaction.atomic
def propose_plan(
    subject: Subject,
    *,
    exam_date: date,
    candidates: int,
    site: Site | None = None,
    place: Place | None = None,
    actor: User,
    now: datetime,
) -> Plan:
    """Return a draft for so many candidates, complete as far as the registers know: dates, rooms, paper, title.

    Rooms are those of `site`, or of the site that needs fewest.
    Raises what `create_plan` and `choose_rooms` raise, and `DomainError("plans.no_rooms")` (422) where no site has
    free rooms for so many at that time, or `plans.place_needed` where the body keeps no rooms and no place is named.
    """
    level = subject.scheme.levels.select_related("scheme__occupation").get(level=subject.level)
    part = level.part("theory") or {}
    dates = _dates(subject.scheme, exam_date, minutes=int(part.get("minutes") or USUAL_MINUTES), now=now)
    return _write(subject, level, dates, exam_date=exam_date, candidates=candidates, site=site, place=place, actor=actor, now=now)


@transaction.atomic
def copy_plan(plan: Plan, *, exam_date: date, actor: User, now: datetime) -> Plan:
    """Return a draft like an earlier plan on another day: the newest version of its scheme, its hours, its rooms.

    A room that is taken or no longer offered is replaced. Raises what `propose_plan` raises.
    """
    scheme = Scheme.objects.filter(key=plan.scheme.key, status="published", levels__level=plan.level).latest("version")
    level = scheme.levels.select_related("scheme__occupation").get(level=plan.level)
    usual = _dates(scheme, exam_date, minutes=plan.theory_minutes, now=now)
    begins, skill = localtime(plan.theory_starts_at), localtime(plan.skill_starts_at)
    dates = Proposal(
        registration_opens=usual.registration_opens,
        registration_closes=usual.registration_closes,
        theory_starts_at=datetime.combine(exam_date, begins.time()),
        theory_minutes=plan.theory_minutes,
        skill_starts_at=datetime.combine(exam_date + (skill.date() - begins.date()), skill.time()),
    )
    return _write(
        Subject(plan.organisation, scheme, plan.level, plan.work_type),
        level,
        dates,
        exam_date=exam_date,
        candidates=plan.capacity,
        place=Place(plan.site_name, plan.address, plan.room),
        before=plan,
        actor=actor,
        now=now,
    )


def _dates(scheme: Scheme, exam_date: date, *, minutes: int, now: datetime) -> Proposal:
    parameters = {name: scheme.parameter(name) for name in ("plan_lead_days", "reg_close_days")}
    return proposed(exam_date, parameters=parameters, theory_minutes=minutes, today=localdate(now), add_workdays=add_workdays)


def _write(
    subject: Subject,
    level: SchemeLevel,
    dates: Proposal,
    *,
    exam_date: date,
    candidates: int,
    site: Site | None = None,
    place: Place | None,
    before: Plan | None = None,
    actor: User,
    now: datetime,
) -> Plan:
    body = subject.organisation
    session = rules.session_of(
        make_aware(dates.theory_starts_at), minutes=dates.theory_minutes, skill_starts_at=make_aware(dates.skill_starts_at)
    )
    rooms = _rooms(body, session, candidates=candidates, site=site, before=before)
    if rooms:
        found = next(iter(rooms)).site
        place = Place(found.name, found.address, words_for([room.name for room in rooms]))
    if place is None:
        raise DomainError("plans.place_needed", status=422)
    plan = create_plan(
        organisation=body,
        scheme=subject.scheme,
        level=subject.level,
        work_type=subject.work_type,
        title=title_of(level.scheme, subject.level, exam_date),
        site_name=place.site_name,
        address=place.address,
        room=place.room,
        exam_date=exam_date,
        registration_opens=dates.registration_opens,
        registration_closes=dates.registration_closes,
        capacity=candidates,
        theory_starts_at=session[0],
        theory_minutes=dates.theory_minutes,
        skill_starts_at=make_aware(dates.skill_starts_at),
        blueprint=_blueprint(body, level, before=before),
        actor=actor,
        now=now,
    )
    if rooms:
        choose_rooms(plan, rooms=rooms, actor=actor, now=now)
    return plan


def _rooms(
    body: Organisation,
    session: tuple[datetime, datetime],
    *,
    candidates: int,
    site: Site | None,
    before: Plan | None,
) -> Mapping[Room, int]:
    """Return rooms for so many, those of the plan before if they are free; empty where the register has none."""
    offered = {room.pk: room for room in rooms_with_seats(body)}
    if not offered:
        return {}
    taken = taken_by(offered, session=session)
    free = {pk: room for pk, room in offered.items() if pk not in taken and site in (None, room.site)}
    usual = {row.room_id: row.seats for row in before.rooms.all()} if before else {}
    if usual and all(pk in free and seats <= free[pk].capacity for pk, seats in usual.items()):
        return {free[pk]: seats for pk, seats in usual.items()}
    chosen = rooms_for(candidates, [RoomFacts(room.pk, room.site_id, room.capacity) for room in free.values()])
    if not chosen:
        raise DomainError("plans.no_rooms", status=422, count=candidates)
    left, seats = candidates, {}
    for facts in chosen:
        seats[free[facts.pk]] = min(facts.seats, left)
        left -= seats[free[facts.pk]]
    return seats


def _blueprint(body: Organisation, level: SchemeLevel, *, before: Plan | None) -> Blueprint | None:
    """Return a paper of the body that fits the weight table, the one used before if it still does (I20)."""
    weights = level.weights(WeightTable.THEORY)
    found = list(Blueprint.objects.filter(organisation=body, purpose="theory").order_by("-pk"))
    if before and before.blueprint_id:
        found.sort(key=lambda blueprint: blueprint.pk != before.blueprint_id)
    return next((blueprint for blueprint in found if not rules.blueprint_problems(blueprint.rows, weights)), None)
