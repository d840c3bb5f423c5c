"""The only way a view reaches programmes: the head, the exam officers and the administrators of their organisation."""

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from certification.certificates.models import Programme, Template
from certification.certificates.rules import STANDING, Kind
from certification.certificates.services.batches import PREPARERS
from courses.catalogue.models import CollegePage, CoursePage
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.selectors import organisations_where


def organisations_kept_by(user: User) -> QuerySet[Organisation]:
    """Return the bodies whose programmes this person keeps (I42)."""
    return organisations_where(user, *PREPARERS).order_by("name")


def programmes_kept_by(user: User) -> QuerySet[Programme]:
    """Return their programmes with `issued`, how many certificates of each stand."""
    standing = Count("certificates", filter=Q(certificates__status__in=[status.value for status in STANDING]), distinct=True)
    return (
        Programme.objects.filter(organisation__in=organisations_kept_by(user))
        .select_related("organisation", "course", "template")
        .annotate(issued=standing)
        .order_by("-active", "organisation__name", "title")
    )


def programme_for(user: User, pk: int) -> Programme:
    """Return one of them; another organisation's is not found."""
    programme = programmes_kept_by(user).filter(pk=pk).first()
    if programme is None:
        raise Http404
    return programme


def courses_for(organisation: Organisation) -> QuerySet[CoursePage]:
    """Return the published courses of the organisation's own college and of colleges that partner with it."""
    colleges = CollegePage.objects.filter(Q(organisation=organisation) | Q(organisation__partners=organisation))
    below = Q(pk__in=[])
    for college in colleges.distinct():
        below |= Q(path__startswith=college.path)
    courses: QuerySet[CoursePage] = CoursePage.objects.filter(below).live().public().order_by("title")
    return courses


def templates_for(organisation: Organisation, kind: Kind) -> QuerySet[Template]:
    """Return the organisation's own templates of this kind."""
    return Template.objects.filter(organisation=organisation, design=kind.value).order_by("name")
