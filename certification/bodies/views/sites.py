"""The officer's pages of sites, rooms and equipment."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.bodies import access, forms
from certification.bodies.models import Room, Site
from certification.bodies.selectors.register import page_of, with_rooms
from certification.bodies.services import sites as services
from certification.bodies.views.form_page import attempt, crumbs, form_page
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted, whole_number


@login_required
@require_safe
def sites(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The sites of my bodies with their rooms, the latest entered first."""
    bodies = access.require_bodies(request.user)
    before = whole_number(request.GET.get("before"))
    rows, more = page_of(with_rooms(access.sites_kept_by(request.user)), before=before)
    context = {
        "rows": rows,
        "bodies": bodies,
        "older_url": f"?before={rows[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
    }
    return render(request, "bodies/sites.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = forms.NewSiteForm(posted(request), bodies=access.require_bodies(request.user))
    if request.method == "POST" and form.is_valid():
        site = Site()
        facts = form.cleaned_data
        now = clock.now()
        kept = attempt(
            form,
            lambda: services.keep_site(site, organisation=form.body, facts=facts, actor=request.user, now=now),
            field="name",
        )
        if kept:
            messages.success(request, _("The site is stored. Add its rooms."))
            return redirect("bodies:site", pk=site.pk)
    way = crumbs((_("Sites and rooms"), reverse("bodies:sites")), (_("New site"), ""))
    return form_page(request, form, title=_("New site"), way=way, button=_("Store the site"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One site: its rooms, and its own facts to change."""
    found = access.site_kept_by(request.user, pk)
    form = forms.SiteForm(posted(request), instance=Site.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        organisation, now = found.organisation, clock.now()
        kept = attempt(
            form,
            lambda: services.keep_site(found, organisation=organisation, facts=facts, actor=request.user, now=now),
            field="name",
        )
        if kept:
            messages.success(request, _("The site is changed."))
            return redirect("bodies:site", pk=pk)
    context = {
        "site": access.site_kept_by(request.user, pk),
        "rooms": list(found.rooms.prefetch_related("equipment")),
        "form": form,
        "crumbs": crumbs((_("Sites and rooms"), reverse("bodies:sites")), (found.name, "")),
    }
    return render(request, "bodies/site.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    site = access.site_kept_by(request.user, pk)
    form = forms.RoomForm(posted(request))
    if request.method == "POST" and form.is_valid():
        room, facts = Room(), form.cleaned_data
        now = clock.now()
        if attempt(form, lambda: services.keep_room(room, site=site, facts=facts, actor=request.user, now=now), field="name"):
            messages.success(request, _("The room is stored. Write down what stands in it."))
            return redirect("bodies:room", pk=room.pk)
    way = crumbs((_("Sites and rooms"), reverse("bodies:sites")), (site.name, site.get_absolute_url()), (_("New room"), ""))
    return form_page(request, form, title=_("New room"), way=way, button=_("Store the room"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One room: what stands in it, and its own facts to change."""
    found = access.room_kept_by(request.user, pk)
    form = forms.RoomForm(posted(request), instance=Room.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        site, now = found.site, clock.now()
        if attempt(form, lambda: services.keep_room(found, site=site, facts=facts, actor=request.user, now=now), field="name"):
            messages.success(request, _("The room is changed."))
            return redirect("bodies:room", pk=pk)
    return _room_page(request, pk, form=form, piece=forms.EquipmentForm())


@login_required
@require_POST
def add_equipment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.room_kept_by(request.user, pk)
    form = forms.EquipmentForm(request.POST)
    if form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: services.add_equipment(found, **facts, actor=request.user, now=clock.now()), field="name"):
            messages.success(request, _("Added to the room."))
            return redirect("bodies:room", pk=pk)
    return _room_page(request, pk, form=forms.RoomForm(instance=found), piece=form)


@login_required
@require_POST
def remove_equipment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    piece = access.equipment_kept_by(request.user, pk)
    services.remove_equipment(piece, actor=request.user, now=clock.now())
    messages.success(request, _("Taken out of the list."))
    return redirect("bodies:room", pk=piece.room_id)


def _room_page(request: AuthenticatedHttpRequest, pk: int, *, form: forms.RoomForm, piece: forms.EquipmentForm) -> HttpResponse:
    found = access.room_kept_by(request.user, pk)
    context = {
        "room": found,
        "equipment": list(found.equipment.all()),
        "form": form,
        "piece": piece,
        "crumbs": crumbs(
            (_("Sites and rooms"), reverse("bodies:sites")), (found.site.name, found.site.get_absolute_url()), (found.name, "")
        ),
    }
    return render(request, "bodies/room.html", context, status=422 if form.errors or piece.errors else 200)
