"""What allauth leaves open: a refused form answers with a 4xx, a dead code says so, and so does a limit reached."""

from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

from lms.core.errors import DomainError
from lms.core.messages import text_of

ALLAUTH_PREFIXES = ("account_", "mfa_")
TOO_MANY = "too_many_login_attempts"
CODE_PAGES = frozenset({"account_confirm_login_code", "account_verify_phone"})
DOORS = ("account_login", "account_request_login_code", "account_signup")
"""Where allauth sends somebody whose code has expired or was guessed at too often, without a word."""


def _url_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""


class RefusedFormMiddleware:
    """Gives allauth's refusals the status of ours: 422 for a form with errors, 429 for one guess too many, 410 for a code that is no longer valid."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and _url_name(request) in CODE_PAGES:
            target = response.get("Location", "").partition("?")[0]
            if not request.user.is_authenticated and target in {reverse(name) for name in DOORS}:
                error = DomainError("accounts.code_dead", status=410)
                context = {"message": text_of(error), "error": error}
                return render(request, "errors/domain.html", context, status=error.status)
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Mark the page of a refused form; browsers show it all the same."""
        if request.method == "POST" and response.status_code == 200 and _url_name(request).startswith(ALLAUTH_PREFIXES):
            shown = (response.context_data or {}).values()
            refused = [form for form in shown if isinstance(form, BaseForm) and form.is_bound and form.errors]
            if refused:
                response.status_code = 429 if any(form.has_error("__all__", TOO_MANY) for form in refused) else 422
        return response


class RateLimitMiddleware:
    """allauth answers its limits itself, but for the one on codes to a phone, which it raises out of the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "429.html", status=429) if isinstance(exception, RateLimited) else None
