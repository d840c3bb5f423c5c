"""Puts the demonstration's interactive packages into a college's collection, packed from their files."""

import zipfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from courses.packages.models import Package
from courses.packages.services.packages import keep_package
from lms.accounts.models import User
from lms.demo.organisations import collection_of
from lms.organisations.models import Organisation

FOLDER = Path(__file__).parent / "data" / "packages"


def load_package(name: str, *, title: str, college: Organisation, actor: User | None, now: datetime) -> Package:
    """Return the college's package of this title, made from the folder of this name when it is missing."""
    collection = collection_of(college)
    present = Package.objects.filter(collection=collection, title=title).first()
    if present is not None:
        return present
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    packed = settings.UPLOAD_DIR / f"{uuid4()}.part"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((FOLDER / name).iterdir()):
            archive.write(path, path.name)
    return keep_package(packed, title=title, collection=collection, actor=actor, now=now)
