"""The front of the register: an answer that was given within the last minute is given again, past the rest of the site.

A QR code at a fair or under a news article is asked about a thousand times in a minute. The page needs no session, no
visitor and no template for that, only the certainty that nothing has happened to the certificate since.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.timezone import localdate

from certification.registry import memory
from certification.registry.access import TOKEN_LENGTH
from certification.registry.availability import RegisterAway
from certification.registry.lookup import still_holds
from certification.registry.memory import Basis, Given
from certification.registry.pages import LANGUAGES, wants_fragment
from certification.registry.throttle import TOKEN_LIMIT, within
from lms.core import clock
from lms.core.display import care_of, theme_of

BEGIN, END = "/verify/", "/"
PATH_LENGTH = len(BEGIN) + TOKEN_LENGTH + len(END)


class Answer(HttpResponse):
    """What the register says of one certificate. With a `basis` it may be given again; without, only this once."""

    def __init__(self, content: str, basis: Basis | None, *, content_type: str | None = None) -> None:
        super().__init__(content, content_type=content_type)
        self.basis = basis


class RememberedAnswers:
    """Middleware: keeps an `Answer` as it leaves, with its headers, and gives it to whoever asks in the same way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if len(path) != PATH_LENGTH or request.method != "GET" or not path.startswith(BEGIN):
            return self.get_response(request)
        token, asked = path[len(BEGIN) : -len(END)], _way_of_asking(request)
        given = memory.recall_given(token, asked)
        if given is not None and _may_be_given(given, token) and within(TOKEN_LIMIT, request):
            return _again(given)
        response = self.get_response(request)
        if isinstance(response, Answer) and response.basis is not None and response.status_code == 200:
            headers = tuple((name, value) for name, value in response.items())
            memory.keep_given(token, asked, Given(response.content, headers, localdate(clock.now()), response.basis))
        return response


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a machine asks: JSON preferred to HTML in Accept."""
    accepted = request.META.get("HTTP_ACCEPT", "")
    if "json" not in accepted and "application/*" not in accepted:
        return False  # every browser, and who takes anything; nothing needs weighing
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _may_be_given(given: Given, token: str) -> bool:
    # After midnight a certificate may have expired; and an answer that cannot be confirmed is the view's to give.
    try:
        return given.day == localdate(clock.now()) and still_holds(given.basis, token)
    except RegisterAway:
        return False


def _again(given: Given) -> HttpResponse:
    response = HttpResponse(given.content)
    for name, value in given.headers:
        response[name] = value
    return response


def _way_of_asking(request: HttpRequest) -> str:
    """Return what the page depends on besides the certificate, and nothing that a visitor could make up at will."""
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in LANGUAGES else translation.get_language_from_request(request)
    return ":".join(
        (
            "json" if wants_json(request) else "part" if wants_fragment(request) else "page",
            language,
            # The links of a page that was asked for in a language go on in it.
            "asked" if wanted in LANGUAGES else "",
            theme_of(request),
            care_of(request),
        )
    )
