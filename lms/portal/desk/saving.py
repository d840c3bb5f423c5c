"""Views of the desk that a person keeps under names of her own."""

from datetime import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.queues import Wish
from lms.portal.models import LONGEST_QUERY, SavedView

MOST_VIEWS = 20
LONGEST_NAME = 40


@transaction.atomic
def save_view(name: str, wish: Wish, *, actor: User, now: datetime) -> SavedView:
    """Keep a view; one of the same name is replaced.

    Raises `DomainError` (422): no name, a longer one than 40 signs or one with signs that nobody sees, words that
    make too long an address, or twenty views already.
    """
    clean = " ".join(name.split())
    if not 0 < len(clean) <= LONGEST_NAME or not clean.isprintable():
        raise DomainError("portal.view_name", status=422, limit=LONGEST_NAME)
    # Each Chinese sign takes nine in an address.
    if len(wish.query()) > LONGEST_QUERY:
        raise DomainError("portal.view_too_long", status=422)
    # Her row is the lock under which her views are counted.
    User.objects.select_for_update().get(pk=actor.pk)
    others = SavedView.objects.filter(user=actor).exclude(name=clean)
    if others.count() >= MOST_VIEWS:
        raise DomainError("portal.too_many_views", status=422, limit=MOST_VIEWS)
    view, _created = SavedView.objects.update_or_create(user=actor, name=clean, defaults={"query": wish.query(), "saved_at": now})
    return view


@transaction.atomic
def remove_view(view: SavedView, *, actor: User, now: datetime) -> None:
    """Forget a view of one's own; a second time changes nothing."""
    SavedView.objects.filter(pk=view.pk, user=actor).delete()
