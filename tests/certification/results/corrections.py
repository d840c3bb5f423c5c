"""A day that was decided and published, and the short ways through its corrections."""

import datetime
from types import SimpleNamespace
from typing import Any

from certification.results import services
from certification.results.models import Case, CorrectionOrder, Republication
from lms.core.uploads import CheckedFile
from tests import decided
from tests.exam_day import MONDAY, assess

TUESDAY = MONDAY + datetime.timedelta(days=1)
AFTER = datetime.datetime(2026, 9, 22, 9, 0, tzinfo=MONDAY.tzinfo)
PROOF = CheckedFile(data=b"\xff\xd8\xff proof", content_type="image/jpeg", extension="jpg", name="录像截图.jpg")


def published(day: SimpleNamespace, *, right: tuple[int, ...] = (8, 6, 5)) -> SimpleNamespace:
    """Two passed, one failed with 50 in theory; published on Monday until Sunday 2026-09-20, which is worked."""
    assess(day, right=right)
    day.publication = decided.publish(day, now=MONDAY)
    return day


def close(day: SimpleNamespace, *, now: datetime.datetime = AFTER) -> None:
    day.publication = services.close_publication(day.publication, actor=day.officer, now=now)


def review(day: SimpleNamespace, n: int = 2, *, part: str = "theory", now: datetime.datetime = TUESDAY, **given: Any) -> Case:
    seat = day.seats[n]
    facts = {"part": part, "text": "理论分数与自己估算相差较大", "actor": seat.candidate, "now": now} | given
    return services.file_review(seat, **facts)


def answered(case: Case, *, actor: Any, upheld: bool = True, now: datetime.datetime = TUESDAY, **given: Any) -> Case:
    services.accept_case(case, actor=actor, now=now)
    facts = {"needs_correction": upheld, "answer": "经核查，登记有误。"} | given
    return services.decide_case(case, upheld=upheld, actor=actor, now=now, **facts)


def asked_for(day: SimpleNamespace, n: int = 2, *, now: datetime.datetime = TUESDAY, **given: Any) -> CorrectionOrder:
    """An order of the officer's own finding: the theory of seat `n` was 70."""
    facts: dict[str, Any] = {"part": "theory", "outcome": "scored", "value": "70", "reason": "答题卡登记错位"}
    facts |= {"evidence": [PROOF], "actor": day.officer, "now": now} | given
    return services.request_correction(day.seats[n], **facts)


def applied(order: CorrectionOrder, *, head: Any, now: datetime.datetime = TUESDAY) -> Republication:
    services.approve_correction(order, actor=head, now=now)
    return services.apply_correction(order, actor=head, now=now)
