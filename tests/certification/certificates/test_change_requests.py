"""What holders ask for: the whole way by the pages, and what has to be right before anything is filed."""

import io
import re

import pikepdf
import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from certification.certificates.models import Certificate, ChangeRequest, RequestEvidence
from certification.certificates.rules import Change
from certification.certificates.services import revoke_certificate, suspend_certificate
from certification.certificates.services.requests import grant_request, withdraw_request
from certification.certificates.wallet_forms import SALT
from lms.core import store
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.models import Notice
from tests.certification.certificates.requesting import (
    RIGHT_NUMBER,
    address,
    after_the_publication,
    asked,
    cast,
    kept,
    scan,
    signed_in,
)
from tests.held import renewable
from tests.issued import AFTER, ID_NUMBERS

__all__ = ["after_the_publication", "cast"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_publication")]


def test_a_correction_goes_from_the_holder_to_a_new_version(held, cast, django_capture_on_commit_callbacks):
    holder = signed_in(held.holder)
    response = holder.post(
        address(held), {"name": "林小梅", "id_number": RIGHT_NUMBER.lower(), "reason": "姓名录入有误", "evidence": [scan()]}
    )
    request = ChangeRequest.objects.get()
    assert response["Location"] == f"/learn/certificates/requests/{request.pk}/"
    assert Notice.objects.filter(user=held.head, url=f"/desk/certificates/requests/{request.pk}/").exists()
    head = signed_in(held.head, freshly=True)
    text = head.get(f"/desk/certificates/requests/{request.pk}/").content.decode()
    assert "林小梅" in text
    assert "110***********002X" in text
    assert RIGHT_NUMBER not in text
    head.post(f"/desk/certificates/requests/{request.pk}/grant/")
    request.refresh_from_db()
    new = request.result
    assert (request.status, new.version, new.number) == ("granted", 2, held.certificate.number)
    assert new.claims["holder"]["name"] == "林小梅"
    assert new.id_number == RIGHT_NUMBER
    with pikepdf.open(held_file(new)) as pdf:
        assert pdf.Root.AcroForm
    held.certificate.refresh_from_db()
    assert held.certificate.status == "replaced"
    # The account still says otherwise; both are told what has to follow.
    for client, page in (
        (holder, f"/learn/certificates/requests/{request.pk}/"),
        (head, f"/desk/certificates/requests/{request.pk}/"),
    ):
        assert "“林晓梅”" in client.get(page).content.decode()
    assert "林晓梅" in Notice.objects.filter(user=held.holder, url__contains="/requests/").get().text


def held_file(certificate):
    return io.BytesIO(store.read(certificate.pdf_sha256))


def test_a_new_copy_is_made_for_a_lost_one(held, cast):
    signed_in(held.holder).post(address(held, "reissue"), {"cause": "lost", "reason": "搬家时遗失"})
    request = ChangeRequest.objects.get()
    assert (request.change, request.cause) == ("reissue", "lost")
    new = grant_request(request, actor=held.head, now=AFTER)
    assert (new.change, new.claims["holder"]) == ("reissue", held.certificate.claims["holder"])
    assert new.pdf_sha256 != held.certificate.pdf_sha256


def test_what_a_new_copy_is_for_has_to_be_said(held):
    assert signed_in(held.holder).post(address(held, "reissue"), {"reason": "遗失"}).status_code == 422
    assert signed_in(held.holder).post(address(held, "reissue"), {"cause": "lost"}).status_code == 422
    assert not ChangeRequest.objects.exists()


def test_a_renewal_is_asked_for_and_refused_without_the_credits(held):
    certificate = renewable(held, valid_until=AFTER.date(), held="19.5")
    page = f"/learn/certificates/{certificate.pk}/ask/renewal/"
    client = signed_in(held.holder)
    assert "19.5" in client.get(page).content.decode()
    assert client.post(page, {"reason": "期满"}).status_code == 409
    assert not ChangeRequest.objects.exists()


def test_with_the_credits_a_renewal_is_filed(held):
    certificate = renewable(held, valid_until=AFTER.date(), held="20")
    response = signed_in(held.holder).post(f"/learn/certificates/{certificate.pk}/ask/renewal/", {"reason": "期满"})
    assert response.status_code == 302
    assert ChangeRequest.objects.get().change == "renewal"


def test_a_certificate_without_a_term_is_not_renewed(held):
    with pytest.raises(DomainError) as refused:
        asked(held, Change.RENEWAL)
    assert refused.value.code == "certificates.not_renewable"


# What has to be right before anything is filed


def test_a_correction_needs_a_difference(held):
    with pytest.raises(DomainError) as refused:
        asked(held, corrections={"name": "林晓梅", "id_number": ID_NUMBERS[0]})
    assert refused.value.code == "certificates.nothing_to_correct"


def test_a_correction_needs_evidence(held):
    with pytest.raises(DomainError) as refused:
        asked(held, evidence=[])
    assert refused.value.code == "certificates.evidence_needed"


def test_an_impossible_id_number_is_refused(held):
    for number in ("110105194912310021", "11010519491231", "x" * 18):
        with pytest.raises(DomainError) as refused:
            asked(held, corrections={"id_number": number})
        assert refused.value.code == "accounts.bad_resident_number"


def test_only_personal_facts_can_be_corrected(held):
    for fact in ("level", "occupation", "number"):
        with pytest.raises(DomainError) as refused:
            asked(held, corrections={fact: "三级"})
        assert refused.value.code == "certificates.not_correctable"


@pytest.mark.parametrize(
    ("act", "code"),
    [(revoke_certificate, "certificates.request_revoked"), (suspend_certificate, "certificates.request_suspended")],
)
def test_what_does_not_hold_cannot_be_changed_and_the_page_says_why(held, act, code):
    act(held.certificate, reason="核查", actor=held.head, now=AFTER)
    with pytest.raises(DomainError) as refused:
        asked(held, Change.REISSUE)
    assert refused.value.code == code
    text = signed_in(held.holder).get(address(held)).content.decode()
    assert "<textarea" not in text
    assert "next-step" in text


def test_a_replaced_version_points_to_the_newer_one(held):
    grant_request(asked(held), actor=held.head, now=AFTER)
    with pytest.raises(DomainError) as refused:
        asked(held, Change.REISSUE)
    assert refused.value.code == "certificates.request_replaced"


def test_there_is_one_open_request_at_a_time(held):
    first = asked(held)
    with pytest.raises(DomainError) as refused:
        asked(held, Change.REISSUE)
    assert refused.value.code == "certificates.request_open"
    withdraw_request(first, actor=held.holder, now=AFTER)
    assert asked(held, Change.REISSUE).is_open


def test_pressing_send_twice_files_once(held):
    client = signed_in(held.holder)
    answers = [
        client.post(address(held), {"name": "林小梅", "reason": "有误", "evidence": [scan()]}).status_code for _press in range(2)
    ]
    assert answers == [302, 409]
    assert ChangeRequest.objects.count() == 1


def test_a_mistake_loses_neither_words_nor_files(held):
    client = signed_in(held.holder)
    response = client.post(
        address(held),
        {
            "name": "林小梅",
            "id_number": "123",
            "reason": "姓名和号码都录错了",
            "evidence": [scan(), scan("病毒.exe", b"MZ\x90 hostile")],
        },
    )
    assert response.status_code == 422
    text = response.content.decode()
    assert "姓名和号码都录错了" in text
    assert 'value="林小梅"' in text
    assert "病毒.exe" in text
    (token,) = re.findall(r'name="kept" value="([^"]+)" checked', text)
    response = client.post(address(held), {"name": "林小梅", "reason": "姓名录错了", "kept": [token]})
    assert response.status_code == 302
    evidence = RequestEvidence.objects.get()
    assert evidence.file_name == "身份证.pdf"
    assert store.read(evidence.sha256).startswith(b"%PDF-")


def test_files_that_somebody_else_kept_or_nobody_signed_count_for_nothing(held):
    foreign = signing.dumps(kept().as_json(), salt=f"{SALT}:{held.candidates[1].pk}:{held.certificate.pk}:kept")
    for token in (foreign, "forged", foreign + "x"):
        response = signed_in(held.holder).post(address(held), {"name": "林小梅", "reason": "有误", "kept": [token]})
        assert response.status_code == 422
    assert not ChangeRequest.objects.exists()


def test_what_was_kept_as_evidence_cannot_be_sent_back_as_the_portrait(held):
    client = signed_in(held.holder)
    answer = client.post(address(held), {"evidence": scan(), "reason": ""}).content.decode()
    (token,) = re.findall(r'name="kept" value="([^"]+)"', answer)
    response = client.post(address(held), {"reason": "照片有误", "kept": token, "kept_photo": token})
    assert response.status_code == 422
    assert not ChangeRequest.objects.exists()


def test_a_picture_is_painted_anew_and_a_photo_is_cut_to_its_shape(held, portrait):
    response = signed_in(held.holder).post(
        address(held),
        {
            "reason": "照片不是本人",
            "photo": SimpleUploadedFile("me.jpg", portrait),
            "evidence": [SimpleUploadedFile("id.jpg", portrait + b"<?php hidden ?>")],
        },
    )
    assert response.status_code == 302
    request = ChangeRequest.objects.get()
    assert request.new_photo_sha256 not in ("", held.certificate.photo_sha256)
    assert b"hidden" not in store.read(request.evidence.get().sha256)
    new = grant_request(request, actor=held.head, now=AFTER)
    assert new.photo_sha256 == request.new_photo_sha256


def test_at_most_five_files_go_along(held):
    files = [scan(f"{n}.pdf", b"%PDF-1.7 " + bytes([65 + n])) for n in range(6)]
    response = signed_in(held.holder).post(address(held), {"name": "林小梅", "reason": "有误", "evidence": files})
    assert response.status_code == 422
    assert response.content.decode().count('name="kept"') == 5


def test_new_personal_values_are_encrypted_and_in_no_ledger_entry(held):
    request = asked(held, corrections={"name": "林小梅", "id_number": RIGHT_NUMBER})
    grant_request(request, actor=held.head, now=AFTER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT new_name, new_id_number FROM certificates_changerequest")
        stored = str(cursor.fetchall())
    kept_facts = str(list(LedgerEntry.objects.values_list("facts", flat=True)))
    for secret in ("林小梅", RIGHT_NUMBER, RIGHT_NUMBER[:-1]):
        assert secret not in stored
        assert secret not in kept_facts
    assert RIGHT_NUMBER not in str(list(Certificate.objects.values_list("claims", "changed_facts")))
