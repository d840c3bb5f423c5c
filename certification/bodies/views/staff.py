"""The officer's pages of the staff register and of one person's file."""

from datetime import date, datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.bodies import access, forms
from certification.bodies.conflicts import policy_of
from certification.bodies.models import CARD_CHOICES, StaffMember, Tie
from certification.bodies.rules import declaration_counts, declared_since
from certification.bodies.selectors import register as selectors
from certification.bodies.services import staff as services
from certification.bodies.sources import duties_of
from certification.bodies.views.form_page import attempt, crumbs, form_page
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted, whole_number

SHOWN = 50
"""How many lines of one kind a file shows."""


def _declared_from(months: int) -> datetime:
    """Return the first moment whose declaration still counts today; any one does where none is asked for."""
    first = declared_since(clock.today(), months=months) if months else date(1970, 1, 1)
    return make_aware(datetime.combine(first, time.min))


@login_required
@require_safe
def register(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who acts for my bodies, the latest entered first; by name or card number, kind of card, and what is missing."""
    bodies = access.require_bodies(request.user)
    before = whole_number(request.GET.get("before"))
    words, kind, show = (request.GET.get(name, "").strip()[:60] for name in ("q", "kind", "show"))
    # With several bodies the longest term decides which declarations the list calls in force; each file knows its own.
    declared_from = _declared_from(max(policy_of(body).declaration_months for body in bodies))
    entries = selectors.chosen(
        access.entries_kept_by(request.user),
        words=words,
        kind=kind,
        show=show,
        today=clock.today(),
        declared_from=declared_from,
    )
    rows, more = selectors.page_of(selectors.with_cards(entries, bodies=bodies), before=before)
    context = {
        "rows": rows,
        "bodies": bodies,
        "today": clock.today(),
        "declared_from": declared_from,
        "words": words,
        "kind": kind,
        "show": show,
        "kinds": CARD_CHOICES,
        "tabs": [
            ("", _("All")),
            ("ending", _("A card ends soon")),
            ("undeclared", pgettext("impartiality", "Declaration missing")),
            ("left", pgettext("staff", "Left")),
        ],
        "last": rows[-1].pk if more else "",
        "before": before,
    }
    return render(request, "bodies/register.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = forms.EnterStaffForm(posted(request), bodies=access.require_bodies(request.user))
    if request.method == "POST" and form.is_valid():
        facts = {"user": form.person, "employer": form.cleaned_data["employer"]}
        body, now = form.body, clock.now()
        if attempt(form, lambda: services.enter_staff(body, **facts, actor=request.user, now=now), field="phone"):
            messages.success(request, _("%(name)s is in the register.") % {"name": form.person.name})
            entry = StaffMember.objects.get(organisation=body, user=form.person)
            return redirect("bodies:person", pk=entry.pk)
    way = crumbs((_("Staff register"), reverse("bodies:register")), (_("Enter a person"), ""))
    lede = _("The person has an account already and can declare impartiality by herself afterwards.")
    return form_page(request, form, title=_("Enter a person"), way=way, button=_("Enter"), lede=lede)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One person's file; POST changes her employer or the day she left."""
    entry = access.entry_kept_by(request.user, pk)
    form = forms.StaffForm(posted(request), instance=StaffMember.objects.get(pk=entry.pk))
    if request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, clock.now()
        if attempt(form, lambda: services.change_staff(entry, **facts, actor=request.user, now=now), field="left_on"):
            messages.success(request, _("The file is changed."))
            return redirect("bodies:person", pk=pk)
    duties = duties_of(entry.organisation_id, entry.user_id)
    declared = selectors.declared_on(entry)
    months = policy_of(entry.organisation).declaration_months
    records = list(entry.records.select_related("recorded_by"))
    context = {
        "entry": entry,
        "form": form,
        "today": clock.today(),
        "cards": list(selectors.cards_of(entry.user).filter(organisation=entry.organisation)),
        "records": records[:SHOWN],
        "training": selectors.training_by_year(records),
        "duties": duties[:SHOWN],
        "duties_this_year": sum(duty.day.year == clock.today().year for duty in duties),
        "declared": declared,
        "in_force": declaration_counts(declared and localdate(declared), today=clock.today(), months=months),
        # Whom she declared is about third persons: the officer learns how many, and the names only where they meet.
        "ties": Tie.objects.filter(user=entry.user_id, ended_at=None).count(),
        "crumbs": crumbs((_("Staff register"), reverse("bodies:register")), (entry.user.name, "")),
    }
    return render(request, "bodies/person.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_card(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    entry = access.entry_kept_by(request.user, pk)
    form = forms.CardForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, clock.now()
        organisation = entry.organisation
        stored = attempt(
            form,
            lambda: services.issue_staff_card(user=entry.user, organisation=organisation, **facts, actor=request.user, now=now),
            field="valid_until",
        )
        if stored:
            messages.success(request, _("The card is stored."))
            return redirect("bodies:person", pk=pk)
    way = _way(entry, _("New card"))
    lede = _("A card is bound to one occupation, to its levels and to its term. Levels 2 and 1 need a senior assessor.")
    return form_page(request, form, title=_("New card"), way=way, button=_("Store the card"), lede=lede)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_record(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    entry = access.entry_kept_by(request.user, pk)
    form = forms.RecordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts, now = form.cleaned_data, clock.now()
        if attempt(form, lambda: services.add_record(entry, **facts, actor=request.user, now=now)):
            messages.success(request, _("The line is in the file."))
            return redirect("bodies:person", pk=pk)
    way = _way(entry, _("New line in the file"))
    return form_page(request, form, title=_("New line in the file"), way=way, button=_("Store the line"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_card(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    card = access.card_kept_by(request.user, pk)
    entry = access.entries_kept_by(request.user).get(organisation=card.organisation_id, user=card.user_id)
    form = forms.ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason, now = form.cleaned_data["reason"], clock.now()
        if attempt(form, lambda: services.withdraw_card(card, reason=reason, actor=request.user, now=now), field="reason"):
            messages.success(request, _("The card is taken back."))
            return redirect("bodies:person", pk=entry.pk)
    way = _way(entry, _("Take the card back"))
    lede = _("From now on card %(number)s covers nothing. Exams whose team counts on it do not start.") % {"number": card.number}
    return form_page(request, form, title=_("Take the card back"), way=way, button=_("Take the card back"), lede=lede)


def _way(entry: StaffMember, here: str) -> list[dict[str, str]]:
    return crumbs((_("Staff register"), reverse("bodies:register")), (entry.user.name, entry.get_absolute_url()), (here, ""))
