"""What happens to people and their documents."""

import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from lms.accounts.models import IdentityDocument, User
from lms.accounts.rules import DocumentKind, Sex, check_birth_date, read_identity
from lms.core import ledger
from lms.core.crypto import blind_index
from lms.core.errors import DomainError

# Proving a contact, see docs/decisions/0008-proving-a-contact.md


def begin_sign_up(*, name: str, phone: str | None) -> User:
    """Return a new account that nobody can open yet: its phone is not proved, and an e-mail it has none.

    Several people may begin with the same number; it becomes hers who types in the code.
    """
    return User.objects.create_person(name=name, phone=phone)


def person_by_proved_email(email: str) -> User | None:
    """Return the active person who has proved this address."""
    proved = EmailAddress.objects.filter(email=email.lower(), verified=True, user__is_active=True).select_related("user").first()
    return proved.user if proved is not None else None


def free_unproved_phone(phone: str, *, for_user: User) -> None:
    """Take the number from every other account that only claimed it."""
    User.objects.filter(phone=phone, phone_verified=False).exclude(pk=for_user.pk).update(phone=None)


@transaction.atomic
def free_unproved_email(email: str, *, for_user: User) -> None:
    """Take the address from every other account that only claimed it.

    Raises `DomainError("accounts.email_taken")` (409) when another account has proved it already.
    """
    others = EmailAddress.objects.filter(email=email.lower()).exclude(user=for_user)
    if others.filter(verified=True).exists():
        raise DomainError("accounts.email_taken", status=409)
    others.delete()
    User.objects.filter(email__iexact=email).exclude(pk=for_user.pk).update(email=None)


def take_email_of_code(user: User, email: str) -> None:
    """Give the address to who has just typed in the code mailed to it; allauth then marks it as proved.

    Raises `DomainError("accounts.email_taken")` (409) when another account has proved it meanwhile.
    """
    free_unproved_email(email, for_user=user)
    EmailAddress.objects.get_or_create(user=user, email=email.lower())


# Documents


def document_index(number: str) -> str:
    """Return the blind index (64 hex) under which a document of this number, as `rules.read_identity` gives it, is found."""
    return blind_index(number, "identity-document")


@transaction.atomic
def record_identity(
    user: User,
    *,
    kind: str,
    number: str,
    actor: User,
    now: datetime.datetime,
    birth_date: datetime.date | None = None,
    sex: str | None = None,
) -> IdentityDocument:
    """Store who the person is on paper, or correct it while nothing depends on it.

    A resident number says birth date and sex itself; other documents need both. Raises `DomainError`
    (422) for a wrong number, for a birth date or sex that disagrees with it (I11), and
    `accounts.document_taken` when another account holds the same number, whatever kind of document it called it.
    """
    read = read_identity(DocumentKind(kind), number, today=now.date())
    if read.birth_date and birth_date and read.birth_date != birth_date:
        raise DomainError("accounts.birth_date_disagrees", status=422)
    if read.sex and sex and read.sex != sex:
        raise DomainError("accounts.sex_disagrees", status=422)
    born, stated_sex = read.birth_date or birth_date, read.sex or (Sex(sex) if sex else None)
    if born is None or stated_sex is None:
        raise DomainError("accounts.birth_date_and_sex_needed", status=422)
    check_birth_date(born, today=now.date())
    index = document_index(read.number)
    if IdentityDocument.objects.filter(number_index=index).exclude(user=user).exists():
        raise DomainError("accounts.document_taken", status=409)
    try:
        with transaction.atomic():
            document, _created = IdentityDocument.objects.update_or_create(
                user=user,
                defaults={
                    "kind": read.kind.value,
                    "number": read.number,
                    "number_index": index,
                    "birth_date": born,
                    "sex": stated_sex.value,
                    "recorded_at": now,
                },
            )
    except IntegrityError:
        raise DomainError("accounts.document_taken", status=409) from None
    ledger.append("accounts.identity_recorded", subject=document, actor=actor, now=now, index=index)
    return document


@transaction.atomic
def reveal_number(document: IdentityDocument, *, actor: User, purpose: str, now: datetime.datetime) -> str:
    """Return the full number and write down who read it and why (I39, I43)."""
    ledger.append("accounts.number_read", subject=document, actor=actor, now=now, purpose=purpose)
    return document.number
