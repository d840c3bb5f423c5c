"""The only way a view reaches a body's signing keys: its head and its exam officers."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from certification.certificates.models import Certificate, KeyCeremony, KeyChange, SigningKey
from certification.certificates.services.keys import DECIDERS
from lms.accounts.models import User
from lms.organisations.selectors import organisations_where


def keys_visible_to(user: User) -> QuerySet[SigningKey]:
    """Return the keys of this person's bodies with `signatures`, how many certificates bear theirs; newest first."""
    signed = Certificate.objects.public().filter(signing_key=OuterRef("pk")).order_by().values("signing_key")
    return (
        SigningKey.objects.filter(organisation__in=organisations_where(user, *DECIDERS))
        .select_related("organisation")
        .annotate(signatures=Coalesce(Subquery(signed.values_list(Count("pk"))), 0))
        .order_by("organisation__name", "-not_before", "-pk")
    )


def ceremonies_without_certificate(user: User) -> QuerySet[KeyCeremony]:
    """Return the ceremonies of this person's bodies whose certificate has not come yet."""
    return KeyCeremony.objects.filter(organisation__in=organisations_where(user, *DECIDERS), signing_key=None).select_related(
        "organisation"
    )


def decides_about_keys(user: User) -> bool:
    """Tell whether the person is head or exam officer anywhere."""
    return organisations_where(user, *DECIDERS).exists()


def key_for(user: User, pk: int) -> SigningKey:
    """Return one of them; another body's is not found."""
    key = keys_visible_to(user).filter(pk=pk).first()
    if key is None:
        raise Http404
    return key


def change_for(user: User, pk: int) -> KeyChange:
    """Return a proposed change of one of them."""
    change = (
        KeyChange.objects.filter(signing_key__organisation__in=organisations_where(user, *DECIDERS), pk=pk)
        .select_related("signing_key__organisation", "proposed_by")
        .first()
    )
    if change is None:
        raise Http404
    return change
