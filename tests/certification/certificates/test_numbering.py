"""Numbers are given out in order, without a gap and never twice, whoever asks, however often it goes wrong (I32)."""

import datetime
import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber, NumberImport, NumberSeries
from certification.certificates.rules import LAST_SERIAL
from certification.certificates.services.importing import import_numbers
from certification.certificates.services.numbering import numbers_left, take_numbers
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.issued import AFTER
from tests.schema import ROOT, new_database

pytestmark = pytest.mark.django_db
PLAY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def make_filing(organisation, sequence, **facts):
    return Filing.objects.create(
        organisation=organisation,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence=sequence,
        record_number=f"BA-{sequence}-{facts.get('numbers', 'allocate')}",
        filed_name="协会",
        valid_from=datetime.date(2025, 1, 1),
        valid_until=datetime.date(2028, 1, 1),
        **facts,
    )


@pytest.fixture
def two_sites(association, employer):
    return [make_filing(association, "000001"), make_filing(employer, "000002")]


@pytest.fixture
def officer(association, make_user, member):
    return member(make_user("周敏"), association, Role.EXAM_OFFICER)


@pytest.fixture
def importing(association):
    return make_filing(association, "000003", numbers="import")


class Undo(Exception):
    """What goes wrong after the numbers were taken."""


def take(filing, *, year=2026, level=4, count=1, fails=False):
    """Take numbers in a transaction of their own and return them, or none when it fails afterwards."""
    try:
        with transaction.atomic():
            taken = take_numbers(filing, year=year, level=level, count=count, now=AFTER)
            if fails:
                raise Undo
    except Undo:
        return []
    return taken


def serials(numbers):
    return [int(number[-6:]) for number in numbers]


TAKES = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([2026, 2027]), st.sampled_from([5, 4]), st.integers(1, 4), st.booleans()),
    max_size=25,
)


@PLAY
@given(takes=TAKES)
def test_each_series_is_gap_free_whatever_the_order_and_whatever_fails(two_sites, takes):
    given_out = defaultdict(list)
    with transaction.atomic():
        for site, year, level, count, fails in takes:
            given_out[site, year, level] += take(two_sites[site], year=year, level=level, count=count, fails=fails)
        transaction.set_rollback(True)
    for (site, year, level), numbers in given_out.items():
        assert serials(numbers) == list(range(1, len(numbers) + 1))
        assert all(number.startswith(f"{two_sites[site].code}{year % 100}{level}") for number in numbers)
    everything = [number for numbers in given_out.values() for number in numbers]
    assert len(set(everything)) == len(everything)


LISTS = st.lists(st.sets(st.integers(1, 60), min_size=1, max_size=12), min_size=1, max_size=4)


@PLAY
@given(lists=LISTS, takes=st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=15))
def test_imported_numbers_are_used_in_rising_order_and_never_twice(importing, officer, lists, takes):
    free, used = set(), []
    with transaction.atomic():
        for new, (count, fails) in zip([*lists, *[set()] * len(takes)], [*takes, *[(1, False)] * len(lists)], strict=False):
            if new - free - set(used):
                bring_in(importing, sorted(new - free - set(used), reverse=True), officer)
                free |= new - set(used)
            if count > len(free):
                with pytest.raises(DomainError) as caught, transaction.atomic():
                    take(importing, count=count)
                assert caught.value.code == "certificates.numbers_run_out"
                continue
            taken = serials(take(importing, count=count, fails=fails))
            assert taken == ([] if fails else sorted(free)[:count])
            used += taken
            free -= set(taken)
        assert numbers_left(importing, year=2026, level=4) == len(free)
        transaction.set_rollback(True)
    assert len(set(used)) == len(used)


def bring_in(filing, wanted, officer):
    data = "\n".join(f"{filing.code}264{serial:06d}" for serial in wanted).encode()
    return import_numbers(filing, data=data, file_name="x.csv", actor=officer, now=AFTER)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.sets(st.integers(1, 12), min_size=1, max_size=4)),
        st.tuples(st.just("count"), st.integers(1, 3)),
        st.tuples(st.just("use"), st.integers(1, 3)),
    ),
    max_size=14,
)


@PLAY
@given(acts=ACTS)
def test_imported_and_counted_numbers_never_meet(association, officer, acts):
    """Two filings with the same codes, or one that changed its way: still no number comes twice."""
    counted, imported, out = [], set(), []
    with transaction.atomic():
        counting, listing = make_filing(association, "000004"), make_filing(association, "000004", numbers="import")
        for act, what in acts:
            try:
                with transaction.atomic():
                    if act == "import":
                        bring_in(listing, sorted(what), officer)
                        imported |= what
                    elif act == "count":
                        counted += serials(take(counting, count=what))
                    else:
                        out += serials(take(listing, count=what))
            except DomainError:
                continue
        transaction.set_rollback(True)
    assert counted == list(range(1, len(counted) + 1))
    assert set(counted) & imported == set()
    assert len(set(out)) == len(out)
    assert set(out) <= imported


def test_after_the_last_serial_nothing_is_given_and_nothing_skipped(two_sites):
    site = two_sites[0]
    prefix = f"{site.code}264"
    NumberSeries.objects.create(prefix=prefix, last=LAST_SERIAL - 2)
    with pytest.raises(DomainError) as caught:
        take(site, count=3)
    assert caught.value.code == "certificates.serials_exhausted"
    assert serials(take(site, count=2)) == [LAST_SERIAL - 1, LAST_SERIAL]
    assert numbers_left(site, year=2026, level=4) == 0


def test_a_filing_that_imports_never_counts(importing):
    with pytest.raises(DomainError) as caught:
        take(importing)
    assert (caught.value.code, caught.value.context["left"]) == ("certificates.numbers_run_out", 0)
    assert not NumberSeries.objects.filter(last__gt=0).exists()


RACE = """
import datetime, json, random, sys, threading, django
django.setup()
from django.db import connection, transaction
from certification.bodies.models import Filing
from certification.certificates.services.numbering import take_numbers

now = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=datetime.UTC)
filings = list(Filing.objects.order_by("pk"))
taken, failed, lock, begin = {filing.pk: [] for filing in filings}, [], threading.Lock(), threading.Barrier(2 * len(filings))

class Undo(Exception):
    pass

def work(filing, seed):
    chance = random.Random(seed)
    begin.wait()
    try:
        for _turn in range(25):
            count, fails = chance.randint(1, 3), chance.random() < 0.3
            try:
                with transaction.atomic():
                    numbers = take_numbers(filing, year=2026, level=4, count=count, now=now)
                    if fails:
                        raise Undo
            except Undo:
                continue
            with lock:
                taken[filing.pk] += numbers
    except Exception as error:
        failed.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=work, args=(filing, 2 * filing.pk + half)) for filing in filings for half in (0, 1)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps({"taken": list(taken.values()), "failed": failed}))
"""

SET_UP = """
import datetime, django
django.setup()
from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber, NumberImport
from lms.accounts.models import User
from lms.organisations.models import Organisation
now = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=datetime.UTC)
person = User.objects.create_person(name="周敏", phone="+8613900000001")
for n, mode in enumerate(("allocate", "allocate", "import"), start=1):
    body = Organisation.objects.create(name=f"机构{n}", name_en=f"Body {n}", slug=f"body-{n}", kind="association")
    filing = Filing.objects.create(organisation=body, type_letter="S", body_code="0000", province="31", sequence=f"{n:06d}",
        record_number=f"BA-{n}", filed_name=body.name, numbers=mode,
        valid_from=datetime.date(2025, 1, 1), valid_until=datetime.date(2028, 1, 1))
source = NumberImport.objects.create(filing=filing, file_name="x", file_sha256="0" * 64, count=200, imported_by=person, imported_at=now)
ImportedNumber.objects.bulk_create(
    ImportedNumber(source=source, number=f"{filing.code}264{n:06d}", prefix=f"{filing.code}264") for n in range(1001, 1201))
"""


def run(program, url):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test", "DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_workers_each_of_three_bodies_at_once_leave_no_gap_and_no_double(tmp_path):
    with new_database(tmp_path) as url:
        run(SET_UP, url)
        result = json.loads(run(RACE, url).splitlines()[-1])
    assert result["failed"] == []
    for numbers, first in zip(result["taken"], (1, 1, 1001), strict=True):
        assert len(numbers) > 20
        assert sorted(serials(numbers)) == list(range(first, first + len(numbers)))


def test_a_list_is_stored_by_one_of_two_who_press_at_once(tmp_path):
    """Both read the list before either stores it; the second finds the numbers known."""
    program = """
import datetime, json, threading, django
django.setup()
from django.db import connection
from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber
from certification.certificates.services.importing import import_numbers
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.services import add_member
now = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=datetime.UTC)
filing, person = Filing.objects.get(numbers="import"), User.objects.get()
add_member(person, filing.organisation, Role.EXAM_OFFICER, actor=None, now=now)
data = "\\n".join(f"{filing.code}264{n:06d}" for n in range(1, 400)).encode()
outcomes, begin = [], threading.Barrier(2)
def work():
    begin.wait()
    try:
        outcomes.append(import_numbers(filing, data=data, file_name="x", actor=person, now=now).count)
    except DomainError as error:
        outcomes.append(error.code)
    except Exception as error:
        outcomes.append(repr(error))
    finally:
        connection.close()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps([sorted(map(str, outcomes)), ImportedNumber.objects.filter(number__lte=f"{filing.code}264000999").count()]))
"""
    with new_database(tmp_path) as url:
        run(SET_UP, url)
        outcomes, stored = json.loads(run(program, url).splitlines()[-1])
    assert outcomes == ["399", "certificates.list_not_sound"]
    assert stored == 399


def test_nothing_stays_of_an_import_that_fails(importing, officer, monkeypatch):
    from lms.core import ledger

    monkeypatch.setattr(ledger, "append", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring_in(importing, [1, 2], officer)
    assert not NumberImport.objects.exists()
    assert not ImportedNumber.objects.exists()
