"""In the editors' admin: the way to the pages where questions and quizzes are written."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.questionbank import access


class BankMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.banks_of(request.user).exists()


@hooks.register("register_admin_menu_item")
def bank_in_the_menu() -> MenuItem:
    return BankMenuItem(_("Question bank"), reverse("questionbank:items"), name="question-bank", icon_name="help", order=330)
