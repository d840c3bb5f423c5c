"""A venue is opened by an organisation's administrator or the operator, and is seen once its authors publish it."""

import pytest
from django.core.management import CommandError, call_command

from courses.venues.models import VenuePage
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
FORM = {"title": "浦江体验馆", "address": "临港大道1号", "summary": "可以试用轮椅。"}


@pytest.fixture
def administrator(make_user, member, college, tree):
    return member(make_user("秦院长"), college, Role.COLLEGE_ADMIN)


def test_an_administrator_opens_a_venue_completes_it_and_publishes(client, administrator, college):
    where = f"/desk/college/{college.slug}/venues/"
    client.force_login(administrator)
    assert client.post(where, FORM | {"address": ""}).status_code == 422
    assert not VenuePage.objects.exists()
    answer = client.post(where, FORM)
    venue = VenuePage.objects.get()
    assert (venue.organisation, venue.live) == (college, False)
    assert answer.headers["Location"] == f"/cms/pages/{venue.pk}/edit/"
    assert "浦江体验馆" in client.get(where).content.decode()
    assert client.get("/venues/").content.decode().count("浦江体验馆") == 0
    assert venue.permissions_for_user(administrator).can_publish()
    assert client.post(where, FORM).status_code == 422
    assert VenuePage.objects.count() == 1


def test_only_administrators_of_the_organisation_open_one(
    client, tree, author, administrator, make_user, member, employer, college
):
    stranger = member(make_user("别家"), employer, Role.COLLEGE_ADMIN)
    for person in (author, stranger):
        client.force_login(person)
        assert client.post(f"/desk/college/{college.slug}/venues/", FORM).status_code == 404
    client.force_login(stranger)
    assert client.post(f"/desk/college/{employer.slug}/venues/", FORM).status_code == 404
    assert not VenuePage.objects.exists()


def test_the_operator_opens_one_by_command(tree, author, association, capsys):
    named = {name: f"--{name}={value}" for name, value in FORM.items()}
    call_command("open_venue", "--organisation=pujiang-college", *named.values())
    assert VenuePage.objects.get().permissions_for_user(author).can_publish()
    call_command("open_venue", f"--organisation={association.slug}", *named.values())
    assert "no authors" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no organisation"):
        call_command("open_venue", "--organisation=nobody", *named.values())
    with pytest.raises(CommandError, match="title"):
        call_command("open_venue", "--organisation=pujiang-college", *(named | {"title": "--title="}).values())
    assert VenuePage.objects.count() == 2
