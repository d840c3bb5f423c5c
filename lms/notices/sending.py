"""Sending, outside the request. Safe to run twice and at the same time: whoever changes the row first sends.

A worker claims a message, hands it over, and writes down that it did. One that dies before handing over has lost
nothing: its claim runs out and another takes over. One that dies between handing over and writing down is repeated
under the same reference, which gateway and mail program know (`SmsGateway.send`, `Message-ID`).
"""

import datetime
import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import override

from lms.notices.gateways import send_sms
from lms.notices.mails import mail_of_digest, mail_of_notice
from lms.notices.models import Delivery, NoticeSettings
from lms.notices.rules import DEFAULT_QUIET, LEASE, Channel, DeliveryStatus, retry_at
from lms.notices.wording import in_language_of, language_of, signed, sms_of

log = logging.getLogger(__name__)
GUESTS_KEPT_FOR = datetime.timedelta(days=30)
BATCH = 500
"""How many messages one sweep sends at most; the next goes on."""
WAITING, SENDING = DeliveryStatus.WAITING.value, DeliveryStatus.SENDING.value


@dataclass(frozen=True)
class Swept:
    """What one sweep did."""

    gathered: int
    sent: int
    put_back: int


@dataclass(frozen=True)
class Sent:
    """What went out."""

    to: str
    subject: str
    text: str


class NoAddress(Exception):
    """The person has no proved phone or no e-mail any more."""


def deliver(pk: int, *, now: datetime.datetime) -> bool:
    """Send one message if it waits or its worker died; tell whether this call sent it."""
    delivery = _claim(pk, now)
    if delivery is None:
        return False
    try:
        sent = _hand_over(delivery)
    except Exception as error:
        log.exception("Message %s could not be sent", delivery.reference)
        _put_back(delivery, error, now)
        return False
    _mine(delivery).update(
        status=DeliveryStatus.SENT.value,
        sent_at=now,
        sent_to=sent.to,
        sent_subject=sent.subject[:200],
        sent_text=sent.text,
        sent_language=_language(delivery),
        error="",
    )
    return True


def _claim(pk: int, now: datetime.datetime) -> Delivery | None:
    """Take the message, or return None: somebody else has it, it is done, or it is night and it has to wait."""
    found = Delivery.objects.filter(pk=pk).filter(_free(now)).select_related("user", "notice__user").first()
    if found is None:
        return None
    same = Delivery.objects.filter(pk=pk, status=found.status, tries=found.tries)
    if found.channel == Channel.SMS:
        own = NoticeSettings.objects.filter(user_id=found.user_id).first() if found.user_id else None
        if (due := (own.quiet if own else DEFAULT_QUIET).after(now)) > now:
            same.update(status=WAITING, due_at=due)
            return None
    if not same.update(status=SENDING, claimed_at=now, tries=found.tries + 1):
        return None
    found.tries += 1
    return found


def _free(now: datetime.datetime) -> Q:
    return Q(status=WAITING) | Q(status=SENDING, claimed_at__lte=now - LEASE)


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row as long as this worker holds it: who was too slow must not speak for who took over."""
    return Delivery.objects.filter(pk=delivery.pk, status=SENDING, tries=delivery.tries)


def _put_back(delivery: Delivery, error: Exception, now: datetime.datetime) -> None:
    again = None if isinstance(error, NoAddress) else retry_at(delivery.tries, now=now)
    why = f"{type(error).__name__}: {error}"[:300]
    if again is None:
        _mine(delivery).update(status=DeliveryStatus.FAILED.value, error=why)
    else:
        _mine(delivery).update(status=WAITING, due_at=again, error=why)


def _language(delivery: Delivery) -> str:
    if delivery.user is not None:
        return language_of(delivery.user)
    return str((delivery.guest or {}).get("language", ""))


def _hand_over_to_guest(delivery: Delivery, guest: dict[str, Any]) -> Sent:
    with override(guest["language"]):
        text = signed(delivery.guest_words, f"{settings.PUBLIC_URL}{guest['url']}" if guest["url"] else "")
    send_sms(guest["phone"], text, reference=delivery.reference)
    return Sent(guest["phone"], "", text)


def _hand_over(delivery: Delivery) -> Sent:
    user = delivery.user
    if user is None:
        return _hand_over_to_guest(delivery, delivery.guest or {})
    if delivery.channel == Channel.SMS:
        if not (user.is_active and user.phone and user.phone_verified) or delivery.notice is None:
            raise NoAddress
        with in_language_of(user):
            text = sms_of(delivery.notice)
        send_sms(user.phone, text, reference=delivery.reference)
        return Sent(user.phone, "", text)
    if not (user.is_active and user.email):
        raise NoAddress
    with in_language_of(user):
        if delivery.notice is not None:
            mail = mail_of_notice(delivery, delivery.notice)
        else:
            mail = mail_of_digest(delivery, user)
    mail.send()
    return Sent(user.email, str(mail.subject), str(mail.body))


def sweep(*, now: datetime.datetime) -> Swept:
    """Send what is due: put off by the night, to be gathered, failed before, or left by a worker that died."""
    gathered = gather_digests(now=now)
    # A guest has no account in which she could look: her number is kept no longer than it may be asked about.
    Delivery.objects.filter(user=None, due_at__lte=now - GUESTS_KEPT_FOR).delete()
    due = Delivery.objects.filter(
        Q(status=WAITING, due_at__lte=now, in_digest=False) | Q(status=SENDING, claimed_at__lte=now - LEASE)
    )
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
    sent = sum(deliver(pk, now=now) for pk in keys)
    return Swept(gathered, sent, len(keys) - sent)


def gather_digests(*, now: datetime.datetime) -> int:
    """Make one mail of all that waits to be gathered for each person, and return how many mails."""
    waiting = Delivery.objects.filter(in_digest=True, status=WAITING, due_at__lte=now)
    people = waiting.order_by("user").values("user").annotate(number=Count("pk")).values_list("user", flat=True)[:BATCH]
    return sum(_gather(user_id, now) for user_id in list(people))


@transaction.atomic
def _gather(user_id: int, now: datetime.datetime) -> bool:
    waiting = Delivery.objects.filter(user_id=user_id, in_digest=True, status=WAITING, due_at__lte=now)
    waiting.exclude(notice__read_at=None).update(status=DeliveryStatus.NEEDLESS.value)
    mail = Delivery.objects.create(user_id=user_id, channel=Channel.MAIL.value, due_at=now)
    # Two sweeps at once: the second finds nothing left, because this changes the rows that both look for.
    if not waiting.update(status=DeliveryStatus.GATHERED.value, gathered_in=mail):
        mail.delete()
        return False
    return True
