"""The machine interface: `/api/v1/`, described at `/api/v1/openapi.json`. Each room brings a router of its own.

There is no page with a try-it-out form: it would need inline scripts (decision 5).
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

from certification.registry.api import router as registry
from lms.core.errors import DomainError
from lms.core.messages import text_of

api = NinjaAPI(
    title="辅能 Funeng",
    version="1",
    description="Errors are JSON: `code` for programs, `message` for people, in the language of Accept-Language.",
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", registry)


def _sentence(problem: dict[str, Any]) -> str:
    """Return one sentence about one value that was not understood (a pydantic error)."""
    name, limits = problem["loc"][-1], problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return _("“%(name)s” is missing.") % {"name": name}
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return _("“%(name)s” has to be a whole number.") % {"name": name}
        case "greater_than_equal":
            return _("“%(name)s” has to be at least %(limit)s.") % {"name": name, "limit": limits["ge"]}
        case "less_than_equal":
            return _("“%(name)s” can be at most %(limit)s.") % {"name": name, "limit": limits["le"]}
        case "string_pattern_mismatch":
            return _("“%(name)s” is not written as it has to be; see openapi.json.") % {"name": name}
    return _("“%(name)s” cannot be used: %(reason)s.") % {"name": name, "reason": problem["msg"]}


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer 422 with a sentence for each value."""
    problems = [{"name": str(problem["loc"][-1]), "message": _sentence(problem)} for problem in error.errors]
    message = " ".join(problem["message"] for problem in problems)
    return api.create_response(request, {"code": "api.invalid", "message": message, "problems": problems}, status=422)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the error's own status and sentence."""
    return api.create_response(request, {"code": error.code, "message": text_of(error)}, status=error.status)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer 404 as every other error is answered."""
    return api.create_response(request, {"code": "api.not_found", "message": _("There is nothing here.")}, status=404)
