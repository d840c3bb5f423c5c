"""What the public is told: about a token, about three keys, about a file; and how often."""

import json
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.certificates.claims import LOOKUP, fingerprint
from certification.certificates.models import Certificate
from certification.certificates.services import revoke_certificate, suspend_certificate
from certification.registry.answers import TOLD
from certification.registry.forms import KeysForm
from lms.core import store
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db
ID_NUMBER = "310199190003071235"


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def keys(issued, **changes):
    return {"number": issued.number, "name": "林晓梅", "last_four": "1235"} | changes


def sent(client, data, name="certificate.pdf", **headers):
    return client.post("/verify/file/", {"file": SimpleUploadedFile(name, data, content_type="application/pdf")}, headers=headers)


def told_names(answer):
    """Try every character where the name is masked against each hash that the answer holds, as anybody could."""
    told = {name: answer[name] for name in TOLD if name in answer}
    known = {**told, "kind": answer["kind"], "design": answer["kind"], "template": answer["proof"]["template"], "lookup": LOOKUP}
    known |= {name: answer[name] for name in ("title", "number", "version")}
    shown = answer["holder"]
    holder = {"id_kind": shown["id_kind"], "id_number_masked": shown["id_number_masked"]}
    hashes = set(re.findall(r"[0-9a-f]{64}", json.dumps(answer)))
    for sign in map(chr, range(0x4E00, 0xA000)):
        name = shown["name_masked"].replace("*", sign)
        if fingerprint({**known, "holder": {"name": name, **holder}}) in hashes:
            yield name


def test_the_masked_name_cannot_be_found_by_trying_it_against_a_hash(client, issued):
    answer = client.get(issued.verify_path, headers={"accept": "application/json"}).json()
    assert answer["holder"]["name_masked"] == "林*梅"
    assert list(told_names(answer)) == []
    # The attempt itself is sound: with the fingerprint that the house keeps it finds her.
    assert list(told_names({**answer, "kept": issued.claims_sha256})) == ["林晓梅"]


def test_a_stranger_without_a_session_sees_that_it_is_valid_and_every_claim_masked(client, issued, settings):
    response = client.get(issued.verify_path, headers={"accept-language": "en"})
    text = page(response)
    assert response.status_code == 200
    assert "verdict--valid" in text
    for shown in (
        "林*梅",
        "310***********1235",
        issued.number,
        "康复辅助技术咨询师",
        "申城康复辅助器具行业协会",
        "示例，非国家标准",
        issued.pdf_sha256,
    ):
        assert shown in text
    assert ID_NUMBER not in text
    assert "林晓梅" not in text
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert response["Cache-Control"] == "no-store"


def test_machines_get_the_same_as_json(client, issued):
    response = client.get(issued.verify_path, headers={"accept": "application/json"})
    answer = response.json()
    assert response["Content-Type"] == "application/json"
    assert (answer["status"], answer["number"], answer["level"]["code"]) == ("valid", issued.number, 4)
    assert answer["proof"]["pdf_sha256"] == issued.pdf_sha256
    assert ID_NUMBER not in json.dumps(answer)
    assert "林晓梅" not in json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("token", ["x", "0" * 32, "' OR 1=1 --", "../../etc"])
def test_an_unknown_token_is_a_404_with_a_page(client, issued, token):
    response = client.get(f"/verify/{token}/")
    assert response.status_code == 404
    if "/" not in token:
        assert "verdict--notfound" in page(response)
        assert client.get(f"/verify/{token}/", headers={"accept": "application/json"}).json() == {"status": "not_found"}


def test_a_revoked_certificate_is_never_not_found_and_its_reason_stays_private(client, issued, certified_day):
    revoke_certificate(issued, reason="李某提供虚假材料", actor=certified_day.head, now=AFTER)
    text = page(client.get(issued.verify_path))
    assert "verdict--revoked" in text
    assert "虚假材料" not in text
    assert client.get(issued.verify_path, headers={"accept": "application/json"}).json()["status"] == "revoked"


def test_a_suspended_certificate_says_so(client, issued, certified_day):
    suspend_certificate(issued, reason="核查", actor=certified_day.head, now=AFTER)
    assert "verdict--suspended" in page(client.get(issued.verify_path))


@pytest.mark.parametrize(
    "changes",
    [{}, {"number": "s0000 3100 0123 2640 0000 1"}, {"name": " 林 晓梅 "}, {"last_four": " 1235 "}],
)
def test_number_name_and_last_four_together_lead_to_it(client, issued, changes):
    response = client.post("/verify/", keys(issued, **changes))
    assert (response.status_code, response.get("Location")) == (302, issued.verify_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "S000031000123264000002"},
        {"number": "not a number"},
        {"name": "林晓"},
        {"name": "陶永福"},
        {"last_four": "1234"},
        {"last_four": "----"},
    ],
)
def test_one_wrong_key_is_not_found_and_never_tells_which(client, issued, changes):
    response = client.post("/verify/", keys(issued, **changes))
    assert response.status_code in (404, 422)
    assert issued.token not in page(response)
    if response.status_code == 404:
        assert "verdict--notfound" in page(response)


@pytest.mark.parametrize(
    ("number", "accepted"), [("JY 00012 2026 000001", True), ("nl000122026000001", True), ("AB000122026000001", False)]
)
def test_the_numbers_of_other_kinds_of_certificate_are_numbers_too(number, accepted):
    form = KeysForm({"number": number, "name": "林晓梅", "last_four": "1235"})
    assert form.is_valid() is accepted
    assert form.cleaned_data.get("number", "") == (number.replace(" ", "").upper() if accepted else "")


def test_empty_fields_are_named(client, issued):
    response = client.post("/verify/", {})
    assert response.status_code == 422


def test_the_issued_file_is_recognised_byte_for_byte(client, issued):
    response = sent(client, store.read(issued.pdf_sha256))
    assert response.status_code == 200
    assert "verdict--valid" in page(response)
    assert "alert--good" in page(response)


def test_the_file_of_a_revoked_certificate_is_genuine_but_revoked(client, issued, certified_day):
    revoke_certificate(issued, reason="虚假材料", actor=certified_day.head, now=AFTER)
    assert "verdict--revoked" in page(sent(client, store.read(issued.pdf_sha256)))


def test_one_changed_byte_is_told_and_the_number_it_claims(client, issued):
    data = bytearray(store.read(issued.pdf_sha256))
    data[len(data) // 2] ^= 1
    response = sent(client, bytes(data))
    assert response.status_code == 422
    assert "verdict--revoked" in page(response)
    assert issued.number in page(response)
    assert issued.token not in page(response)
    machine = sent(client, bytes(data), accept="application/json").json()
    assert (machine["file"]["finding"], machine["file"]["valid"]) == ("changed", False)


def test_a_forged_file_does_not_tell_whether_the_number_in_it_was_ever_issued(client, issued):
    data = bytearray(store.read(issued.pdf_sha256))
    data[len(data) // 2] ^= 1
    known = sent(client, bytes(data), accept="application/json").json()
    Certificate.objects.filter(pk=issued.pk).update(number="S000031000123264999999")
    assert sent(client, bytes(data), accept="application/json").json() == known


@pytest.mark.parametrize(
    ("data", "finding"),
    [(b"hello", "not_pdf"), (b"%PDF-1.7\nnothing", "unsigned"), (b"%PDF-1.7\n/ByteRange [0 9 5 3]", "signature_damaged")],
)
def test_a_foreign_file_is_a_sentence_and_a_4xx(client, issued, data, finding):
    response = sent(client, data, accept="application/json")
    assert response.status_code == 422
    assert response.json()["file"]["finding"] == finding
    assert sent(client, data).status_code == 422


def test_no_file_an_empty_file_and_a_huge_file_are_refused(client, issued, monkeypatch):
    assert client.post("/verify/file/", {}).status_code == 422
    assert sent(client, b"").status_code == 422
    monkeypatch.setattr("certification.registry.views.MAX_FILE_BYTES", 100)
    assert sent(client, b"%PDF-1.7" + b" " * 200).status_code == 413


def test_a_file_name_with_markup_is_only_text(client, issued):
    text = page(sent(client, b"hello", name="<script>alert(1)</script>.pdf"))
    assert "<script>alert(1)" not in text


def test_who_asks_too_often_is_asked_to_wait(client, issued):
    answers = [client.post("/verify/", keys(issued, last_four=f"{n:04d}")).status_code for n in range(25)]
    assert answers[:20] == [404] * 20
    assert answers[20:] == [429] * 5
    assert client.get("/verify/").status_code == 200
    other = client.post("/verify/", keys(issued), REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302


def test_behind_a_trusted_proxy_each_visitor_is_counted_alone(client, issued, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _time in range(25):
        client.post("/verify/", keys(issued), headers={"x-forwarded-for": "203.0.113.9"})
    assert client.post("/verify/", keys(issued), headers={"x-forwarded-for": "203.0.113.9"}).status_code == 429
    assert client.post("/verify/", keys(issued), headers={"x-forwarded-for": "203.0.113.10"}).status_code == 302


def test_without_a_trusted_proxy_nobody_can_pose_as_another_address(client, issued):
    answers = [client.post("/verify/", keys(issued), headers={"x-forwarded-for": f"203.0.113.{n}"}) for n in range(25)]
    assert [answer.status_code for answer in answers[20:]] == [429] * 5


def test_the_public_page_needs_few_queries(client, issued, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(issued.verify_path)


def test_search_page_opens_without_a_session(client, db, settings):
    response = client.get("/verify/")
    assert response.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_no_page_of_the_register_sets_a_cookie_or_reads_a_session(client, issued, django_assert_max_num_queries):
    client.cookies["sessionid"] = "a" * 32
    with django_assert_max_num_queries(2):
        answers = [client.get(issued.verify_path), client.get("/verify/")]
    answers.append(client.get(f"/verify/{'0' * 32}/", headers={"accept": "application/json"}))
    answers.append(client.post("/verify/", keys(issued, last_four="0000")))
    answers.append(sent(client, store.read(issued.pdf_sha256)))
    assert [dict(answer.cookies) for answer in answers] == [{}] * 5
    for answer in answers:
        assert "csrfmiddlewaretoken" not in answer.content.decode()
        assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex", "no-store")
        assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_the_language_is_chosen_by_a_link(client, issued):
    assert 'lang="en"' in page(client.get(f"{issued.verify_path}?lang=en")).partition("<head>")[0]
    assert (
        'lang="zh-Hans"'
        in page(client.get(f"{issued.verify_path}?lang=zh-hans", headers={"accept-language": "en"})).partition("<head>")[0]
    )
    assert 'lang="zh-Hans"' in page(client.get(f"{issued.verify_path}?lang=xx")).partition("<head>")[0]
    assert client.post("/verify/?lang=en", keys(issued))["Location"] == f"{issued.verify_path}?lang=en"


def test_the_proof_names_the_chain_the_level_and_the_place_in_the_public_log(client, issued):
    from certification.registry.transparency.services import grow

    asked = {"headers": {"accept": "application/json"}}
    proof = client.get(issued.verify_path, **asked).json()["proof"]
    assert proof["log"] is None
    assert proof["signature"] == issued.signature_level
    assert proof["chain"][0]["subject"] == proof["signer"]
    assert len(proof["chain"]) >= 2
    grow(now=AFTER)
    cache.clear()
    log = client.get(issued.verify_path, **asked).json()["proof"]["log"]
    address = log["proof_url"].split("/api/", 1)[1]
    found = client.get(f"/api/{address}")
    assert found.status_code == 200
    assert (found.json()["leaf_index"], found.json()["size"]) == (log["index"], log["tree_size"])
    assert "树头" in page(client.get(issued.verify_path)) or str(log["root"]) in page(client.get(issued.verify_path))


def test_the_fingerprint_of_a_file_is_enough_and_an_unknown_one_tells_nothing(client, issued):
    asked = {"sha256": issued.pdf_sha256}
    assert client.post("/verify/file/", asked, headers={"accept": "application/json"}).json()["number"] == issued.number
    part = page(client.post("/verify/file/", asked, headers={"x-fragment": "1"}))
    assert "verdict--valid" in part
    assert "<html" not in part
    unknown = client.post("/verify/file/", {"sha256": "0" * 64}, headers={"x-fragment": "1"})
    assert (unknown.status_code, unknown.json()) == (404, {"status": "not_found"})
    assert client.post("/verify/file/", {"sha256": "nothing"}).status_code == 422


def test_a_file_with_a_later_archive_stamp_is_known_too(client, issued):
    from certification.certificates.stamping.models import ArchivedFile

    ArchivedFile.objects.create(
        certificate=issued,
        before_sha256=issued.pdf_sha256,
        pdf_sha256="a" * 64,
        level="PAdES-B-LTA",
        stamped_at=AFTER,
        stamped_by="TSA",
        provable_until=AFTER,
    )
    answer = client.post("/verify/file/", {"sha256": "A" * 64}, headers={"accept": "application/json"}).json()
    assert (answer["number"], answer["proof"]["signature"]) == (issued.number, "PAdES-B-LTA")


def test_a_certificate_of_another_kind_shows_programme_hours_and_term(client, issued):
    """The page follows the claims, whatever kind they are of."""
    claims = {
        name: value
        for name, value in issued.claims.items()
        if name not in ("occupation", "work_type", "level", "parts", "scheme", "plan")
    }
    claims |= {
        "kind": "hours",
        "title": {"zh": "学时证明", "en": "Certificate of Hours"},
        "programme": {"zh": "轮椅适配", "en": "Wheelchair fitting"},
        "course": {"zh": "轮椅课程", "en": "Wheelchairs"},
        "hours": "32",
        "credits": "4",
        "valid_until": "2030-01-31",
        "note": {"zh": "本证书为补发", "en": "Issued again"},
    }
    Certificate.objects.filter(pk=issued.pk).update(
        kind="hours", claims=claims, level=None, occupation=None, valid_until="2030-01-31"
    )
    text = page(client.get(f"{issued.verify_path}?lang=en"))
    for shown in ("Certificate of Hours", "Wheelchair fitting", "轮椅课程", ">32<", "Issued again", "2030"):
        assert shown in text
    assert "Skill level" not in text.partition("code-words")[0]


def label_above(text, name):
    """Return the label under which this name stands among the facts."""
    return text.partition(name)[0].rpartition("<dt>")[2].partition("</dt>")[0]


def test_a_skill_level_is_of_an_assessment_body(client, issued):
    text = page(client.get(f"{issued.verify_path}?lang=zh-hans"))
    assert label_above(text.partition('id="claims"')[2], issued.claims["issuer"]["zh"]) == "评价机构"


@pytest.mark.parametrize("kind", ["completion", "hours", "credits", "achievement"])
def test_a_training_body_is_nowhere_called_an_assessment_body(client, issued, kind):
    claims = {name: value for name, value in issued.claims.items() if name not in ("occupation", "level", "scheme", "plan")}
    claims |= {"kind": kind, "programme": {"zh": "轮椅适配", "en": ""}}
    Certificate.objects.filter(pk=issued.pk).update(kind=kind, claims=claims, level=None, occupation=None, status="suspended")
    text = page(client.get(f"{issued.verify_path}?lang=zh-hans"))
    assert label_above(text.partition('id="claims"')[2], issued.claims["issuer"]["zh"]) == "发证单位"
    main = text.partition("<main")[2].partition("</main>")[0]
    assert "发证单位已暂停其效力" in main
    assert "评价机构" not in main


@pytest.mark.parametrize(
    ("event", "told", "status"),
    [("revoke", "untrue", 302), ("revoke", "", 302), ("revoke", "review", 422), ("suspend", "review", 302)],
)
def test_the_head_chooses_what_the_public_is_told(client, issued, certified_day, event, told, status):
    client.force_login(certified_day.head)
    address = reverse("certificates:certificate", args=[issued.pk])
    response = client.post(address, {"event": event, "reason": "李某", "public_reason": told})
    assert response.status_code == status
    issued.refresh_from_db()
    expected = {"revoke": told or "other", "suspend": told}[event] if status == 302 else ""
    assert issued.public_reason == expected


def test_too_many_questions_are_told_to_machines_as_json(client, issued):
    answers = [client.get(issued.verify_path, headers={"accept": "application/json"}) for _time in range(62)]
    assert answers[-1].status_code == 429
    assert answers[-1].json() == {"status": "too_many"}
