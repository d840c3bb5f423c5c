"""Pages of a module's quiz: which questions it draws, and whether the bank has them."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.questionbank import access
from courses.questionbank.forms import MOST_ROWS, QuizForm, RowFormSet, quiz_initial, row_sources, rows_initial, rows_of
from courses.questionbank.models import Blueprint
from courses.questionbank.rules import Pool, Stock, blueprint_items, check_blueprint, shortages
from courses.questionbank.selectors import stock_of, stocks_of, trial_paper
from courses.questionbank.services.blueprints import write_quiz
from courses.questionbank.views.banks import bank_of, context_of
from courses.questionbank.wording import shortage_words
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.models import Organisation

PAGE_SIZE = 30
SPARE_ROWS = 3
ROWS = "rows"


@login_required
@require_safe
def listing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The quizzes of the person's banks, newest first, each with what it is short of."""
    access.require_writer(request.user)
    rows = access.quizzes_visible_to(request.user)
    query = request.GET.get("q", "").strip()[:100]
    for word in query.split():
        rows = rows.filter(name__icontains=word)
    before = whole_number(request.GET.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("organisation").order_by("-pk")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    stocks = stocks_of({quiz.organisation_id for quiz in page}, Pool.PRACTICE)
    context = {
        "rows": [{"quiz": quiz, "short": _short(quiz.rows, stocks.get(quiz.organisation_id, {}))} for quiz in page],
        "before": page[-1].pk if len(found) > PAGE_SIZE else None,
        "is_first": not before,
        "query": query,
        "banks": access.banks_of(request.user).count() > 1,
    }
    return render(request, "questionbank/quizzes.html", context)


def _short(rows: list[dict[str, Any]], stock: Stock) -> list[str]:
    return [shortage_words(short) for short in shortages(rows, stock)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Set a new quiz up; "try" draws it without keeping it."""
    bank, banks = bank_of(request)
    return _page(request, bank, None, context_of(bank, banks))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One quiz with its rows and what the bank says to them."""
    found = access.quiz_for(request.user, pk)
    return _page(request, found.organisation, found, {})


def _page(request: AuthenticatedHttpRequest, bank: Organisation, quiz: Blueprint | None, context: dict[str, Any]) -> HttpResponse:
    stock = stock_of(bank, Pool.PRACTICE)
    form = QuizForm(posted(request), initial=quiz_initial(quiz) if quiz else None)
    formset = _rows_form(request, quiz, stock)
    rows: list[dict[str, Any]] | None = quiz.rows if quiz else None
    problem, paper, status = "", [], 200
    if request.method == "POST":
        rows = None
        if "more" not in request.POST:
            # Both are asked, so that all that is wrong is told at once.
            rows = rows_of(formset) if all([form.is_valid(), formset.is_valid()]) else None
            status = 422 if rows is None else 200
            problem = "" if formset.is_valid() else _("Please mend the rows that are marked.")
    if request.method == "POST" and rows is not None:
        try:
            check_blueprint(rows)
            if "try" not in request.POST:
                return _keep(request, bank, quiz, form.cleaned_data, rows)
            if not shortages(rows, stock):
                paper = trial_paper(bank, rows, seed=secrets.token_hex(8))
        except DomainError as error:
            problem, status, rows = text_of(error), error.status, None
    context |= {
        "form": form,
        "formset": formset,
        "quiz": quiz,
        "bank": bank,
        "problem": problem,
        "is_checked": rows is not None,
        "short": _short(rows, stock) if rows else [],
        "items": blueprint_items(rows) if rows else 0,
        "paper": paper,
        "seen": request.POST.get("seen", quiz.fingerprint if quiz else ""),
        "has_stock": bool(stock),
        "may_add_rows": formset.total_form_count() < MOST_ROWS,
    }
    return render(request, "questionbank/quiz.html", context, status=status)


def _rows_form(request: AuthenticatedHttpRequest, quiz: Blueprint | None, stock: Stock) -> Any:
    kept = quiz.rows if quiz else []
    sources = {"sources": row_sources(stock, kept)}
    if request.method == "POST":
        return RowFormSet(_with_more_rows(request), form_kwargs=sources, prefix=ROWS)
    spare: list[dict[str, Any]] = [{} for _row in range(1 if quiz else SPARE_ROWS)]
    return RowFormSet(initial=[*rows_initial(kept), *spare], form_kwargs=sources, prefix=ROWS)


def _with_more_rows(request: AuthenticatedHttpRequest) -> QueryDict:
    """Return what was posted, with spare rows if that was the button."""
    if "more" not in request.POST:
        return request.POST
    data = request.POST.copy()
    total = min(whole_number(data.get(f"{ROWS}-TOTAL_FORMS")) + SPARE_ROWS, MOST_ROWS)
    data[f"{ROWS}-TOTAL_FORMS"] = str(total)
    return data


def _keep(
    request: AuthenticatedHttpRequest,
    bank: Organisation,
    quiz: Blueprint | None,
    data: dict[str, Any],
    rows: list[dict[str, Any]],
) -> HttpResponse:
    kept = write_quiz(
        organisation=bank,
        name=data["name"],
        rows=rows,
        minutes=data["minutes"],
        pass_mark=data["pass_mark"],
        actor=request.user,
        now=clock.now(),
        quiz=quiz,
        seen=request.POST.get("seen", ""),
    )
    messages.success(request, _("The quiz is saved."))
    return redirect("questionbank:quiz", pk=kept.pk)
