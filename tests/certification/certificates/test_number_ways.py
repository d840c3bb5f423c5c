"""Which way a filing gets its numbers: the head says so, and not while a list is open."""

import pytest
from django.core.exceptions import PermissionDenied

from certification.bodies.models import Filing
from certification.certificates.models import Certificate, ImportedNumber, IssueBatch
from certification.certificates.selectors import open_lists_of
from certification.certificates.services.batches import approve_batch, cancel_batch, pause_batch, prepare_batch
from certification.certificates.services.importing import import_numbers
from certification.certificates.services.number_ways import change_number_way
from certification.results.models import Decision
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/certificates/numbers/{}/"
LIST = b"S000031000123264000501\nS000031000123264000502"


def way_of(day):
    return Filing.objects.get(pk=day.filing.pk).numbers


def fresh(day, index):
    """Return a decision as another process reads it, with the filing as it is now."""
    return Decision.objects.get(pk=day.decisions[index].pk)


def to_province(day, *, actor=None, way="import"):
    return change_number_way(day.filing, way=way, actor=actor or day.head, now=AFTER)


def refused(code, day, **options):
    before = way_of(day)
    with pytest.raises(DomainError) as caught:
        to_province(day, **options)
    assert caught.value.code == f"certificates.{code}"
    assert way_of(day) == before
    assert not LedgerEntry.objects.filter(kind="certificates.number_way_changed").exists()
    return caught.value


class TestService:
    def test_after_the_change_certificates_bear_the_provinces_numbers(self, certified_day):
        day = certified_day
        counted = issue(day.decisions[0], actor=day.head).number
        to_province(day)
        import_numbers(day.filing, data=LIST, file_name="省厅号段.csv", actor=day.head, now=AFTER)
        assert issue(fresh(day, 1), actor=day.head).number == "S000031000123264000501"
        assert counted == "S000031000123264000001"

    def test_it_stands_in_the_ledger_with_what_was_and_what_is(self, certified_day):
        to_province(certified_day)
        entry = LedgerEntry.objects.get(kind="certificates.number_way_changed")
        assert entry.facts == {"filing": "BA-000123", "before": "allocate", "after": "import"}
        assert entry.actor_id == certified_day.head.pk
        assert ledger.verify().ok

    def test_the_same_way_once_more_changes_and_records_nothing(self, certified_day):
        to_province(certified_day)
        to_province(certified_day)
        assert LedgerEntry.objects.filter(kind="certificates.number_way_changed").count() == 1

    @pytest.mark.parametrize("role", [Role.EXAM_OFFICER, Role.ASSESSOR])
    def test_nobody_but_the_head_changes_it(self, certified_day, make_user, member, role):
        person = member(make_user("某人"), certified_day.filing.organisation, role)
        with pytest.raises(PermissionDenied):
            to_province(certified_day, actor=person)
        assert way_of(certified_day) == "allocate"

    def test_another_bodys_head_does_not_change_it(self, certified_day, make_user, member, employer):
        with pytest.raises(PermissionDenied):
            to_province(certified_day, actor=member(make_user("别家负责人"), employer, Role.HEAD))
        assert way_of(certified_day) == "allocate"

    def test_a_third_way_is_refused(self, certified_day):
        assert refused("number_way_unknown", certified_day, way="guess").status == 422

    def test_a_prepared_a_running_and_a_paused_list_hold_the_way(self, certified_day):
        day = certified_day
        batch = prepare_batch(day.plan, actor=day.officer, now=AFTER)
        assert refused("number_way_in_use", day).context == {"count": 1}
        approve_batch(batch, actor=day.head, now=AFTER)
        refused("number_way_in_use", day)
        pause_batch(batch, actor=day.officer, now=AFTER)
        refused("number_way_in_use", day)

    def test_a_dropped_list_holds_it_no_longer(self, certified_day):
        day = certified_day
        cancel_batch(prepare_batch(day.plan, actor=day.officer, now=AFTER), actor=day.officer, now=AFTER)
        to_province(day)
        assert way_of(day) == "import"

    def test_another_filings_list_holds_nothing(self, certified_day):
        day = certified_day
        prepare_batch(day.plan, actor=day.officer, now=AFTER)
        fields = {field.name: getattr(day.filing, field.name) for field in Filing._meta.fields if field.name != "id"}
        other = Filing.objects.create(**{**fields, "record_number": "BA-000124", "sequence": "000124"})
        assert not open_lists_of(other)
        assert change_number_way(other, way="import", actor=day.head, now=AFTER).numbers == "import"

    def test_counting_again_never_gives_out_a_number_of_the_province(self, certified_day):
        day = certified_day
        to_province(day)
        import_numbers(day.filing, data=b"S000031000123264000001", file_name="省厅号段.csv", actor=day.head, now=AFTER)
        to_province(day, way="allocate")
        with pytest.raises(AssertionError):
            issue(fresh(day, 0), actor=day.head)
        assert "编号 S000031000123264000001 已由省级系统下发" in IssueBatch.objects.get().problem
        assert not Certificate.objects.exists()

    def test_a_list_checked_before_the_change_is_not_stored_after_it(self, certified_day):
        day = certified_day
        stale = to_province(day)
        to_province(day, way="allocate")
        with pytest.raises(DomainError) as caught:
            import_numbers(stale, data=LIST, file_name="省厅号段.csv", actor=day.head, now=AFTER)
        assert caught.value.code == "certificates.numbers_are_counted"
        assert not ImportedNumber.objects.exists()


class TestPage:
    def test_the_head_chooses_the_other_way(self, client, certified_day):
        day = certified_day
        client.force_login(day.head)
        assert "由省里下发" in client.get(ADDRESS.format(day.filing.pk)).content.decode()
        answer = client.post(f"{ADDRESS.format(day.filing.pk)}way/", {"way": "import"}, follow=True)
        assert "从现在起，本备案的证书编号由省级系统下发。" in answer.content.decode()
        assert way_of(day) == "import"

    def test_the_officer_reads_the_way_and_cannot_change_it(self, client, certified_day):
        day = certified_day
        client.force_login(day.officer)
        shown = client.get(ADDRESS.format(day.filing.pk)).content.decode()
        assert "编号由本系统顺序编排。如需更改，请机构负责人办理。" in shown
        assert 'name="way"' not in shown
        assert client.post(f"{ADDRESS.format(day.filing.pk)}way/", {"way": "import"}).status_code == 403
        assert way_of(day) == "allocate"

    def test_an_open_list_is_named_instead_of_the_choice(self, client, certified_day):
        day = certified_day
        batch = prepare_batch(day.plan, actor=day.officer, now=AFTER)
        client.force_login(day.head)
        shown = client.get(ADDRESS.format(day.filing.pk)).content.decode()
        assert f"/desk/certificates/batches/{batch.pk}/" in shown
        assert 'name="way"' not in shown
        answer = client.post(f"{ADDRESS.format(day.filing.pk)}way/", {"way": "import"}, follow=True)
        assert "本备案还有 1 份发证名单没有办完" in answer.content.decode()
        assert way_of(day) == "allocate"

    def test_another_bodys_head_finds_nothing(self, client, certified_day, make_user, member, employer):
        client.force_login(member(make_user("别家负责人"), employer, Role.HEAD))
        answer = client.post(f"{ADDRESS.format(certified_day.filing.pk)}way/", {"way": "import"})
        assert answer.status_code == 404
        assert way_of(certified_day) == "allocate"
