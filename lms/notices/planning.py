"""Which ways a notice takes, and when each is due."""

from collections import defaultdict
from collections.abc import Sequence

from lms.accounts.models import User
from lms.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings
from lms.notices.rules import Channel, Digest, channels_for, due_at


def reachable(user: User) -> list[Channel]:
    """Return the ways that lead to this person: a proved phone, an e-mail."""
    ways = [Channel.SMS] if user.phone and user.phone_verified else []
    return [*ways, Channel.MAIL] if user.email else ways


def plan_deliveries(notices: Sequence[Notice]) -> list[Delivery]:
    """Return one unsaved delivery for each way that each stored notice takes; two queries however many."""
    people = {notice.user_id for notice in notices}
    present = NoticeSettings.objects.in_bulk(people)
    chosen: dict[tuple[int, str], dict[Channel, bool]] = defaultdict(dict)
    for row in NoticeChoice.objects.filter(user_id__in=people):
        chosen[row.user_id, row.kind][Channel(row.channel)] = row.wanted
    planned: list[Delivery] = []
    for notice in notices:
        settings = present.get(notice.user_id) or NoticeSettings(user=notice.user)
        planned += _ways_of(notice, settings, chosen.get((notice.user_id, notice.kind), {}))
    return planned


def _ways_of(notice: Notice, settings: NoticeSettings, chosen: dict[Channel, bool]) -> list[Delivery]:
    user, sort, now = notice.user, notice.sort, notice.created_at
    if not user.is_active:
        return []
    found = []
    digest = Digest(settings.digest)
    for channel in sorted(channels_for(sort, reachable=reachable(user), chosen=chosen)):
        due = due_at(channel, sort, digest=digest, quiet=settings.quiet, now=now)
        if due is not None:
            gathered = channel is Channel.MAIL and due > now
            found.append(Delivery(user=user, notice=notice, channel=channel.value, due_at=due, in_digest=gathered))
    return found
