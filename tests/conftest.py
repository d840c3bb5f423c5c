"""The cast that all tests share: a few people, a college, two assessment bodies, the authority."""

import datetime
import itertools
import shutil
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import blocking_manager_key

from tests import schema

SHANGHAI = ZoneInfo("Asia/Shanghai")


COMMITTING = {"transactional_db", "live_server"}
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "site"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Begin with the journeys: they take longest, so the other worker is busy meanwhile.

    On PostgreSQL only what asks a database is run again, and of all that needs a browser the journey that goes the whole
    way: rules, files and pages are the same on both.
    """
    if schema.database_url():
        again = [item for item in items if _asks_a_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = again
    items.sort(key=lambda item: "journeys" not in item.nodeid)
    items[:] = shares_first(items)


def shares_first(items):
    """Order the tests of each module by how many shared fixtures they use; what one shares stays until the module's end."""
    place = {}
    for item in items:
        place.setdefault(item.getparent(pytest.Module), len(place))
    shared = lambda item: sum(name.startswith("shared_") for name in getattr(item, "fixturenames", ()))  # noqa: E731
    return sorted(items, key=lambda item: (place[item.getparent(pytest.Module)], shared(item)))


def _asks_a_database(item):
    if "journeys" in item.nodeid:
        return "test_whole_way" in item.nodeid
    if "browser" in getattr(item, "fixturenames", ()):
        return False
    # Other markers and fixtures than these start processes or servers of their own.
    return (
        item.get_closest_marker("django_db") is not None
        or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
        or item.get_closest_marker("own_database") is not None
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the test database begin as a copy of the migrated schema; what `migrate` then finds is nothing to do."""
    from django.db import connection
    from django.db.backends.signals import connection_created

    if schema.database_url():
        connection.settings_dict["TEST"]["TEMPLATE"] = schema.postgres_schema()
    else:
        connection_created.connect(schema.copy_schema)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the browser that Playwright would download is not used.

    One for each module and closed after it: Playwright keeps an event loop running in the test's own thread, where
    a second one, or the loop in which pyHanko signs, cannot start.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: apt-get install chromium"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the loop makes Django believe that the test is asynchronous
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def each_test_begins_in_chinese() -> Iterator[None]:
    """A page read in English leaves its language on in the thread; the next test must not inherit it."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


NOW = datetime.datetime(2026, 9, 7, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def now() -> datetime.datetime:
    """A Monday morning in Shanghai without a public holiday near."""
    return NOW


@pytest.fixture
def make_user(db) -> Callable:
    """Return a function that makes a person: `make_user("王小芳")`."""
    phones = itertools.count(13_900_000_001)

    def make(name: str, *, phone: str | None = None, **extra):
        return make_person(name, phone=phone or f"+86{next(phones)}", **extra)

    return make


def make_person(name: str, *, phone: str, password: str = "correct horse battery", **extra):
    from lms.accounts.models import User

    return User.objects.create_person(name=name, phone=phone, phone_verified=True, password=password, **extra)


@pytest.fixture
def member(db) -> Callable:
    """Return a function that gives a person roles: `member(user, organisation, Role.HEAD)`."""
    return join


def join(user, organisation, *roles):
    from lms.organisations.services import add_member

    for role in roles:
        add_member(user, organisation, role, actor=None, now=NOW)
    return user


def _organisation(name: str, slug: str, kind: str):
    from lms.organisations.models import Organisation

    facts = {"name": name, "name_en": slug.replace("-", " ").title(), "kind": kind}
    return Organisation.objects.get_or_create(slug=slug, defaults=facts)[0]


def make_college():
    return _organisation("浦江康养职业学院", "pujiang-college", "college")


def make_association():
    return _organisation("申城康复辅助器具行业协会", "shencheng-association", "association")


@pytest.fixture
def college(db):
    """A college that publishes courses."""
    return make_college()


@pytest.fixture
def association(db):
    """The assessment body of most tests: an industry association."""
    return make_association()


@pytest.fixture
def employer(db):
    """A second assessment body, whose staff must see nothing of the first."""
    return _organisation("江湾养老服务集团", "jiangwan-care", "employer")


@pytest.fixture
def authority(db):
    """The authority that watches."""
    return _organisation("示例市民政局", "demo-civil-affairs", "authority")


FELLED = pytest.StashKey[bool]()
"""Whether a test that commits has emptied the database, the roots of Wagtail's trees with it."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Plant the trees again, for good, before the first test that finds them felled; each would have to otherwise."""
    if item.config.stash.get(FELLED, False) and not _commits(item) and _asks_a_database(item):
        with item.config.stash[blocking_manager_key].unblock():
            plant_the_trees()
        item.config.stash[FELLED] = False


@pytest.fixture(autouse=True)
def page_trees(request):
    """See to it that the roots of Wagtail's trees are there: its migrations made them, and a test that commits fells them."""
    marker = request.node.get_closest_marker("django_db")
    if marker or {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        transactional = _commits(request.node)
        request.getfixturevalue("transactional_db" if transactional else "db")
        plant_the_trees()
        if transactional:
            request.config.stash[FELLED] = True


@pytest.fixture(scope="module")
def shared_rows(request, django_db_setup, django_db_blocker) -> Iterator[bool]:
    """A transaction around all tests of a module, for rows that are slow to make: each test works in a savepoint of it.

    False where a test of the module commits: each makes its own rows then. A fixture that makes shared rows is of the
    module's scope and asks for this one; `shares_first` sees to it that tests which want none of them come before.
    """
    from django.db import transaction

    if any(_commits(item) for item in request.session.items if item.getparent(pytest.Module) is request.node):
        yield False
        return
    with django_db_blocker.unblock(), transaction.atomic():
        plant_the_trees()
        yield True
        transaction.set_rollback(True)


def _commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


def plant_the_trees() -> None:
    from wagtail.models import Collection, Locale, Page, Site

    locale, _created = Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.exists():
        root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
        home = root.add_child(instance=Page(title="Home", slug="home", locale=locale))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
