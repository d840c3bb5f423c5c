"""A fresh site: the operator makes the first association with one command, and its head comes in by the link of a mail."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command

from courses.tenancy.models import Invitation
from lms.core import ledger
from lms.notices.gateways import MemorySmsGateway
from lms.organisations.models import Membership, Organisation

pytestmark = pytest.mark.django_db
FIRST = {"name": "申城康复辅助器具协会", "slug": "shencheng", "contact": "shen@example.org"}
LINK = re.compile(r"/join/[\w-]+/")


@pytest.fixture(autouse=True)
def today(now):
    MemorySmsGateway.outbox.clear()
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def found(django_capture_on_commit_callbacks):
    """Return a function that runs the command as an operator does: `found(slug="x")` changes an option."""

    def run(**changes):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("found_association", **{**FIRST, **changes})

    return run


@pytest.fixture
def invite(django_capture_on_commit_callbacks):
    def run(**changes):
        options = {"organisation": "shencheng", "role": "course_reviewer", "contact": "13811112222", **changes}
        with django_capture_on_commit_callbacks(execute=True):
            call_command("invite_person", **options)

    return run


@pytest.fixture
def with_mail(make_user):
    """Return a function that makes a person who has proved an e-mail."""

    def make(address):
        person = make_user("沈国强")
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        return person

    return make


def enter(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_association_stands_and_its_head_has_mail(found, capsys):
    found()
    association = Organisation.objects.get()
    assert (association.name, association.slug, association.kind) == (FIRST["name"], "shencheng", "association")
    (letter,) = mail.outbox
    assert letter.to == ["shen@example.org"]
    assert FIRST["name"] in letter.subject
    assert LINK.search(letter.body)
    told = capsys.readouterr().out
    assert "s***@example.org" in told
    assert not LINK.search(told)


def test_both_acts_are_in_the_ledger(found):
    found()
    assert [entry.kind for entry in ledger.entries_about(Organisation.objects.get())] == ["tenancy.association_founded"]
    (invited,) = ledger.entries_about(Invitation.objects.get())
    assert (invited.kind, invited.facts["role"], invited.actor_id) == ("tenancy.invited", "head", None)
    assert FIRST["contact"] not in str(invited.facts)


def test_who_accepts_is_its_head_and_invites_the_first_college(found, with_mail, client):
    found()
    link = LINK.search(mail.outbox[0].body)[0]
    head = with_mail("shen@example.org")
    assert enter(client, head).post(link).status_code == 302
    assert list(Membership.objects.filter(user=head).values_list("organisation__slug", "role")) == [("shencheng", "head")]
    assert client.get("/desk/invitations/organisation/").status_code == 200


def test_who_was_not_invited_becomes_no_head(found, with_mail, client):
    found()
    link = LINK.search(mail.outbox[0].body)[0]
    assert enter(client, with_mail("other@example.org")).post(link).status_code == 403
    assert not Membership.objects.exists()


def test_there_is_no_second_first_association(found):
    found()
    with pytest.raises(CommandError, match="shencheng"):
        found(name="另一个协会", slug="other")
    assert Organisation.objects.count() == 1
    assert len(mail.outbox) == 1


def test_a_college_that_is_here_already_does_not_stand_in_the_way_but_keeps_its_name(found, college):
    with pytest.raises(CommandError):
        found(name=college.name)
    with pytest.raises(CommandError):
        found(slug=college.slug)
    found()
    assert Organisation.objects.filter(kind="association").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "长" * 121}, {"name_en": "x" * 161}, {"slug": "申城"}, {"contact": "123"}, {"contact": "shen@"}],
)
def test_a_slip_of_the_pen_is_told_and_nothing_is_kept(found, wrong):
    with pytest.raises(CommandError):
        found(**wrong)
    assert not Organisation.objects.exists()
    assert not mail.outbox


def test_the_operator_invites_into_an_office_that_no_page_gives_out(found, invite, make_user, client):
    found()
    invite()
    ((phone, text),) = MemorySmsGateway.outbox
    assert phone == "+8613811112222"
    reviewer = make_user("蒋慧", phone=phone)
    assert enter(client, reviewer).post(LINK.search(text)[0]).status_code == 302
    assert Membership.objects.get(user=reviewer).role == "course_reviewer"


def test_a_head_whose_invitation_ran_out_is_invited_again(found, invite, today):
    found()
    with pytest.raises(CommandError):
        invite(role="head", contact=FIRST["contact"])
    Invitation.objects.update(expires_at=today)
    invite(role="head", contact=FIRST["contact"])
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("wrong", [{"organisation": "nobody"}, {"contact": "x"}])
def test_nobody_is_invited_to_nowhere_or_at_no_address(found, invite, wrong):
    found()
    with pytest.raises(CommandError):
        invite(**wrong)
    assert Invitation.objects.count() == 1
