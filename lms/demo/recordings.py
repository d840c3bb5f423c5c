"""Puts the demonstration's films and sounds into a college's collection, with captions and a film's picture."""

import shutil
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import yaml
from django.conf import settings

from courses.media.models import Recording
from courses.media.services.captions import upload_captions
from courses.media.services.recordings import keep_recording, set_poster
from lms.accounts.models import User
from lms.demo.organisations import collection_of
from lms.organisations.models import Organisation

FOLDER = Path(__file__).parent / "data" / "recordings"


def load_recording(name: str, *, college: Organisation, actor: User | None, now: datetime) -> Recording:
    """Return the college's recording of this name, stored when it is missing."""
    title = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["title"]
    collection = collection_of(college)
    present = Recording.objects.filter(collection=collection, title=title).first()
    if present is not None:
        return present
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    copy = settings.UPLOAD_DIR / f"{uuid4()}.part"
    film, sound, picture = (FOLDER / f"{name}.{ending}" for ending in ("mp4", "mp3", "jpg"))
    shutil.copyfile(film if film.exists() else sound, copy)
    recording = keep_recording(copy, title=title, collection=collection, actor=actor, now=now)
    if picture.exists():
        set_poster(recording, picture=picture.read_bytes())
    captions = (FOLDER / f"{name}.srt").read_bytes()
    upload_captions(recording, language="zh-Hans", data=captions, actor=actor, now=now)
    return recording
