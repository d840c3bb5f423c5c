"""The task that sends right after something was told. All else is the sweep's (`manage.py sweep_notices`)."""

from django.db.models import F
from django_tasks import task

from lms.core import clock
from lms.notices.models import Delivery
from lms.notices.rules import DeliveryStatus
from lms.notices.sending import deliver


@task()
def send_messages(keys: list[int]) -> None:
    """Send these messages, if they wait and nobody has tried yet."""
    for pk in Delivery.objects.filter(pk__in=keys, status=DeliveryStatus.WAITING.value, tries=0).values_list("pk", flat=True):
        deliver(pk, now=clock.now())


@task()
def send_notices(notice_ids: list[int]) -> None:
    """Send what these notices have due at once, one by one. What a gateway refuses waits for the sweep."""
    fresh = Delivery.objects.filter(
        notice_id__in=notice_ids, status=DeliveryStatus.WAITING.value, tries=0, due_at__lte=F("notice__created_at")
    )
    for pk in fresh.order_by("pk").values_list("pk", flat=True):
        deliver(pk, now=clock.now())
