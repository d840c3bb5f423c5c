"""I31 to I38 of the domain, each where it could break: in the database, in the number, in the printed file.

I30 stands with the publication (`results/test_publication.py`), I37 with the upload (`registry/upload/test_upload.py`).
"""

import datetime
import io
import re
import shutil
import subprocess
from decimal import Decimal

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from certification.certificates.models import Certificate, NumberSeries, Programme
from certification.certificates.rules import TITLES, Kind, NumberKind, own_series, parse_number, recognise, with_serial
from certification.certificates.services import (
    approve_batch,
    correct_certificate,
    prepare_batch,
    reissue_certificate,
    revoke_certificate,
    run_batch,
)
from certification.certificates.services.numbering import take_numbers
from lms.core import store
from lms.core.errors import DomainError
from tests.exam_day import rewritten
from tests.issued import AFTER, LAST_DAY, MONDAY, SHANGHAI, issue

OFFICIAL = re.compile(r"[YS][0-9]{14}[1-5][0-9]{6}")
OTHERS = [kind for kind in Kind if kind is not Kind.SKILL_LEVEL]
RESERVED = ("职业技能等级", "osta", "Vocational Skill")


def text_of(certificate):
    """Return the text of the issued file as a reader copies it out, without gaps; by poppler where it is installed."""
    data = store.read(certificate.pdf_sha256)
    if tool := shutil.which("pdftotext"):
        printed = subprocess.run([tool, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        return re.sub(r"\s+", "", printed)
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_bounded() for page in document))


@pytest.mark.django_db
class TestOneStandingCertificate:
    def test_i31_no_number_is_given_out_before_the_publication_is_closed_and_every_objection_answered(self, certified_day):
        certified_day.publication.objections.create(
            ticket_number=certified_day.seats[0].ticket_number, filer=certified_day.candidates[0], text="？", filed_at=MONDAY
        )
        with pytest.raises(DomainError) as refused:
            prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
        assert refused.value.code == "certificates.objections_open"
        certified_day.publication.objections.update(status="dismissed")
        certified_day.publication.status = "open"
        certified_day.publication.save()
        with pytest.raises(DomainError) as refused:
            prepare_batch(certified_day.plan, actor=certified_day.officer, now=AFTER)
        assert refused.value.code == "certificates.publication_not_closed"
        assert not NumberSeries.objects.exists()

    @pytest.mark.parametrize("status", ["numbered", "valid", "suspended"])
    def test_i33_the_database_refuses_a_second_standing_certificate_of_the_same(self, certified_day, status):
        held = issue(certified_day.decisions[0], actor=certified_day.head)
        twin = Certificate.objects.get(pk=held.pk)
        twin.pk, twin.decision, twin.token, twin.pdf_sha256, twin.status = None, None, "x" * 32, "1" * 64, status
        twin.number, twin.status_index = f"{held.number[:-6]}000099", held.status_index + 1000
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)

    @pytest.mark.parametrize("status", ["revoked", "replaced", "expired", "voided"])
    def test_i33_one_that_holds_no_more_does_not_stand_in_the_way(self, certified_day, status):
        held = issue(certified_day.decisions[0], actor=certified_day.head)
        twin = Certificate.objects.get(pk=held.pk)
        twin.pk, twin.decision, twin.token, twin.pdf_sha256, twin.status = None, None, "x" * 32, "1" * 64, status
        twin.number, twin.status_index = f"{held.number[:-6]}000099", held.status_index + 1000
        twin.save(force_insert=True)
        assert Certificate.objects.filter(holder=held.holder).count() == 2

    def test_i35_a_reissue_and_a_correction_keep_the_number_and_old_and_new_values(self, certified_day):
        first = issue(certified_day.decisions[0], actor=certified_day.head)
        old_name = first.claims["holder"]["name"]
        second = reissue_certificate(first, reason="遗失", actor=certified_day.head, now=AFTER)
        third = correct_certificate(second, changes={"name": "王晓芳"}, reason="姓名有误", actor=certified_day.head, now=AFTER)
        assert {first.number, second.number, third.number} == {first.number}
        assert third.changed_facts == {"name": {"old": old_name, "new": "王晓芳"}}
        assert list(Certificate.objects.order_by("version").values_list("version", "status")) == [
            (1, "replaced"),
            (2, "replaced"),
            (3, "valid"),
        ]

    def test_i35_a_revoked_number_answers_revoked_and_is_never_unknown(self, client, certified_day):
        held = issue(certified_day.decisions[0], actor=certified_day.head)
        revoke_certificate(held, reason="材料不实", actor=certified_day.head, now=AFTER)
        answer = client.get(held.verify_path, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["status"]) == (200, "revoked")


@pytest.mark.django_db
class TestNumbers:
    def test_i32_the_parts_agree_with_filing_year_and_level(self, certified_day):
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        number = parse_number(certificate.number)
        assert number.body == certified_day.filing.code
        assert (number.level, number.year, number.serial) == (certified_day.plan.level, AFTER.year, 1)

    def test_i32_a_number_is_unique_for_ever_even_when_it_was_revoked(self, certified_day):
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        revoke_certificate(certificate, reason="材料不实", actor=certified_day.head, now=AFTER)
        assert issue(certified_day.decisions[1], actor=certified_day.head).number != certificate.number
        certificate.pk, certificate.token, certificate.pdf_sha256 = None, "x" * 32, "1" * 64
        certificate.status_index += 1000
        with pytest.raises(IntegrityError), transaction.atomic():
            certificate.save(force_insert=True)

    def test_i32_serials_have_no_gap_when_a_transaction_fails_after_taking_one(self, certified_day):
        with transaction.atomic():
            assert len(take_numbers(certified_day.filing, year=2026, level=4, count=3, now=AFTER)) == 3
            transaction.set_rollback(True)
        numbers = [issue(decision, actor=certified_day.head).number for decision in certified_day.decisions[:2]]
        assert [int(number[-6:]) for number in numbers] == [1, 2]

    def test_i32_the_counter_never_passes_six_digits(self, certified_day):
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberSeries.objects.create(prefix=f"{certified_day.filing.code}264", last=1_000_000)

    def test_i34_nothing_is_issued_before_the_publication_has_ended(self, certified_day):
        too_early = datetime.datetime.combine(LAST_DAY, datetime.time(23, 59), tzinfo=SHANGHAI)
        with pytest.raises(DomainError) as caught:
            issue(certified_day.decisions[0], actor=certified_day.head, now=too_early)
        assert caught.value.code == "certificates.publication_running"
        assert not NumberSeries.objects.filter(last__gt=0).exists()
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        assert certificate.issued_on > LAST_DAY

    @pytest.mark.parametrize(
        ("moment", "year"),
        [
            (datetime.datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), 2026),
            (datetime.datetime(2027, 1, 1, 0, 1, tzinfo=SHANGHAI), 2027),
        ],
    )
    def test_i34_the_year_in_the_number_is_the_year_of_issue_by_the_clock_of_shanghai(self, certified_day, moment, year):
        """At a minute past midnight in Shanghai it still is the old year in UTC."""
        certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=moment)
        assert certificate.issued_on.year == year
        assert parse_number(certificate.number).year == year
        assert parse_number(certificate.number).serial == 1


@pytest.mark.django_db
class TestPrintedNames:
    def test_i36_printed_names_are_the_filed_names(self, certified_day):
        text = text_of(issue(certified_day.decisions[0], actor=certified_day.head))
        assert certified_day.filing.filed_name in text
        assert certified_day.scheme.occupation.name in text
        assert "林晓梅" in text

    def test_i36_the_filed_name_counts_not_the_name_of_the_organisation(self, certified_day):
        certified_day.filing.filed_name = "申城辅具协会第一考核站"
        certified_day.filing.save()
        certified_day.plan.refresh_from_db()
        for decision in certified_day.decisions:
            decision.seat.plan.filing.refresh_from_db()
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        assert "申城辅具协会第一考核站" in text_of(certificate)

    def test_i36_without_a_work_type_two_dashes_are_printed(self, certified_day):
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        text = text_of(certificate)
        assert certificate.claims["work_type"]["zh"] == "--"
        assert "--" in text[text.index("工种/职业方向") :][:80]

    def test_i36_a_work_type_is_printed_as_it_was_filed(self, certified_day):
        rewritten(certified_day.plan, work_type="轮椅适配")
        for decision in certified_day.decisions:
            decision.seat.plan.refresh_from_db()
        certificate = issue(certified_day.decisions[0], actor=certified_day.head)
        text = text_of(certificate)
        assert "轮椅适配" in text[text.index("工种/职业方向") :][:80]
        assert certificate.work_type == "轮椅适配"


@given(kind=st.sampled_from(OTHERS), issuer=st.integers(1, 99_999), year=st.integers(2000, 2099), serial=st.integers(1, 999_999))
def test_i38_a_number_of_another_kind_never_reads_as_an_official_one(kind, issuer, year, serial):
    number = with_serial(own_series(kind, issuer=issuer, year=year), serial)
    assert OFFICIAL.fullmatch(number) is None
    assert OFFICIAL.search(number) is None
    assert recognise(number) is NumberKind.UNKNOWN
    with pytest.raises(DomainError):
        parse_number(number)


def test_i38_only_the_skill_level_certificate_bears_its_name():
    names = [TITLES[kind]["zh"] for kind in Kind]
    assert len(set(names)) == len(names)
    for kind in OTHERS:
        assert not any(word in TITLES[kind]["zh"] + TITLES[kind]["en"] for word in RESERVED)


def test_i38_the_official_number_is_given_to_no_other_kind():
    with pytest.raises(ValueError, match="official"):
        own_series(Kind.SKILL_LEVEL, issuer=1, year=2026)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", OTHERS)
def test_i38_the_issued_file_of_another_kind_has_neither_words_nor_number_nor_look_up_line(certified_day, kind):
    facts = {"hours": Decimal(16)} if kind is Kind.HOURS else {"credits": Decimal(3)} if kind is Kind.CREDITS else {}
    programme = Programme.objects.create(
        organisation=certified_day.plan.organisation,
        kind=kind.value,
        title="辅具适配基础",
        title_en="Basics of fitting",
        **facts,
    )
    person = certified_day.candidates[0]
    batch = prepare_batch(programme, people=[person], actor=certified_day.officer, now=AFTER)
    approve_batch(batch, actor=certified_day.head, now=AFTER)
    run_batch(batch, now=AFTER)
    certificate = Certificate.objects.get(issue_item__batch=batch)
    text = text_of(certificate)
    assert TITLES[kind]["zh"] in text
    assert not any(word in text for word in RESERVED)
    assert OFFICIAL.search(text) is None
    assert "lookup" not in certificate.claims
