"""An association with a head, and a second college with its author."""

import pytest

from courses.catalogue.services import open_college_tree
from lms.organisations.models import Organisation
from lms.organisations.rules import Role


@pytest.fixture
def head(make_user, member, association):
    return member(make_user("沈会长"), association, Role.HEAD)


@pytest.fixture
def administrator(make_user, member, college, tree):
    return member(make_user("秦院长"), college, Role.COLLEGE_ADMIN)


@pytest.fixture
def other(association):
    organisation = Organisation.objects.create(name="临港技术学院", slug="lingang", kind="college")
    open_college_tree(organisation, reviewers=association)
    return organisation


@pytest.fixture
def other_author(make_user, member, other):
    return member(make_user("许老师"), other, Role.AUTHOR)


@pytest.fixture
def other_administrator(make_user, member, other):
    return member(make_user("何院长"), other, Role.COLLEGE_ADMIN)


@pytest.fixture
def enter(client):
    """Return a function that signs a person in and returns the client."""

    def sign_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
