"""Where an installation publishes what machines ask for, and the names that follow from it."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

LIST_ENTRIES = 131_072


class Purpose(StrEnum):
    """What a bit in a status list means. Source: W3C Bitstring Status List 1.0, 2.2 (`statusPurpose`)."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True)
class Addresses:
    """The addresses under one public origin, `public_url` without a slash at its end.

    `did:web` turns host, port and path into a name and back. Source: did:web (a port's colon
    is written %3A; slashes of the path become colons).
    """

    public_url: str

    def did(self, slug: str) -> str:
        """Return the name of an issuer: `did:web:cert.example.cn:issuers:pujiang-college`."""
        parts = urlsplit(self.public_url)
        path = "".join(f":{quote(part, safe='')}" for part in parts.path.split("/") if part)
        return f"did:web:{quote(parts.netloc, safe='.-')}{path}:issuers:{slug}"

    def method(self, slug: str, thumbprint: str) -> str:
        """Return the name of one of its keys, by the key's thumbprint."""
        return f"{self.did(slug)}#{thumbprint}"

    def did_document(self, slug: str) -> str:
        return f"{self.public_url}/issuers/{slug}/did.json"

    def jwks(self, slug: str) -> str:
        return f"{self.public_url}/issuers/{slug}/jwks.json"

    def key_history(self, slug: str) -> str:
        return f"{self.public_url}/issuers/{slug}/keys.json"

    def status_list(self, slug: str, purpose: Purpose, index: int) -> str:
        """Return the list that holds the bit of the certificate with this status index (0, 1, 2 …)."""
        return f"{self.public_url}/issuers/{slug}/status/{purpose.value}/{index // LIST_ENTRIES}/"

    def credential(self, token: str) -> str:
        return f"{self.public_url}/credentials/{token}/"

    def page(self, token: str) -> str:
        """Return the verification page for people."""
        return f"{self.public_url}/verify/{token}/"
