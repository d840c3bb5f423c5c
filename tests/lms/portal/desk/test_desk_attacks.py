"""Saved views made by somebody who does not use the page's own form."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from lms.core.errors import DomainError
from lms.core.queues import Wish
from lms.portal.desk.saving import save_view
from lms.portal.models import SavedView


@pytest.mark.parametrize("name", ["晚\0到", "晚\u202e到", "\u200b"])
def test_a_name_with_signs_that_nobody_sees_is_refused(client: Client, body: SimpleNamespace, name: str) -> None:
    """PostgreSQL keeps no null byte, and a turned-round name says another thing than it is."""
    client.force_login(body.officer)
    assert client.post("/desk/views/", {"name": name, "query": "when=late"}).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_whose_address_would_be_cut_is_refused_and_a_shorter_one_kept(body: SimpleNamespace, now: Any) -> None:
    long, short = (Wish.read({"q": "康复辅助技术咨询师 " * count}) for count in (6, 3))
    with pytest.raises(DomainError, match=r"portal.view_too_long"):
        save_view("长", long, actor=body.officer, now=now)
    view = save_view("短", short, actor=body.officer, now=now)
    limit = SavedView._meta.get_field("query").max_length
    assert len(view.query) <= limit < len(long.query())
