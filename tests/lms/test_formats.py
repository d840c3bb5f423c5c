"""Days are written as people here write them."""

import datetime

from django.utils import translation
from django.utils.formats import date_format


def test_a_day_without_its_year_has_no_leading_nought() -> None:
    day = datetime.date(2026, 9, 7)
    with translation.override("zh-hans"):
        assert date_format(day, "MONTH_DAY_FORMAT") == "9月7日"
    with translation.override("en"):
        assert date_format(day, "MONTH_DAY_FORMAT") == "September 7"
