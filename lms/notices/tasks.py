"""Sending, outside the request. Safe to run twice: a sent notice is not sent again."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django_tasks import task

from lms.notices.gateways import send_sms
from lms.notices.models import Notice

log = logging.getLogger(__name__)


@task()
def send_notices(notice_ids: list[int]) -> None:
    """Send notices one by one; a gateway that refuses one does not keep the others from being sent."""
    failed = None
    for notice_id in notice_ids:
        try:
            send_notice(notice_id)
        except Exception as error:
            log.exception("Notice %s could not be sent", notice_id)
            failed = error
    if failed is not None:
        raise failed


def send_notice(notice_id: int) -> None:
    """Send one notice by SMS where the person has a proved phone, else by mail."""
    # Claimed first, so that of two workers only one sends.
    if not Notice.objects.filter(pk=notice_id, sent_at=None).update(sent_at=timezone.now()):
        return
    notice = Notice.objects.select_related("user").get(pk=notice_id)
    link = f"{settings.PUBLIC_URL}{notice.url}" if notice.url else ""
    if notice.user.phone and notice.user.phone_verified:
        send_sms(notice.user.phone, f"【辅能】{notice.subject}：{notice.text} {link}".strip())
    elif notice.user.email:
        send_mail(notice.subject, f"{notice.text}\n\n{link}", None, [notice.user.email])
