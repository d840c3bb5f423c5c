"""One form on a page of its own, the same for all registers."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lms.core.errors import DomainError
from lms.core.messages import text_of

Text = str | Promise


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Return desk → the steps `(title, address)`; the last one is the page itself."""
    way = [{"title": _("Desk"), "url": reverse("portal:desk")}]
    way += [{"title": title, "url": url} if url else {"title": title} for title, url in steps]
    return way


def attempt(form: BaseForm, act: Callable[[], Any], *, field: str | None = None) -> bool:
    """Run `act`, and tell its refusal in the form; return whether it was done."""
    try:
        act()
    except DomainError as error:
        form.add_error(field, text_of(error))
        return False
    return True


def form_page(
    request: HttpRequest, form: BaseForm, *, title: Text, way: list[dict[str, str]], button: Text, lede: Text = "", **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": way, "button": button, "lede": lede, "back": way[-2]["url"], **more}
    return render(request, "bodies/form.html", context, status=422 if form.errors else 200)
