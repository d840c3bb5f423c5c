"""How an organisation looks: a colour that can be read and a logo that can do nothing but be seen."""

import datetime
import hashlib
import io
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image

from courses.catalogue.rules import check_svg
from courses.tenancy.models import Brand
from courses.tenancy.rules import check_accent
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.uploads import BROKEN_PICTURE
from lms.organisations.models import Organisation

MAX_LOGO_BYTES = 300_000
MAX_LOGO_SIDE = 2_000
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Logo:
    """A checked logo: an SVG re-written from its shapes, or a PNG painted anew."""

    data: bytes
    content_type: str
    width: int
    height: int


def check_logo(upload: "UploadedFile[bytes]") -> Logo:
    """Return the logo as it may be shown. Raises `DomainError` (422) `tenancy.bad_logo` or what `check_svg` raises."""
    data = upload.read(MAX_LOGO_BYTES + 1)
    if not data or len(data) > MAX_LOGO_BYTES:
        raise DomainError("tenancy.bad_logo", status=422)
    if data.startswith(PNG):
        return _repainted(data)
    drawing = check_svg(data)
    return Logo(drawing.text.encode(), "image/svg+xml", drawing.width, drawing.height)


def _repainted(data: bytes) -> Logo:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if max(picture.size) > MAX_LOGO_SIDE:
                raise DomainError("tenancy.bad_logo", status=422)
            painted = picture.convert("RGBA")
        out = io.BytesIO()
        painted.save(out, "PNG", optimize=True)
    except DomainError:
        raise
    except BROKEN_PICTURE:
        raise DomainError("tenancy.bad_logo", status=422) from None
    return Logo(out.getvalue(), "image/png", painted.width, painted.height)


@transaction.atomic
def set_brand(
    organisation: Organisation, *, accent: str, logo: Logo | None, drop_logo: bool, actor: User, now: datetime.datetime
) -> Brand:
    """Keep colour and logo; an empty `accent` is the house's own, no `logo` keeps the one that is there.

    Raises what `check_accent` raises.
    """
    brand, _created = Brand.objects.select_for_update().get_or_create(organisation=organisation)
    brand.accent = check_accent(accent) if accent.strip() else ""
    if logo is not None:
        brand.logo, brand.logo_type = logo.data, logo.content_type
        brand.logo_sha256 = hashlib.sha256(logo.data).hexdigest()
        brand.logo_width, brand.logo_height = logo.width, logo.height
    elif drop_logo:
        brand.logo, brand.logo_type, brand.logo_sha256 = b"", "", ""
    brand.save()
    ledger.append("tenancy.brand_set", subject=organisation, actor=actor, now=now, accent=brand.accent, logo=brand.logo_sha256)
    return brand
