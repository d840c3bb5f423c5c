"""Pages of head and holder: who gets in, what they see, what the buttons do."""

import hashlib
import io
import zipfile

import pytest

from certification.certificates.models import Certificate, IssueBatch
from certification.certificates.queues import desk
from certification.certificates.services import prepare_batch, revoke_certificate, suspend_certificate
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry
from lms.organisations.models import Membership
from lms.organisations.rules import Role
from tests.held import lay, programme_of
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def cast(certified_day, make_user, member, employer, association):
    return {
        "head": certified_day.head,
        "officer": certified_day.officer,
        "assessor": certified_day.assessors[0],
        "candidate": certified_day.candidates[0],
        "other head": member(make_user("别家负责人"), employer, Role.HEAD),
        "stranger": make_user("路人"),
    }


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("officer", 200), ("assessor", 404), ("candidate", 404), ("other head", 404), ("stranger", 404)],
)
def test_only_head_and_officer_of_the_body_see_a_plans_certificates(client, certified_day, cast, who, status):
    client.force_login(cast[who])
    assert client.get(f"/desk/certificates/{certified_day.plan.pk}/").status_code == status


def press(client, day, action, *, batch=None):
    address = (
        f"/desk/certificates/{day.plan.pk}/{action}/" if batch is None else f"/desk/certificates/batches/{batch.pk}/{action}/"
    )
    return client.post(address)


def approve_freshly(client, user, day, batch):
    """Press the button as somebody who has just given her password."""
    user.set_password("a long pass phrase")
    user.save()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": "a long pass phrase"})
    return press(client, day, "approve", batch=batch)


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 302), ("officer", 302), ("assessor", 404), ("candidate", 404), ("other head", 404), ("stranger", 404)],
)
def test_only_head_and_officer_can_prepare_a_list(client, certified_day, cast, who, status):
    client.force_login(cast[who])
    assert press(client, certified_day, "prepare").status_code == status
    assert IssueBatch.objects.count() == (1 if status == 302 else 0)


@pytest.mark.parametrize(
    ("who", "status", "issued"),
    [("head", 302, 2), ("officer", 403, 0), ("assessor", 404, 0), ("other head", 404, 0), ("stranger", 404, 0)],
)
def test_only_the_head_can_approve(client, certified_day, cast, who, status, issued, django_capture_on_commit_callbacks):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    with django_capture_on_commit_callbacks(execute=True):
        assert approve_freshly(client, cast[who], certified_day, batch).status_code == status
    assert Certificate.objects.count() == issued


def test_approving_asks_for_the_password_again(client, certified_day, cast):
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    certified_day.head.set_password("a long pass phrase")
    certified_day.head.save()
    client.force_login(certified_day.head)
    response = press(client, certified_day, "approve", batch=batch)
    assert "/accounts/reauthenticate/" in response["Location"]
    batch.refresh_from_db()
    assert batch.status == "prepared"


def test_the_head_who_prepared_a_list_is_told_that_another_must_approve_it(client, certified_day):
    batch = prepare_batch(certified_day.plan, actor=certified_day.head, now=AFTER)
    approve_freshly(client, certified_day.head, certified_day, batch)
    batch.refresh_from_db()
    assert batch.status == "prepared"
    assert "approve/" not in client.get(f"/desk/certificates/batches/{batch.pk}/").content.decode()


def test_people_are_left_out_on_the_page_with_a_reason(client, certified_day):
    client.force_login(certified_day.officer)
    pk = certified_day.candidates[0].pk
    address = f"/desk/certificates/{certified_day.plan.pk}/prepare/"
    client.post(address, {"exclude": [pk], f"reason-{pk}": ""})
    assert not IssueBatch.objects.exists()
    client.post(address, {"exclude": [pk], f"reason-{pk}": "照片待换"})
    assert sorted(IssueBatch.objects.get().items.values_list("status", "reason")) == [("excluded", "照片待换"), ("waiting", "")]


@pytest.mark.parametrize("sent", ["9" * 5000, "٣", "-1", "x"])
def test_a_key_that_is_no_key_leaves_nobody_out(client, certified_day, sent):
    client.force_login(certified_day.officer)
    assert client.post(f"/desk/certificates/{certified_day.plan.pk}/prepare/", {"exclude": sent}).status_code == 302
    assert not IssueBatch.objects.get().items.filter(status="excluded").exists()


def test_who_teaches_for_the_body_reaches_nothing_of_an_assessment(client, certified_day, make_user, member, association):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    batch = certificate.issue_item.batch
    addresses = [
        f"/desk/certificates/issued/{certificate.pk}/",
        f"/learn/certificates/{certificate.pk}/pdf/",
        f"/desk/certificates/batches/{batch.pk}/",
        f"/desk/certificates/batches/{batch.pk}/files/",
    ]
    waiting = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    client.force_login(member(make_user("教务"), association, Role.COLLEGE_ADMIN))
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(f"/desk/certificates/batches/{waiting.pk}/cancel/").status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == "prepared"
    client.force_login(certified_day.officer)
    assert {client.get(address).status_code for address in addresses} == {200}


def test_who_teaches_sees_what_became_of_a_programme(client, certified_day, make_user, member, association):
    certificate = lay(certified_day, programme_of(association), holder=certified_day.candidates[0])
    client.force_login(member(make_user("教务"), association, Role.COLLEGE_ADMIN))
    assert client.get(f"/desk/certificates/issued/{certificate.pk}/").status_code == 200


def test_what_was_ticked_and_typed_stays_when_a_reason_is_missing(client, certified_day):
    client.force_login(certified_day.officer)
    first, second = (person.pk for person in certified_day.candidates[:2])
    address = f"/desk/certificates/{certified_day.plan.pk}/prepare/"
    response = client.post(address, {"exclude": [first, second], f"reason-{first}": "照片待换", f"reason-{second}": " "})
    text = response.content.decode()
    assert response.status_code == 422
    assert text.count(" checked>") == 2
    assert 'value="照片待换"' in text
    assert f'aria-describedby="missing-{second}"' in text
    assert f'aria-describedby="missing-{first}"' not in text


def test_all_files_of_a_list_come_as_one_zip(client, certified_day, cast):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    address = f"/desk/certificates/batches/{certificate.issue_item.batch_id}/files/"
    client.force_login(cast["officer"])
    packed = b"".join(client.get(address).streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{certificate.number}.pdf"]
        assert hashlib.sha256(archive.read(f"{certificate.number}.pdf")).hexdigest() == certificate.pdf_sha256
    client.force_login(cast["other head"])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/desk/certificates/", "/desk/certificates/1/", "/learn/certificates/", "/learn/certificates/1/pdf/"]
)
def test_without_sign_in_there_is_only_the_sign_in_page(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_while_the_publication_runs_the_page_says_until_when(client, certified_day):
    certified_day.publication.status = "open"
    certified_day.publication.closes_on = AFTER.date()
    certified_day.publication.save()
    client.force_login(certified_day.head)
    assert "next-step" in client.get(f"/desk/certificates/{certified_day.plan.pk}/").content.decode()
    press(client, certified_day, "prepare")
    assert not IssueBatch.objects.exists()


def test_the_holder_downloads_the_signed_file_and_nobody_else_does(client, certified_day, cast):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    expected = {"candidate": 200, "head": 200, "officer": 200, "assessor": 404, "other head": 404, "stranger": 404}
    for who, status in expected.items():
        client.force_login(cast[who])
        response = client.get(f"/learn/certificates/{certificate.pk}/pdf/")
        assert (who, response.status_code) == (who, status)
        if status == 200:
            assert response.content.startswith(b"%PDF-1.7")
            assert response["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'


def test_that_the_body_took_a_file_is_written_down_and_the_holders_own_reading_is_not(client, certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    for person in (certified_day.candidates[0], certified_day.officer):
        client.force_login(person)
        assert client.get(f"/learn/certificates/{certificate.pk}/pdf/").status_code == 200
    (entry,) = LedgerEntry.objects.filter(kind="certificates.file_taken")
    assert (entry.actor_id, entry.subject) == (certified_day.officer.pk, subject_of(certificate))


def test_that_somebody_took_all_files_of_a_list_is_written_down(client, certified_day, cast):
    batch = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER).issue_item.batch
    for who in ("stranger", "officer"):
        client.force_login(cast[who])
        client.get(f"/desk/certificates/batches/{batch.pk}/files/")
    (entry,) = LedgerEntry.objects.filter(kind="certificates.files_taken")
    assert (entry.actor_id, entry.facts) == (certified_day.officer.pk, {"certificates": 1})


def test_the_holder_sees_her_own_certificates_only(client, certified_day):
    issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    other = issue(certified_day.decisions[1], actor=certified_day.head, now=AFTER)
    client.force_login(certified_day.candidates[0])
    text = client.get("/learn/certificates/").content.decode()
    assert "S000031000123264000001" in text
    assert other.number not in text


def test_the_head_revokes_on_the_page_with_a_reason(client, certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    client.force_login(certified_day.head)
    address = f"/desk/certificates/issued/{certificate.pk}/"
    assert client.post(address, {"event": "revoke", "reason": ""}).status_code == 422
    assert client.post(address, {"event": "reinstate", "reason": "x"}).status_code == 422
    assert client.post(address, {"event": "revoke", "reason": "申报材料不实"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.status == "revoked"
    assert "申报材料不实" in client.get(address).content.decode()


@pytest.mark.parametrize("event", ["suspend", "reinstate", "revoke"])
def test_a_head_does_not_decide_about_her_own_certificate(client, certified_day, event):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    if event == "reinstate":
        suspend_certificate(certificate, reason="核查中", actor=certified_day.head, now=AFTER)
    Membership.objects.create(user=certificate.holder, organisation=certificate.organisation, role=Role.HEAD.value)
    client.force_login(certificate.holder)
    address = f"/desk/certificates/issued/{certificate.pk}/"
    assert 'name="event"' not in client.get(address).content.decode()
    before = certificate.status
    response = client.post(address, {"event": event, "reason": "自己处理", "public_reason": "other"})
    assert response.status_code in (409, 422)
    certificate.refresh_from_db()
    assert certificate.status == before


@pytest.mark.parametrize("act", [suspend_certificate, revoke_certificate])
def test_the_service_refuses_it_as_well(certified_day, act):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head)
    Membership.objects.create(user=certificate.holder, organisation=certificate.organisation, role=Role.HEAD.value)
    with pytest.raises(DomainError) as error:
        act(certificate, reason="自己处理", actor=certificate.holder, now=AFTER)
    assert error.value.code == "certificates.own_certificate"
    assert act(certificate, reason="核查", actor=certified_day.head, now=AFTER).status != "valid"


def test_an_officer_sees_an_issued_certificate_but_cannot_change_it(client, certified_day):
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    client.force_login(certified_day.officer)
    address = f"/desk/certificates/issued/{certificate.pk}/"
    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {"event": "revoke", "reason": "x"}).status_code == 403


def test_the_desk_asks_for_what_is_due_and_then_for_the_approval(certified_day, cast, django_assert_max_num_queries):
    for who in ("head", "officer"):
        with django_assert_max_num_queries(5):
            (row,) = list(desk(cast[who], AFTER))
        assert row.url == f"/desk/certificates/{certified_day.plan.pk}/"
    batch = prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
    (row,) = list(desk(certified_day.head, AFTER))
    assert row.url == f"/desk/certificates/batches/{batch.pk}/"
    for who in ("officer", "other head", "stranger"):
        assert list(desk(cast[who], AFTER)) == []


def test_the_list_needs_the_same_few_queries_for_many_rows(client, certified_day, django_assert_max_num_queries):
    client.force_login(certified_day.head)
    with django_assert_max_num_queries(12):
        client.get("/desk/certificates/")
    with django_assert_max_num_queries(20):
        client.get(f"/desk/certificates/{certified_day.plan.pk}/")


def test_a_plan_whose_certificates_are_all_out_is_ended_by_the_head(client, certified_day):
    for decision in certified_day.decisions[:2]:
        issue(decision, actor=certified_day.head, now=AFTER)
    certified_day.plan.status = "in_publication"
    certified_day.plan.save()
    (row,) = desk(certified_day.head, AFTER)
    assert "计划" in row.detail
    client.force_login(certified_day.head)
    address = f"/desk/certificates/{certified_day.plan.pk}/"
    assert "结束计划" in client.get(address).content.decode()
    press(client, certified_day, "close")
    certified_day.plan.refresh_from_db()
    assert certified_day.plan.status == "certified"
    assert Certificate.objects.count() == 2
    assert list(desk(certified_day.head, AFTER)) == []
