"""What a device keeps of a course to read without a network: pages of text, figures, transcripts and slides."""

import json
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac

from courses.catalogue.models import LessonPage
from courses.learning.models import Enrolment
from courses.learning.selectors.progress import outline_for
from courses.media.models import CaptionTrack
from lms.accounts.models import User
from lms.core.static_files import text_of

STYLES = ("site", "pages/learning", "pages/media", "pages/packages")
SCRIPTS = ("offline", "offline-store", "slides", "transcript", "watched")
WORKER = "js/media/offline-worker.js"


def owner_key(user: User) -> str:
    """Return what a device knows of its owner: enough to tell another person, nothing about this one."""
    return salted_hmac("courses.media.offline", str(user.pk)).hexdigest()[:24]


def shell_assets() -> list[str]:
    """Return the addresses that every offline page needs."""
    styles = [static(f"css/{name}.css") for name in STYLES]
    scripts = [static(f"js/media/{name}.js") for name in SCRIPTS]
    # Modules import one another by their plain names.
    plain = [f"{settings.STATIC_URL}js/media/{name}.js" for name in SCRIPTS]
    return sorted({*styles, *scripts, *plain, static("img/icons.svg"), static("img/favicon.svg"), reverse("media:shelf")})


@cache
def worker_script() -> str:
    """Return the service worker; a change to it or to any asset makes a new version of the shell."""
    code = text_of(WORKER)
    assets = shell_assets()
    texts = [text_of(name) for name in (*(f"css/{name}.css" for name in STYLES), *(f"js/media/{name}.js" for name in SCRIPTS))]
    version = sha256("".join([code, *assets, *texts]).encode()).hexdigest()[:12]
    shell = {"version": version, "assets": assets, "shelf": reverse("media:shelf"), "logout": reverse("account_logout")}
    return f"const SHELL = {json.dumps(shell)};\n{code}"


def pack_of(enrolment: Enrolment) -> dict[str, Any]:
    """Return what to keep of the version of the course that the person learns by.

    Three queries; `version` changes with any lesson or caption in it. A lesson is found without a network at each of
    its `urls`: the learner's own and, while it is published, the public one. `left` is where she stopped on any device.
    """
    outline = outline_for(enrolment)
    pages = LessonPage.objects.live().defer("body").in_bulk([lesson.pk for lesson in outline.lessons])
    lessons = [
        {
            "pk": lesson.pk,
            "title": lesson.title,
            "module": part.module.title,
            "urls": [lesson.url, *([pages[lesson.pk].url] if lesson.pk in pages else [])],
            "page": reverse("media:offline_lesson", args=[lesson.pk]),
            "revision": lesson.revision,
        }
        for part in outline.parts
        for lesson in part.lessons
    ]
    shown = CaptionTrack.objects.filter(recording__releases__lesson__in=[row["pk"] for row in lessons])
    said = sorted(set(shown.values_list("pk", "version")))
    done = sorted(enrolment.completions.values_list("lesson_id", flat=True))
    version = sha256(json.dumps([outline.title, lessons, said]).encode()).hexdigest()[:16]
    return {
        "course": enrolment.course_id,
        "title": outline.title,
        "version": version,
        "owner": owner_key(enrolment.user),
        "lessons": lessons,
        "read": done,
        "left": {"lesson": enrolment.last_lesson_id, "block": enrolment.last_block},
    }
