"""Some more notices for the demonstration's people: words that somebody wrote, and older ones that were read."""

import datetime

from lms.accounts.models import User
from lms.notices.models import Notice
from lms.notices.services import mark_all_read, tell_many

TOLD = (
    ("lin", "实训课换教室了", "下周二的轮椅适配实训改在302教室，时间不变。", "/learn/"),
    ("fang", "请记得带证件", "现场审核材料时，请带上身份证原件。", "/apply/"),
    ("peng", "成绩复核已经受理", "我们收到了您的来电，三个工作日内答复。", ""),
)


def load_notices(people: dict[str, User], *, now: datetime.datetime) -> None:
    """Tell each of them once; what she was told before the last week counts as read."""
    for key, subject, text, url in TOLD:
        user, once = people[key], f"demo:{key}"
        if Notice.objects.filter(user=user, once=once).exists():
            continue
        old = Notice.objects.filter(user=user, created_at__lt=now - datetime.timedelta(days=7)).order_by("-pk").first()
        if old is not None:
            mark_all_read(user, newest=old.pk, now=now)
        tell_many([Notice(user=user, subject=subject, text=text, url=url, once=once, created_at=now)])
