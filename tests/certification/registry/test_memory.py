"""Answers that are remembered: none outlives a revocation, and the last one counts when the database is away."""

import datetime
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, connections, transaction

from certification.certificates.models import Certificate
from certification.certificates.rules import PublicReason
from certification.certificates.services import revoke_certificate
from certification.certificates.services.succession import reissue_certificate
from certification.registry import access, availability, lookup, memory
from certification.registry.availability import RegisterAway
from lms.core import store
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)


@pytest.fixture
def shared_cache(settings, tmp_path):
    """A cache that all processes of a site would see."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}}


class database_away:
    """Let each query fail as it does when the server is gone."""

    def __enter__(self):
        def refuse(execute, sql, params, many, context):
            raise OperationalError("the server is gone")

        self.wrapper = connection.execute_wrapper(refuse)
        self.wrapper.__enter__()

    def __exit__(self, *error):
        self.wrapper.__exit__(*error)
        cache.delete("registry:database-away")


def test_the_second_question_needs_no_query_where_the_cache_is_shared(
    client, issued, shared_cache, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3):
        first = client.get(issued.verify_path)
    with django_assert_num_queries(0):
        second = client.get(issued.verify_path)
    assert first.content == second.content
    with django_assert_num_queries(0):
        assert client.get(issued.verify_path, headers=JSON).json()["status"] == "valid"


def test_a_revocation_counts_at_once_whatever_is_remembered(
    client, issued, certified_day, shared_cache, django_capture_on_commit_callbacks
):
    assert client.get(issued.verify_path, headers=JSON).json()["status"] == "valid"
    with django_capture_on_commit_callbacks(execute=True):
        revoke_certificate(issued, reason="x", actor=certified_day.head, now=AFTER, public_reason=PublicReason.CHEATING)
    answer = client.get(issued.verify_path, headers=JSON).json()
    assert (answer["status"], answer["reason"]["code"], answer["reason"]["zh"]) == ("revoked", "cheating", answer["reason"]["zh"])
    assert "verdict--revoked" in client.get(issued.verify_path).content.decode()


def test_an_answer_that_was_read_before_the_revocation_is_not_kept_after_it(
    issued, certified_day, shared_cache, django_capture_on_commit_callbacks
):
    late = memory.Kept({"status": "valid"}, AFTER, memory.Basis(("valid", ""), memory.marks_of(issued.token), time.time()))
    with django_capture_on_commit_callbacks(execute=True):
        revoke_certificate(issued, reason="x", actor=certified_day.head, now=AFTER)
    memory.keep(issued.token, late)
    assert memory.recall(issued.token) is None
    assert lookup.told_about_token(issued.token, now=AFTER).facts["status"] == "revoked"


def test_another_process_that_remembers_for_itself_looks_at_the_row(client, issued):
    """A revocation in another process does not reach this one's memory; its row does."""
    assert client.get(issued.verify_path, headers=JSON).json()["status"] == "valid"
    Certificate.objects.filter(pk=issued.pk).update(status="revoked", public_reason="untrue")
    assert client.get(issued.verify_path, headers=JSON).json()["status"] == "revoked"


def test_the_old_version_says_replaced_at_once_and_never_leads_to_the_new_one(
    client, issued, certified_day, shared_cache, django_capture_on_commit_callbacks
):
    client.get(issued.verify_path)
    with django_capture_on_commit_callbacks(execute=True):
        new = reissue_certificate(issued, reason="遗失", actor=certified_day.head, now=AFTER)
    answer = client.get(issued.verify_path, headers=JSON)
    assert (answer.json()["status"], answer.json()["newer_version"], answer.json()["reason"]["code"]) == (
        "replaced",
        True,
        "reissue",
    )
    assert new.token not in answer.content.decode() + client.get(issued.verify_path).content.decode()
    assert client.get(new.verify_path, headers=JSON).json()["status"] == "valid"


def test_when_the_database_is_away_the_last_answer_counts_with_its_time(client, issued, monkeypatch):
    client.get(issued.verify_path)
    monkeypatch.setattr(memory, "FRESH_SECONDS", 0)
    with database_away():
        page = client.get(issued.verify_path, headers={"accept-language": "en"})
        machine = client.get(issued.verify_path, headers=JSON).json()
    assert page.status_code == 200
    assert "As of" in page.content.decode()
    assert "does not answer" in page.content.decode()
    assert (machine["status"], machine["register_away"]) == ("valid", True)
    assert "As of" not in client.get(issued.verify_path, headers={"accept-language": "en"}).content.decode()


def test_an_old_answer_expires_with_its_term_even_while_the_database_is_away(issued, monkeypatch):
    Certificate.objects.filter(pk=issued.pk).update(valid_until=datetime.date(2026, 9, 30))
    row = Certificate.objects.get(pk=issued.pk)
    Certificate.objects.filter(pk=issued.pk).update(claims={**row.claims, "valid_until": "2026-09-30"})
    assert lookup.told_about_token(issued.token, now=AFTER).facts["status"] == "valid"
    monkeypatch.setattr(memory, "FRESH_SECONDS", 0)
    with database_away():
        told = lookup.told_about_token(issued.token, now=AFTER + datetime.timedelta(days=30))
    assert (told.facts["status"], told.facts["reason"]["code"], told.is_old) == ("expired", "expiry", True)


def test_an_unknown_token_gets_503_and_never_404_while_the_database_is_away(client, issued):
    with database_away():
        page = client.get(f"/verify/{'x' * 32}/")
        machine = client.get(f"/verify/{'y' * 32}/", headers=JSON)
        keys = client.post("/verify/", {"number": issued.number, "name": "林晓梅", "last_four": "1235"})
        file = client.post("/verify/file/", {"sha256": issued.pdf_sha256})
    assert [answer.status_code for answer in (page, machine, keys, file)] == [503] * 4
    assert machine.json() == {"status": "unavailable"}
    assert "Retry-After" in page
    assert client.get(issued.verify_path).status_code == 200


def test_a_file_that_was_asked_about_is_known_while_the_database_is_away(client, issued, monkeypatch):
    asked = {"sha256": issued.pdf_sha256}
    assert client.post("/verify/file/", asked, headers=JSON).json()["status"] == "valid"
    with database_away():
        assert client.post("/verify/file/", asked, headers=JSON).json()["register_away"] is True


def test_a_genuine_file_is_judged_without_the_register_but_not_called_valid(client, issued):
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = store.read(issued.pdf_sha256)
    with database_away():
        answer = client.post("/verify/file/", {"file": SimpleUploadedFile("c.pdf", data)}, headers=JSON)
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["file"]["finding"]) == ("unavailable", "intact")


def test_for_some_seconds_after_a_failure_nobody_waits_for_the_database(client, issued):
    asked = []

    def refuse(execute, sql, params, many, context):
        asked.append(sql)
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        for _time in range(5):
            assert client.get(f"/verify/{'x' * 32}/").status_code == 503
    assert len(asked) == 1
    cache.delete("registry:database-away")


@contextmanager
def held_table(name):
    """Somebody else holds the table, so that nobody can read it."""
    locked, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(10)
        yield
    finally:
        done.set()
        holder.join()


def cut_off(mine):
    """End this connection as an administrator of the server does; it is told when it asks next."""
    own = mine.connection.info.backend_pid

    def end():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
        connections.close_all()

    other = threading.Thread(target=end)
    other.start()
    other.join()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's readers never wait for a writer")
@pytest.mark.django_db(transaction=True)
def test_a_locked_table_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(availability, "PATIENCE_MS", 300)
    with held_table("certificates_certificate"), pytest.raises(RegisterAway):
        lookup.told_about_token("x" * 32, now=AFTER)
    cache.clear()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite asks its own file")
@pytest.mark.django_db(transaction=True)
def test_a_question_to_a_locked_table_is_given_up_and_the_next_one_answered(monkeypatch, issued):
    monkeypatch.setattr(availability, "PATIENCE_MS", 300)
    stamp = access.stamp_of(issued.token)
    with held_table("certificates_certificate"), pytest.raises(RegisterAway):
        access.stamp_of(issued.token)
    cache.clear()
    assert access.stamp_of(issued.token) == stamp == (issued.status, access.moment_of(issued.status_at))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server to cut it off")
@pytest.mark.django_db(transaction=True)
def test_after_the_server_has_cut_it_off_the_register_asks_over_a_new_connection(issued):
    stamp = access.stamp_of(issued.token)
    cut_off(connection)
    assert access.stamp_of(issued.token) == stamp
