"""The letter with the link: in the account of whoever has one, else by SMS or mail to the bare contact."""

import datetime
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from django_tasks import task

from courses.tenancy import notice_kinds
from courses.tenancy.models import Invitation
from lms.accounts.models import User
from lms.accounts.services import person_by_proved_email
from lms.notices.gateways import send_sms
from lms.notices.services import news, tell_many


def deliver(invitation: Invitation, token: str, *, now: datetime.datetime) -> None:
    """Send the link when the surrounding transaction commits."""
    url = reverse("tenancy:join", args=[token])
    person, facts = person_with(invitation.phone, invitation.email), _facts(invitation)
    if person is not None:
        tell_many([news(notice_kinds.INVITED, person, facts=facts, url=url, now=now)])
        return
    with override(settings.LANGUAGE_CODE):
        words = notice_kinds.invitation(facts)
    to, link = (invitation.phone, invitation.email), f"{settings.PUBLIC_URL}{url}"
    transaction.on_commit(partial(send_letter.enqueue, *to, words.subject, words.text, link))


def person_with(phone: str, email: str) -> User | None:
    """Return who has proved this phone (E.164) or, where that is empty, this e-mail."""
    if phone:
        return User.objects.filter(phone=phone, phone_verified=True, is_active=True).first()
    return person_by_proved_email(email)


@task()
def send_letter(phone: str, email: str, subject: str, text: str, link: str) -> None:
    """Send to somebody who has no account yet."""
    if phone:
        send_sms(phone, f"【辅能】{subject}：{text} {link}")
    else:
        send_mail(subject, f"{text}\n\n{link}", None, [email])


def _facts(invitation: Invitation) -> dict[str, str]:
    """Who invites, to what, and as what; no role for an organisation that is to come."""
    if invitation.founds:
        return {"inviter": invitation.inviter.name, "name": invitation.name, "role": ""}
    return {"inviter": invitation.inviter.name, "name": invitation.target_name, "role": invitation.role}
