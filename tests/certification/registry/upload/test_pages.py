"""Pages of the upload: who gets in, what is shown masked, what needs a fresh sign-in, what the desk asks."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certification.certificates.services import revoke_certificate
from certification.registry.models import UploadBatch, UploadDownload, UploadRecord
from certification.registry.queues import desk
from certification.registry.rules import Operation
from certification.registry.upload.services import drop_upload
from lms.core import clock
from tests.certification.registry.upload.conftest import LATER, accept, answer, prepare, release, reported
from tests.issued import AFTER

pytestmark = pytest.mark.django_db
FULL_ID = "310199190003071235"
LIST, NEW = "/desk/uploads/", "/desk/uploads/new/"


@pytest.fixture(autouse=True)
def _after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


def address(batch, action=""):
    return f"{LIST}{batch.pk}/{action}"


def sign_in_freshly(client, user):
    user.set_password("a long pass phrase")
    user.save()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": "a long pass phrase"})


def chosen(body, operation="add", **more):
    return {"filing": body.filing.pk, "operation": operation, **more}


def test_the_preview_counts_and_the_button_makes_the_list(client, body):
    client.force_login(body.officer)
    page = client.get(NEW, chosen(body))
    assert (page.context["preview"].ready, page.context["preview"].excluded) == (2, 0)
    assert not UploadBatch.objects.exists()
    answered = client.post(NEW, chosen(body))
    batch = UploadBatch.objects.get()
    assert answered["Location"] == address(batch)
    assert client.post(NEW, chosen(body)).status_code == 409
    assert UploadBatch.objects.count() == 1


def test_what_cannot_be_reported_stands_in_the_preview_with_its_reason(client, body):
    certificate = body.certificates[0]
    certificate.claims["holder"]["name"] = "=cmd"
    certificate.save()
    client.force_login(body.officer)
    page = client.get(NEW, chosen(body))
    assert (page.context["preview"].ready, page.context["preview"].excluded) == (1, 1)
    assert certificate.number in page.content.decode()


def test_a_period_that_ends_before_it_begins_is_told(client, body):
    client.force_login(body.officer)
    assert client.get(NEW, chosen(body, since="2026-09-22", until="2026-09-21")).status_code == 422
    assert client.post(NEW, chosen(body, since="2026-09-22", until="2026-09-21")).status_code == 422
    assert not UploadBatch.objects.exists()


def test_a_foreign_filing_cannot_be_chosen(client, body):
    client.force_login(body.other_head)
    assert client.post(NEW, chosen(body)).status_code == 422
    assert not UploadBatch.objects.exists()


def test_another_bodys_people_find_no_upload(client, body):
    batch = release(body, prepare(body))
    for person in (body.other_head, body.other_officer, body.candidates[0]):
        client.force_login(person)
        assert client.get(address(batch)).status_code == 404
        for action in ("release/", "drop/", "file/", "receipt/"):
            assert client.post(address(batch, action)).status_code == 404
        assert "PC-2026-001" not in client.get(LIST).content.decode()


def test_the_page_shows_id_numbers_masked_only(client, body):
    batch = release(body, prepare(body))
    client.force_login(body.head)
    page = client.get(address(batch)).content.decode()
    assert "310***********1235" in page
    assert FULL_ID not in page


def test_the_head_releases_after_a_fresh_sign_in_only(client, body):
    batch = prepare(body)
    client.force_login(body.head)
    body.head.set_password("a long pass phrase")
    body.head.save()
    client.force_login(body.head)
    response = client.post(address(batch, "release/"), {"number": "PC-1"})
    assert "/accounts/reauthenticate/" in response["Location"]
    batch.refresh_from_db()
    assert batch.status == "draft"
    sign_in_freshly(client, body.head)
    client.post(address(batch, "release/"), {"number": "PC-1"})
    batch.refresh_from_db()
    assert (batch.status, batch.number) == ("submitted", "PC-1")


def test_an_officer_cannot_release_or_download(client, body):
    batch = prepare(body, actor=body.head)
    sign_in_freshly(client, body.officer)
    assert client.post(address(batch, "release/"), {"number": "PC-1"}).status_code == 403
    release(body, batch, actor=body.second_head)
    assert client.post(address(batch, "file/"), {"purpose": "上报省平台"}).status_code == 403
    assert "file/" not in client.get(address(batch)).content.decode()
    assert not UploadDownload.objects.exists()


def test_the_head_downloads_with_a_purpose_after_a_fresh_sign_in(client, body):
    batch = release(body, prepare(body))
    body.head.set_password("another pass phrase")
    body.head.save()
    client.force_login(body.head)
    assert "/accounts/reauthenticate/" in client.post(address(batch, "file/"), {"purpose": "上报省平台"})["Location"]
    assert not UploadDownload.objects.exists()
    sign_in_freshly(client, body.head)
    assert client.post(address(batch, "file/"), {"purpose": ""}).status_code == 302
    assert not UploadDownload.objects.exists()
    response = client.post(address(batch, "file/"), {"purpose": "上报省平台"})
    assert response.content.startswith(b"PK")
    assert response["Cache-Control"] == "private, no-store"
    assert UploadDownload.objects.get().user == body.head
    assert client.get(address(batch, "file/")).status_code == 302


def send_receipt(client, batch, data, **changes):
    file = SimpleUploadedFile("回执.xlsx", data)
    return client.post(address(batch, "receipt/"), {"number": "HZ-1", "dated_on": "2026-09-22", "file": file} | changes)


def test_the_officer_enters_the_receipt(client, body):
    batch = release(body, prepare(body))
    client.force_login(body.officer)
    rows = [(certificate.number, "成功", "") for certificate in body.certificates]
    assert send_receipt(client, batch, answer(rows)).status_code == 302
    assert set(UploadRecord.objects.values_list("status", flat=True)) == {"accepted"}
    assert "HZ-1" in client.get(address(batch)).content.decode()


def test_a_receipt_that_does_not_fit_is_shown_line_by_line(client, body):
    batch = release(body, prepare(body))
    client.force_login(body.officer)
    page = send_receipt(client, batch, answer([("S000031000123264000999", "成功", "")]))
    assert page.status_code == 422
    text = page.content.decode()
    assert "S000031000123264000999" in text
    assert body.certificates[0].number in text
    assert set(UploadRecord.objects.values_list("status", flat=True)) == {"sent"}
    assert send_receipt(client, batch, answer([]), number="").status_code == 422


def test_records_are_turned_page_by_page_and_filtered_by_state(client, body, monkeypatch):
    from certification.registry.upload import views

    monkeypatch.setattr(views, "ROWS", 1)
    batch = release(body, prepare(body))
    first, second = (certificate.number for certificate in body.certificates)
    client.force_login(body.officer)
    page = client.get(address(batch))
    assert [row.number for row in page.context["rows"]] == [first]
    following = client.get(address(batch) + page.context["older_url"])
    assert [row.number for row in following.context["rows"]] == [second]
    assert following.context["older_url"] == ""
    assert client.get(address(batch) + "?state=accepted").context["rows"] == []
    assert client.get(address(batch) + "?state=nonsense&after=x").status_code == 200


def test_pages_need_the_same_few_queries_for_many_rows(client, body, django_assert_max_num_queries):
    batch = release(body, prepare(body))
    client.force_login(body.head)
    client.get(address(batch))
    with django_assert_max_num_queries(18):
        client.get(address(batch))
    with django_assert_max_num_queries(14):
        client.get(LIST)
    with django_assert_max_num_queries(16):
        client.get(NEW, chosen(body))


def test_the_desk_asks_first_for_the_report_then_the_release_then_the_receipt(body, django_assert_max_num_queries):
    for person in (body.officer, body.head):
        with django_assert_max_num_queries(6):
            (row,) = desk(person, LATER)
        assert row.url.startswith(f"{NEW}?filing={body.filing.pk}")
        assert row.due == datetime.date(2026, 9, 29)
    batch = prepare(body)
    assert [row.url for row in desk(body.head, LATER)] == [address(batch)]
    assert list(desk(body.officer, LATER)) == []
    release(body, batch)
    assert [row.url for row in desk(body.officer, LATER)] == [address(batch)]
    for person in (body.other_head, body.assessors[0], body.candidates[0]):
        assert list(desk(person, LATER)) == []


def test_the_desk_asks_for_a_revocation_that_the_authority_does_not_know_yet(body):
    reported(body)
    assert list(desk(body.officer, LATER)) == []
    revoke_certificate(body.certificates[0], reason="材料不实", actor=body.head, now=AFTER)
    (row,) = desk(body.officer, LATER)
    assert row.url.endswith(f"operation={Operation.REVOKE.value}")


def told(client, batch, person):
    """Return the one sentence on the sheet's state and the next step as this person reads them."""
    client.force_login(person)
    text = client.get(address(batch)).content.decode()
    state = text.partition("data-standing>")[2].partition("</p>")[0]
    return state, text.partition('class="next-step"')[2].partition("</section>")[0]


def test_before_the_release_the_officer_reads_who_releases(client, body):
    batch = prepare(body)
    state, step = told(client, batch, body.officer)
    assert state == "上报表还没有生成，名单正等待负责人放行。"
    assert "下一步由机构负责人办理：放行这份名单。" in step
    assert body.head.get_full_name() in step


def test_a_head_who_prepared_the_list_reads_that_another_head_releases_it(client, body):
    _state, step = told(client, prepare(body, actor=body.head), body.head)
    assert body.second_head.get_full_name() in step
    assert body.head.get_full_name() not in step


def test_where_there_is_no_other_head_that_is_said(client, body):
    body.second_head.memberships.all().delete()
    _state, step = told(client, prepare(body, actor=body.head), body.head)
    assert "本机构目前没有其他负责人" in step


def test_after_the_release_the_officer_reads_that_the_head_takes_the_sheet(client, body):
    batch = release(body, prepare(body))
    state, step = told(client, batch, body.officer)
    assert state == "上报表已生成，还没有人取走，主管部门还没有收到任何内容。"
    assert "下一步由机构负责人办理：取走上报表并报送。" in step
    assert body.head.get_full_name() in step
    assert 'href="#sheet"' not in step


def test_the_head_reads_that_the_step_is_hers_and_finds_the_sheet_open(client, body):
    batch = release(body, prepare(body))
    _state, step = told(client, batch, body.head)
    assert "下一步由您办理：取走上报表并报送。" in step
    assert 'href="#sheet"' in step
    assert 'id="sheet" open' in client.get(address(batch)).content.decode()


def test_a_taken_sheet_says_who_took_it_and_when(client, body):
    batch = release(body, prepare(body))
    UploadDownload.objects.create(batch=batch, user=body.head, purpose="报送主管部门", at=LATER)
    state, step = told(client, batch, body.officer)
    assert state.startswith(f"上报表已由{body.head.get_full_name()}于2026年9月23日取走")
    assert "收到回执后，由您在这里录入" in step


def test_after_the_receipt_the_sentence_counts_and_no_step_is_left(client, body):
    batch = release(body, prepare(body))
    number = batch.records.first().number
    accept(body, batch, refused={number: "姓名有误"})
    assert told(client, batch, body.officer) == ("主管部门接收了 1 条，还有 1 条需要改正后重新上报。", "")


def test_a_sheet_that_was_taken_whole_leaves_nothing_to_do(client, body):
    assert told(client, reported(body), body.officer) == ("主管部门已全部接收，没有要办的事了。", "")


def test_a_dropped_list_says_so(client, body):
    batch = prepare(body)
    drop_upload(batch, actor=body.officer, now=AFTER)
    assert told(client, batch, body.officer)[0] == "这份名单已作废，没有生成上报表，其中的证书需要重新上报。"
