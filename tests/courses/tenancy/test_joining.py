"""An association invites, somebody with that phone accepts, and a whole college stands there; nobody else gets in."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, Page

from courses.catalogue.models import CollegePage
from courses.tenancy.models import Invitation
from courses.tenancy.rules import MOST_SENDINGS
from courses.tenancy.services.invitations import Contact, Newcomer, invite_member, invite_organisation, send_again
from courses.tenancy.services.joining import accept_invitation, join_organisation
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.gateways import MemorySmsGateway
from lms.notices.models import Notice
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Kind, Role

pytestmark = pytest.mark.django_db
NEW = Newcomer(kind=Kind.COLLEGE, name="崇明康养学院", slug="chongming", name_en="Chongming College")
PHONE = "+8613811112222"
LINK = re.compile(r"/join/[\w-]+/")
FORM = {"kind": "college", "name": NEW.name, "name_en": "", "slug": "chongming", "contact": "138 1111 2222"}


@pytest.fixture(autouse=True)
def empty_outbox():
    MemorySmsGateway.outbox.clear()


@pytest.fixture
def today(now):
    """Views ask the clock; the invitations of these tests must not have run out by then."""
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def founder(make_user):
    return make_user("崇老师", phone=PHONE)


def invited(association, head, now, contact=None):
    return invite_organisation(NEW, inviter=association, contact=contact or Contact(phone=PHONE), actor=head, now=now)


def link_in(text):
    return LINK.search(text)[0]


def test_the_head_of_the_association_invites_a_college_by_phone(
    head, enter, today, association, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = enter(head).post("/desk/invitations/organisation/", FORM)
    assert answer.headers["Location"] == "/desk/invitations/"
    ((phone, text),) = MemorySmsGateway.outbox
    assert phone == PHONE
    assert link_in(text)
    invitation = Invitation.objects.get()
    assert invitation.token_hash not in text
    assert invitation.expires_at == today + datetime.timedelta(days=14)
    entry = LedgerEntry.objects.get(kind="tenancy.invited")
    assert PHONE not in str(entry.facts)
    assert NEW.name in enter(head).get("/desk/invitations/").content.decode()


def test_an_author_invites_no_organisation(author, enter):
    assert enter(author).get("/desk/invitations/organisation/").status_code == 403
    assert enter(author).post("/desk/invitations/organisation/", FORM).status_code == 403
    assert not Invitation.objects.exists()


def test_who_accepts_has_a_college_with_all_that_it_needs(association, head, founder, now):
    organisation = accept_invitation(invited(association, head, now), actor=founder, now=now)
    tree = CollegePage.objects.get(organisation=organisation)
    assert (organisation.slug, organisation.kind, tree.live) == ("chongming", "college", True)
    assert set(Membership.objects.filter(user=founder).values_list("role", flat=True)) == {"college_admin", "author"}
    assert founder.groups.filter(name="chongming authors").exists()
    assert Collection.objects.filter(name=NEW.name).exists()
    assert tree.get_workflow() is not None
    assert tree.permissions_for_user(founder).can_add_subpage()
    assert not tree.permissions_for_user(founder).can_publish()
    assert association in organisation.partners.all()
    assert {entry.kind for entry in ledger.entries_about(organisation)} >= {"tenancy.organisation_joined"}


def test_the_invited_person_makes_an_account_first_and_then_accepts(
    association, head, client, make_user, today, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invited(association, head, today)
    path = link_in(MemorySmsGateway.outbox[0][1])
    door = client.get(path)
    assert door.headers["Location"] == f"/accounts/signup/?next={path.replace('/', '%2F')}"
    assert NEW.name in client.get(door.headers["Location"]).content.decode()
    founder = make_user("崇老师", phone=PHONE)
    client.force_login(founder, backend="django.contrib.auth.backends.ModelBackend")
    assert 'class="button button--big"' in client.get(path).content.decode()
    assert client.post(path).headers["Location"] == "/desk/college/chongming/"
    page = client.get("/desk/college/chongming/")
    assert page.status_code == 200
    assert NEW.name in page.content.decode()
    assert client.get(path).status_code == 410


def test_somebody_with_an_account_goes_to_sign_in_and_finds_the_link_among_her_notices(
    association, head, founder, client, today, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invited(association, head, today)
    path = Notice.objects.get(user=founder).url
    assert client.get(path).headers["Location"].startswith("/accounts/login/?next=")


def test_a_link_that_was_passed_on_lets_nobody_else_in(
    association, head, make_user, enter, today, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invited(association, head, today)
    path = link_in(MemorySmsGateway.outbox[0][1])
    client = enter(make_user("捡到链接的人"))
    assert "138****2222" in client.get(path).content.decode()
    assert client.post(path).status_code == 403
    assert not Organisation.objects.filter(slug="chongming").exists()


def test_an_e_mail_counts_once_it_is_proved(association, head, make_user, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(association, head, now, Contact(email="chong@example.org"))
    assert mail.outbox[0].to == ["chong@example.org"]
    person = make_user("崇老师")
    row = EmailAddress.objects.create(user=person, email="chong@example.org", verified=False, primary=True)
    with pytest.raises(DomainError, match="other_contact"):
        accept_invitation(invitation, actor=person, now=now)
    EmailAddress.objects.filter(pk=row.pk).update(verified=True)
    assert accept_invitation(invitation, actor=person, now=now).slug == "chongming"


def test_after_fourteen_days_the_door_is_shut(association, head, founder, now):
    invitation = invited(association, head, now)
    late = now + datetime.timedelta(days=14)
    with pytest.raises(DomainError, match="invitation_over"):
        accept_invitation(invitation, actor=founder, now=late)
    assert accept_invitation(invitation, actor=founder, now=late - datetime.timedelta(seconds=1))


def test_a_withdrawn_invitation_opens_nothing(association, head, founder, enter, now):
    invitation = invited(association, head, now)
    assert enter(head).post(f"/desk/invitations/{invitation.pk}/withdraw/").status_code == 302
    invitation.refresh_from_db()
    with pytest.raises(DomainError, match="invitation_withdrawn"):
        accept_invitation(invitation, actor=founder, now=now)


def test_sending_again_ends_the_old_link(association, head, now, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(association, head, now)
        send_again(invitation, actor=head, now=now + datetime.timedelta(days=10))
    old, new = (link_in(text) for _phone, text in MemorySmsGateway.outbox)
    with time_machine.travel(now + datetime.timedelta(days=20)):
        assert client.get(old).status_code == 404
        assert client.get(new).status_code == 302


def test_nobody_is_pestered(association, head, now):
    invitation = invited(association, head, now)
    for _time in range(MOST_SENDINGS - 1):
        send_again(invitation, actor=head, now=now)
    with pytest.raises(DomainError, match="sent_too_often"):
        send_again(invitation, actor=head, now=now)


@pytest.mark.parametrize(
    ("newcomer", "code"),
    [
        (Newcomer(Kind.COLLEGE, "另一个", "pujiang-college"), "address_taken"),
        (Newcomer(Kind.COLLEGE, "浦江康养职业学院", "new-one"), "name_taken"),
        (Newcomer(Kind.COLLEGE, "另一个", "../admin"), "bad_address"),
    ],
)
def test_what_is_taken_or_crooked_is_refused(association, college, head, now, newcomer, code):
    with pytest.raises(DomainError, match=code):
        invite_organisation(newcomer, inviter=association, contact=Contact(phone=PHONE), actor=head, now=now)


def test_the_same_college_is_not_invited_twice(association, head, now):
    invited(association, head, now)
    with pytest.raises(DomainError, match="already_invited"):
        invited(association, head, now)


def test_joining_happens_whole_or_not_at_all(association, founder, now):
    before = (Page.objects.count(), Membership.objects.count())
    with pytest.raises(DomainError, match="not_a_college"):
        join_organisation(
            Newcomer(Kind.AUTHORITY, "某局", "bureau"), reviewers=association, founder=founder, actor=founder, now=now
        )
    assert (Page.objects.count(), Membership.objects.count()) == before
    assert not Organisation.objects.filter(slug="bureau").exists()


@pytest.mark.parametrize("kind", [Kind.COLLEGE, Kind.EMPLOYER, Kind.BASE, Kind.STUDIO])
def test_a_college_a_firm_a_base_and_a_studio_each_get_a_tree(association, founder, now, kind):
    organisation = join_organisation(
        Newcomer(kind, f"某{kind}", f"a-{kind}"), reviewers=association, founder=founder, actor=founder, now=now
    )
    assert organisation.college_page.live


def test_the_administrator_invites_an_author(
    administrator, college, tree, enter, founder, today, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = enter(administrator).post("/desk/invitations/person/", {"role": "author", "contact": "13811112222"})
    assert answer.status_code == 302
    path = Notice.objects.get(user=founder).url
    assert enter(founder).post(path).headers["Location"] == f"/desk/college/{college.slug}/"
    assert tree.permissions_for_user(founder).can_add_subpage()


@pytest.mark.parametrize("role", [Role.HEAD, Role.EXAM_OFFICER, Role.COURSE_REVIEWER, Role.ASSESSOR])
def test_no_office_of_an_assessment_is_given_by_invitation(administrator, enter, role):
    answer = enter(administrator).post("/desk/invitations/person/", {"role": role.value, "contact": "13811112222"})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_another_colleges_administrator_neither_sees_nor_moves_it(administrator, other_administrator, college, enter, now):
    invitation = invite_member(college, role=Role.AUTHOR, contact=Contact(phone=PHONE), actor=administrator, now=now)
    client = enter(other_administrator)
    assert "13811112222" not in client.get("/desk/invitations/").content.decode()
    for verb in ("again", "withdraw"):
        assert client.post(f"/desk/invitations/{invitation.pk}/{verb}/").status_code == 404
    invitation.refresh_from_db()
    assert (invitation.status, invitation.sendings) == ("open", 1)


def test_who_has_the_role_is_not_invited_to_it(administrator, author, college, now):
    with pytest.raises(DomainError, match="already_member"):
        invite_member(college, role=Role.AUTHOR, contact=Contact(phone=author.phone), actor=administrator, now=now)


def test_first_steps_are_for_the_college_alone(administrator, other_author, college, enter):
    assert enter(other_author).get(f"/desk/college/{college.slug}/").status_code == 404
    assert enter(administrator).get(f"/desk/college/{college.slug}/").status_code == 200


def test_the_list_costs_the_same_for_two_and_for_many(administrator, college, enter, now):
    def queries():
        with CaptureQueriesContext(connection) as context:
            assert enter(administrator).get("/desk/invitations/").status_code == 200
        return len(context)

    for number in range(2):
        invite_member(college, role=Role.AUTHOR, contact=Contact(phone=f"+861390001000{number}"), actor=administrator, now=now)
    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    for number in range(10, 40):
        invite_member(college, role=Role.AUTHOR, contact=Contact(phone=f"+86139000100{number}"), actor=administrator, now=now)
    assert queries() == few
    assert "?before=" in enter(administrator).get("/desk/invitations/").content.decode()
