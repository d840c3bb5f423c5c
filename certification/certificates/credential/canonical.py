"""The canonical lines of a credential: what RDFC-1.0 makes of our JSON-LD, written straight from it.

General JSON-LD processing takes tens of milliseconds and fetches contexts. Our documents use a fixed vocabulary, so
that the table below says all that the contexts would say about it. A term that is not in the table is refused, never
left out: whatever stands in a credential is signed. A blank node needs only the first step of RDFC-1.0, because none
of ours is told apart by another one. The tests compare every line with general processors of the same documents.

Sources: W3C RDF Dataset Canonicalization 4.6 (hash first-degree quads) and 5 (canonical N-Quads); the contexts
https://www.w3.org/ns/credentials/v2 and https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json.
"""

import hashlib
import json
import math
import re
from typing import Any

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "http://www.w3.org/2001/XMLSchema#"
# The context of Open Badges writes these with https, which makes them other datatypes than those of XML Schema.
OB_XSD = "https://www.w3.org/2001/XMLSchema#"
VC = "https://www.w3.org/2018/credentials#"
STATUS = "https://www.w3.org/ns/credentials/status#"
SECURITY = "https://w3id.org/security#"
SCHEMA = "https://schema.org/"
OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"

NODE, TEXT = "node", "text"

TYPES = {
    "VerifiableCredential": VC,
    "OpenBadgeCredential": OB,
    "AchievementSubject": OB,
    "Achievement": OB,
    "Criteria": OB,
    "IdentityObject": OB,
    "IdentifierEntry": OB,
    "Profile": OB,
    "BitstringStatusListCredential": STATUS,
    "BitstringStatusList": STATUS,
    "BitstringStatusListEntry": STATUS,
    "DataIntegrityProof": SECURITY,
}

# Term: its property, and what its value is: a node, a text, or a literal of the datatype named here.
TERMS = {
    "achievement": (OB + "achievement", NODE),
    "achievementType": (OB + "achievementType", TEXT),
    "created": ("http://purl.org/dc/terms/created", XSD + "dateTime"),
    "credentialStatus": (VC + "credentialStatus", NODE),
    "credentialSubject": (VC + "credentialSubject", NODE),
    "creditsEarned": (OB + "creditsEarned", OB_XSD + "float"),
    "criteria": (OB + "Criteria", NODE),
    "cryptosuite": (SECURITY + "cryptosuite", SECURITY + "cryptosuiteString"),
    "description": (SCHEMA + "description", TEXT),
    "encodedList": (STATUS + "encodedList", SECURITY + "multibase"),
    "hashed": (OB + "hashed", OB_XSD + "boolean"),
    "humanCode": (OB + "humanCode", TEXT),
    "identifier": (OB + "identifier", TEXT),
    "identifierType": (OB + "identifierType", TEXT),
    "identityHash": (OB + "identityHash", TEXT),
    "identityType": (OB + "identityType", TEXT),
    "inLanguage": (SCHEMA + "inLanguage", TEXT),
    "issuer": (VC + "issuer", NODE),
    "licenseNumber": (OB + "licenseNumber", TEXT),
    "name": (SCHEMA + "name", TEXT),
    "narrative": (OB + "narrative", TEXT),
    "otherIdentifier": (OB + "otherIdentifier", NODE),
    "proofPurpose": (SECURITY + "proofPurpose", NODE),
    "statusListCredential": (STATUS + "statusListCredential", NODE),
    "statusListIndex": (STATUS + "statusListIndex", TEXT),
    "statusPurpose": (STATUS + "statusPurpose", TEXT),
    "type": ("", ""),  # its words stand in `TYPES`
    "url": (SCHEMA + "url", OB_XSD + "anyURI"),
    "validFrom": (VC + "validFrom", XSD + "dateTime"),
    "validUntil": (VC + "validUntil", XSD + "dateTime"),
    "verificationMethod": (SECURITY + "verificationMethod", NODE),
}
# The same, as they stand in a line.
PREDICATES = {term: (f" <{property_}> ", kind) for term, (property_, kind) in TERMS.items()}
TYPE_ENDINGS = {name: f" {RDF_TYPE} <{vocabulary}{name}> .\n" for name, vocabulary in TYPES.items()}
# A few values of a node property are words of a vocabulary.
WORDS = {"assertionMethod": SECURITY + "assertionMethod"}
# RFC 3986, and what N-Quads lets stand between angle brackets; ours are all ASCII.
IRI = re.compile(r"""[a-zA-Z][a-zA-Z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\x7f-\U0010ffff]*""")

# A blank node's lines with its own name left out: what stands before the name, and after it.
_Open = list[tuple[str, str]]


def canonical_text(document: dict[str, Any]) -> str:
    """Return the canonical N-Quads of a credential without its `proof`, of a proof's options, or of a status list.

    Raises `ValueError` for a term, type or value that the table does not cover.
    """
    lines: list[str] = []
    blanks: list[_Open] = []
    _write(document, lines, blanks, link=None)
    lines += _named(blanks)
    # A set: the same fact said twice is one line. Python compares code points, as the canonical form asks.
    return "".join(sorted(set(lines)))


def _write(node: dict[str, Any], lines: list[str], blanks: list[_Open], link: str | None) -> None:
    """Write the lines of `node`; `link` is the beginning of the line that leads to it."""
    name = node.get("id")
    own: _Open = []
    if name is not None:
        subject = _iri(name)
        if link is not None:
            lines.append(f"{link}{subject} .\n")
    else:
        subject = ""
        blanks.append(own)
        if link is not None:
            own.append((link, " .\n"))
    for term, value in node.items():
        if term in ("id", "@context"):
            continue
        if value == []:
            _unknown(f"{term} without a value")
        predicate, kind = PREDICATES.get(term) or _unknown(term)
        for item in value if isinstance(value, list) else (value,):
            if term == "type":
                rest = TYPE_ENDINGS.get(item) or _unknown(item)
            elif isinstance(item, dict):
                if not subject or (kind is not NODE and term != "identifier"):
                    _unknown(f"a node as {term}")
                _write(item, lines, blanks, f"{subject}{predicate}")
                continue
            else:
                rest = f"{predicate}{_object(kind, item)} .\n"
            if subject:
                lines.append(subject + rest)
            else:
                own.append(("", rest))


def _object(kind: str, value: object) -> str:
    if kind is TEXT and isinstance(value, str):
        return f'"{_escaped(value)}"'
    if kind is NODE:
        return _iri(WORDS.get(value, value) if isinstance(value, str) else value)
    # A JSON number or truth value without a declared datatype would get one of its own.
    if kind is TEXT:
        _unknown(value)
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = _float(value)
    elif isinstance(value, str):
        text = value
    else:
        _unknown(value)
    return f'"{_escaped(text)}"^^<{kind}>'


def _escaped(text: str) -> str:
    if not text.isprintable() and any(sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff" for sign in text):
        # Processors differ about them, and no name or title has one.
        raise ValueError("a control character or half a surrogate pair")
    return text.replace("\\", "\\\\").replace('"', '\\"') if "\\" in text or '"' in text else text


def _float(value: float) -> str:
    """Return a JSON number as JSON-LD 1.1 API 8.6 writes it: whole numbers plainly, others as canonical doubles."""
    if not math.isfinite(value) or abs(value) >= 1e21:
        raise ValueError("a number out of range")
    if value == int(value):
        return str(int(value))
    mantissa, exponent = f"{value:.15E}".split("E")
    whole, fraction = mantissa.split(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"


def _iri(value: object) -> str:
    if not isinstance(value, str) or not IRI.fullmatch(value):
        raise ValueError(f"not an absolute IRI: {value!r}")
    return f"<{value}>"


def _named(blanks: list[_Open]) -> list[str]:
    """Return the lines of all blank nodes, named in the order of their hashes."""
    hashed = []
    for open_lines in blanks:
        text = "".join(sorted({f"{before}_:a{after}" for before, after in open_lines}))
        hashed.append((hashlib.sha256(text.encode()).hexdigest(), open_lines))
    hashed.sort(key=lambda pair: pair[0])
    if len({digest for digest, _lines in hashed}) != len(hashed):
        raise ValueError("two nodes without an id say the same")
    return [f"{before}_:c14n{n}{after}" for n, (_digest, lines) in enumerate(hashed) for before, after in lines]


def _unknown(what: object) -> Any:
    raise ValueError(f"not in our vocabulary: {what!r}")


def json_bytes(document: dict[str, Any]) -> bytes:
    """Return the document as compact JSON in UTF-8, in the order in which it was built."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
