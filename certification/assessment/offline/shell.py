"""The page that a tablet keeps: its worker, its manifest, and all addresses that it needs without a network."""

import json
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.core.static_files import text_of

STYLES = ("site", "pages/assessment")
SCRIPTS = ("tablet", "book", "chain", "courier", "lines", "pages", "server", "store")
WORKER = "js/scoring/worker.js"


def shell_assets() -> list[str]:
    """Return the addresses that the page needs, itself among them."""
    styles = [static(f"css/{name}.css") for name in STYLES]
    scripts = [static(f"js/scoring/{name}.js") for name in SCRIPTS]
    # Modules may import one another by their plain names.
    plain = [f"{settings.STATIC_URL}js/scoring/{name}.js" for name in SCRIPTS]
    pictures = [static("img/icons.svg"), static("img/favicon.svg")]
    return sorted({*styles, *scripts, *plain, *pictures, reverse("assessment:tablet")})


@cache
def worker_script() -> str:
    """Return the service worker; a change to it, to the page or to any asset makes a new version of the shell."""
    code = text_of(WORKER)
    assets = shell_assets()
    texts = [text_of(name) for name in (*(f"css/{name}.css" for name in STYLES), *(f"js/scoring/{name}.js" for name in SCRIPTS))]
    version = sha256("".join([code, *assets, *texts, _template()]).encode()).hexdigest()[:12]
    shell = {"version": version, "assets": assets, "page": reverse("assessment:tablet")}
    return f"const SHELL = {json.dumps(shell)};\n{code}"


def _template() -> str:
    from django.template.loader import get_template

    source: Any = get_template("assessment/offline/tablet.html")
    return str(source.template.source)


def manifest(language: str) -> dict[str, Any]:
    """Return what a tablet shows when the page is put on its home screen."""
    page = reverse("assessment:tablet")
    return {
        "name": _("Funeng: scoring"),
        "short_name": _("Scoring"),
        "lang": language,
        "id": page,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#FBF8F2",
        "theme_color": "#0E5A4F",
        "icons": [
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *(
                {"src": static(f"img/{name}.png"), "sizes": f"{edge}x{edge}", "type": "image/png", "purpose": purpose}
                for name, edge, purpose in (
                    ("icon-192", 192, "any"),
                    ("icon-512", 512, "any"),
                    ("icon-maskable-512", 512, "maskable"),
                )
            ),
        ],
    }
