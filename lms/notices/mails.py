"""Mails: plain text and a simple page of the same words, for screen readers and old mail programs."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.notices.kinds import kind_of
from lms.notices.models import Delivery, Notice
from lms.notices.wording import link_of, stop_address

DIGEST_LINES = 30
"""How many notices a gathered mail spells out; the others are counted."""


def mail_of_notice(delivery: Delivery, notice: Notice) -> EmailMultiAlternatives:
    """Return the mail of one notice, in the active language. What has legal force has no link to end it."""
    kind = kind_of(notice.kind)
    words = notice.words
    stop = "" if kind.binding else stop_address(notice.user, notice.kind)
    items = [{"words": words, "link": link_of(notice) if notice.url else ""}]
    return _mail(delivery, notice.user, words.subject, {"items": items, "alone": True, "kind": kind, "stop": stop})


def mail_of_digest(delivery: Delivery, user: User) -> EmailMultiAlternatives:
    """Return the mail that gathers the notices which point at `delivery`, oldest first."""
    notices = [part.notice for part in delivery.gathered.select_related("notice").order_by("notice_id") if part.notice]
    items = [{"words": notice.words, "link": link_of(notice) if notice.url else ""} for notice in notices[:DIGEST_LINES]]
    subject = ngettext("%(count)s message for you", "%(count)s messages for you", len(notices)) % {"count": len(notices)}
    context = {"items": items, "alone": False, "more": len(notices) - len(items), "stop": stop_address(user, "")}
    return _mail(delivery, user, subject, context)


def _mail(delivery: Delivery, user: User, subject: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    context |= {
        "name": user.get_short_name(),
        "subject": subject,
        "language": "zh-Hans" if get_language() == "zh-hans" else get_language(),
        "choices": f"{settings.PUBLIC_URL}{reverse('notices:choices')}",
        "all": f"{settings.PUBLIC_URL}{reverse('notices:list')}",
    }
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {
        # The same for each try, so that a mail program shows a repeated mail once.
        "Message-ID": f"<{delivery.reference}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if context["stop"]:
        headers |= {"List-Unsubscribe": f"<{context['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMultiAlternatives(
        # A subject of two lines would be two headers.
        subject=_("[Funeng] %(subject)s") % {"subject": " ".join(subject.split())},
        body=render_to_string("notices/mail/message.txt", context),
        to=[str(user.email)],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("notices/mail/message.html", context), "text/html")
    return mail
