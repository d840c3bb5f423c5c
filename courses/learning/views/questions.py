"""Questions to the teacher: the learner's page for a lesson, and the teacher's list and answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.learning import access
from courses.learning.forms import AnswerForm
from courses.learning.selectors.classes import teaches_anywhere
from courses.learning.selectors.questions import questions_for, questions_on
from courses.learning.services.questions import answer_question, ask, take_back
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_questions(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What she asked on this lesson, what her class may read, and the form for a new question."""
    lesson, enrolment = access.lesson_for(request.user, pk)
    error, text = "", ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            ask(enrolment, lesson=lesson, text=text, now=clock.now())
        except DomainError as problem:
            error = text_of(problem)
        else:
            messages.success(request, _("Your question is with the teacher. You will be told when it is answered."))
            return redirect("learning:questions", pk=pk)
    context = {
        "lesson": lesson,
        "course": enrolment.course,
        "enrolment": enrolment,
        "questions": questions_on(enrolment, pk),
        "error": error,
        "text": text,
    }
    return render(request, "learning/questions.html", context, status=422 if error else 200)


@login_required
@require_POST
def withdraw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take back one's own question as long as nobody has answered it."""
    question = access.own_question_for(request.user, pk)
    lesson = question.lesson_id
    try:
        take_back(question)
    except DomainError as error:
        messages.error(request, text_of(error))
    return redirect("learning:questions", pk=lesson)


@login_required
@require_safe
def asked(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What was asked of the colleges in which the person teaches."""
    if not teaches_anywhere(request.user):
        raise PermissionDenied
    page = questions_for(access.questions_led_by(request.user), request.GET)
    return render(request, "learning/asked.html", {"questions": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One question with its answer, to write or to better."""
    question = access.question_led_by(request.user, pk)
    initial = {"answer": question.answer, "shared": question.shared}
    form = AnswerForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answer_question(question, text=data["answer"], shared=data["shared"], actor=request.user, now=clock.now())
        messages.success(request, _("Answered; the learner is told."))
        return redirect("learning:asked")
    context = {"question": question, "form": form}
    return render(request, "learning/answer.html", context, status=422 if form.errors else 200)
