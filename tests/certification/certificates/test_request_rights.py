"""Who may answer what a holder asked for, who reads the evidence, and on whose desk it stands."""

from datetime import timedelta

import pytest

from certification.applications.services import portrait as portrait_of
from certification.certificates.models import Certificate, ChangeRequest
from certification.certificates.queues import RequestSource
from certification.certificates.rules import Cause
from certification.certificates.services import reinstate_certificate, revoke_certificate, suspend_certificate
from certification.certificates.services.requests import grant_request, refuse_request, withdraw_request
from lms.core import store
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.core.queues import Wish
from lms.core.queues import desk_rows as desk
from lms.core.queues.sources import Asked
from lms.notices.models import Notice
from lms.organisations.rules import Role
from tests.certification.certificates.requesting import (
    PASSWORD,
    RIGHT_NUMBER,
    after_the_publication,
    asked,
    cast,
    scan,
    signed_in,
)
from tests.issued import AFTER, ID_NUMBERS

__all__ = ["after_the_publication", "cast"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_publication")]


def test_only_head_and_officer_of_the_body_see_a_request_at_the_desk(held, cast):
    request = asked(held)
    page, seen = f"/desk/certificates/requests/{request.pk}/", {"officer", "head", "second head"}
    for who, user in cast.items():
        client = signed_in(user)
        assert (who, client.get(page).status_code) == (who, 200 if who in seen else 404)
        assert (page in client.get("/desk/certificates/requests/").content.decode()) is (who in seen)


def test_only_the_head_of_the_body_grants(held, cast):
    request = asked(held)
    page = f"/desk/certificates/requests/{request.pk}/grant/"
    for who, status in (("holder", 404), ("other holder", 404), ("assessor", 404), ("other head", 404), ("officer", 403)):
        assert (who, signed_in(cast[who], freshly=True).post(page).status_code) == (who, status)
    request.refresh_from_db()
    assert request.is_open
    assert Certificate.objects.count() == 1
    assert signed_in(held.head, freshly=True).post(page).status_code == 302
    assert Certificate.objects.count() == 2


def test_granting_asks_for_the_password_again(held):
    request = asked(held)
    held.head.set_password(PASSWORD)
    held.head.save()
    response = signed_in(held.head).post(f"/desk/certificates/requests/{request.pk}/grant/")
    assert "/accounts/reauthenticate/" in response["Location"]
    request.refresh_from_db()
    assert request.is_open


def test_coming_back_from_the_password_grants_nothing_by_itself(held):
    request = asked(held)
    client = signed_in(held.head, freshly=True)
    assert client.get(f"/desk/certificates/requests/{request.pk}/grant/").status_code == 302
    request.refresh_from_db()
    assert request.is_open


def test_a_grant_pressed_twice_makes_one_version(held):
    request = asked(held)
    client = signed_in(held.head, freshly=True)
    for _press in range(2):
        client.post(f"/desk/certificates/requests/{request.pk}/grant/")
    assert Certificate.objects.filter(number=held.certificate.number).count() == 2
    assert LedgerEntry.objects.filter(kind="certificates.request_granted").count() == 1


def test_of_two_heads_at_once_one_alone_grants(held, cast):
    first = asked(held)
    second = ChangeRequest.objects.select_related("certificate").get(pk=first.pk)
    grant_request(first, actor=held.head, now=AFTER)
    with pytest.raises(DomainError):
        grant_request(second, actor=cast["second head"], now=AFTER)
    assert Certificate.objects.count() == 2


def test_a_head_cannot_grant_what_she_filed_at_the_counter(held, cast):
    request = asked(held, actor=held.head)
    with pytest.raises(DomainError) as refused:
        grant_request(request, actor=held.head, now=AFTER)
    assert refused.value.code == "certificates.request_same_person"
    with pytest.raises(DomainError):
        refuse_request(request, answer="不符", actor=held.head, now=AFTER)
    assert grant_request(request, actor=cast["second head"], now=AFTER).version == 2


def test_a_head_cannot_grant_what_is_about_her_own_certificate(held, member, association):
    member(held.holder, association, Role.HEAD)
    request = asked(held, actor=held.officer)
    with pytest.raises(DomainError) as refused:
        grant_request(request, actor=held.holder, now=AFTER)
    assert refused.value.code == "certificates.request_same_person"


def test_an_officer_files_for_a_holder_who_came_to_the_counter(held, cast):
    page = f"/desk/certificates/issued/{held.certificate.pk}/ask/correction/"
    for who in ("other officer", "other head", "assessor", "other holder", "holder"):
        response = signed_in(cast[who]).post(page, {"name": "林小梅", "reason": "到场", "evidence": [scan()]})
        assert (who, response.status_code) == (who, 404)
    response = signed_in(held.officer).post(page, {"name": "林小梅", "reason": "持身份证原件到场", "evidence": [scan()]})
    request = ChangeRequest.objects.get()
    assert response["Location"] == f"/desk/certificates/requests/{request.pk}/"
    assert request.on_behalf
    own = f"/learn/certificates/requests/{request.pk}/"
    assert Notice.objects.filter(user=held.holder, url=own).count() == 1
    assert "周敏" in signed_in(held.holder).get(own).content.decode()
    signed_in(held.holder).post(f"{own}withdraw/")
    request.refresh_from_db()
    assert request.status == "withdrawn"


def test_only_filer_and_holder_withdraw(held, cast):
    request = asked(held)
    page = f"/learn/certificates/requests/{request.pk}/withdraw/"
    for who in ("head", "officer", "other holder", "other head"):
        assert signed_in(cast[who]).post(page).status_code in (403, 404)
    request.refresh_from_db()
    assert request.is_open
    assert signed_in(held.holder).post(page).status_code == 302
    request.refresh_from_db()
    assert request.status == "withdrawn"


def test_a_refusal_needs_a_reason_and_the_holder_reads_it(held, cast):
    request = asked(held)
    client = signed_in(held.head)
    page = f"/desk/certificates/requests/{request.pk}/refuse/"
    assert client.post(page, {"answer": "  "}).status_code == 422
    assert client.post(page, {"answer": "身份证照片看不清，请重拍"}).status_code == 302
    assert "身份证照片看不清" in signed_in(held.holder).get(f"/learn/certificates/requests/{request.pk}/").content.decode()
    assert "身份证照片看不清" in Notice.objects.get(user=held.holder, url__contains="/requests/").text
    assert client.post(page, {"answer": "再次"}).status_code == 409
    held.certificate.refresh_from_db()
    assert held.certificate.status == "valid"


def test_only_the_head_refuses(held, cast):
    request = asked(held)
    page = f"/desk/certificates/requests/{request.pk}/refuse/"
    for who, status in (("officer", 403), ("other head", 404), ("holder", 404)):
        assert (who, signed_in(cast[who]).post(page, {"answer": "不符"}).status_code) == (who, status)
    request.refresh_from_db()
    assert request.is_open


def test_a_certificate_revoked_meanwhile_stops_the_grant_and_the_page_says_so(held):
    request = asked(held)
    revoke_certificate(held.certificate, reason="申报材料不实", actor=held.head, now=AFTER)
    request = ChangeRequest.objects.select_related("certificate").get(pk=request.pk)
    with pytest.raises(DomainError) as refused:
        grant_request(request, actor=held.head, now=AFTER)
    assert refused.value.code == "certificates.request_revoked"
    assert "grant/" not in signed_in(held.head).get(f"/desk/certificates/requests/{request.pk}/").content.decode()
    refuse_request(request, answer="证书已撤销", actor=held.head, now=AFTER)
    assert request.status == "refused"


# Evidence


def test_reading_evidence_is_written_down_unless_it_is_ones_own(held, cast):
    evidence = asked(held).evidence.get()
    page, entries = f"/learn/certificates/evidence/{evidence.pk}/", LedgerEntry.objects.filter(kind="certificates.evidence_read")
    for who in ("other holder", "assessor", "other head"):
        assert signed_in(cast[who]).get(page).status_code == 404
    response = signed_in(held.holder).get(page)
    assert response.content == store.read(evidence.sha256)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "private, no-store"
    assert not entries.exists()
    for who in ("head", "officer"):
        assert signed_in(cast[who]).get(page).status_code == 200
    assert list(entries.order_by("sequence").values_list("actor_id", flat=True)) == [held.head.pk, held.officer.pk]


def test_the_proposed_photo_is_for_holder_and_body_only(held, cast, portrait):
    photo = store.put(portrait_of(portrait))
    request = asked(held, corrections={"photo": photo})
    page = f"/learn/certificates/requests/{request.pk}/photo/"
    expected = {"holder": 200, "head": 200, "officer": 200, "other holder": 404, "other head": 404, "assessor": 404}
    assert {who: signed_in(cast[who]).get(page).status_code for who in expected} == expected
    assert LedgerEntry.objects.filter(kind="certificates.evidence_read").count() == 2


def test_reading_the_whole_numbers_is_written_down(held, cast):
    request = asked(held, corrections={"id_number": RIGHT_NUMBER})
    page = f"/desk/certificates/requests/{request.pk}/numbers/"
    assert signed_in(cast["other head"]).post(page).status_code == 404
    text = signed_in(held.head).post(page).content.decode()
    assert RIGHT_NUMBER in text
    assert ID_NUMBERS[0] in text
    assert LedgerEntry.objects.get(kind="certificates.number_read").actor_id == held.head.pk


# The desk


def test_the_desk_asks_officer_and_head_but_not_who_filed_it(held, cast):
    request = asked(held, actor=held.officer)
    url = f"/desk/certificates/requests/{request.pk}/"
    asks = {who: url in [row.url for row in desk(user, AFTER)] for who, user in cast.items()}
    assert {who for who, asked_for in asks.items() if asked_for} == {"head", "second head"}
    withdraw_request(request, actor=held.officer, now=AFTER)
    assert url not in [row.url for row in desk(held.head, AFTER)]


@pytest.mark.parametrize(("days", "late", "today"), [(6, 0, 0), (7, 0, 1), (8, 1, 0)])
def test_a_request_is_overdue_when_seven_days_are_over(held, days, late, today):
    asked(held)
    now = AFTER + timedelta(days=days)
    (pile,) = RequestSource().tally(Asked(held.head, now), Wish())
    assert (pile.total, pile.late, pile.today) == (1, late, today)
    (found,) = RequestSource().page(Asked(held.head, now), Wish(when="late" if late else ""), after=None, size=5)
    assert found.row.due_day == AFTER.date() + timedelta(days=7)


def test_the_issued_page_tells_versions_changes_and_history(held, cast):
    suspend_certificate(held.certificate, reason="核查中", actor=held.head, now=AFTER)
    reinstate_certificate(held.certificate, reason="核查无误", actor=held.head, now=AFTER)
    new = grant_request(
        asked(held, corrections={"name": "林小梅", "id_number": RIGHT_NUMBER}), actor=cast["second head"], now=AFTER
    )
    client = signed_in(held.officer)
    text = client.get(f"/desk/certificates/issued/{new.pk}/").content.decode()
    assert f'href="/desk/certificates/issued/{held.certificate.pk}/"' in text
    for told in ("<del>林晓梅</del>", "<ins>林小梅</ins>", "310***********1235", "110***********002X", "副会长", "姓名录入有误"):
        assert told in text
    assert RIGHT_NUMBER not in text
    history = text[text.index('id="history"') :]
    assert history.count("<tr>") == 6  # head of the table, issued, suspended, reinstated, replaced, corrected
    old = client.get(f"/desk/certificates/issued/{held.certificate.pk}/").content.decode()
    assert f'href="/desk/certificates/issued/{new.pk}/"' in old
    assert "ask/correction/" not in old


def test_answered_requests_have_their_own_list(held, cast):
    request = asked(held)
    refuse_request(request, answer="看不清", actor=held.head, now=AFTER)
    client, link = signed_in(held.officer), f'href="/desk/certificates/requests/{request.pk}/"'
    assert link not in client.get("/desk/certificates/requests/").content.decode()
    assert link in client.get("/desk/certificates/requests/?show=answered").content.decode()


def test_the_cause_belongs_to_a_new_copy_only(held):
    assert asked(held, cause=Cause.LOST).cause == ""
