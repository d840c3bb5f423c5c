"""The words of a message: the notice's own, and what stands around them."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.models import User
from lms.notices.kinds import Words
from lms.notices.models import Notice

SALT = "notices.stop"


def language_of(user: User) -> str:
    """Return the language in which this person reads what is sent to her."""
    return user.language or settings.LANGUAGE_CODE


def in_language_of(user: User) -> AbstractContextManager[None]:
    """Write what follows in the language that this person reads, whoever acts."""
    return override(language_of(user))


def link_of(notice: Notice) -> str:
    """Return the public address that opens the notice's matter, and marks it as read."""
    return f"{settings.PUBLIC_URL}{notice.get_absolute_url()}"


def sms_of(notice: Notice) -> str:
    """Return the text of an SMS, signed in front as the networks ask."""
    return signed(notice.words, link_of(notice) if notice.url else "")


def signed(words: Words, link: str) -> str:
    """Return the words of an SMS with our name in front and the link behind."""
    text = _("[Funeng] %(subject)s: %(text)s") % {"subject": words.subject, "text": words.text}
    return f"{text} {link}".strip()


def stop_token(user: User, kind: str) -> str:
    """Return what proves that the link came to this person: her key and the kind, signed."""
    return signing.dumps([user.pk, kind], salt=SALT)


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return (person, kind) of a link from a mail, or None for one that is not ours."""
    try:
        user_id, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return int(user_id), str(kind)


def stop_address(user: User, kind: str) -> str:
    """Return the public address that ends mails of this kind, without signing in."""
    return f"{settings.PUBLIC_URL}{reverse('notices:stop', args=[stop_token(user, kind)])}"
