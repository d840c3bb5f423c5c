"""What a package is and with which file it begins, told by its own files: the manifest of SCORM, or an `index.html`."""

import zipfile
from dataclasses import dataclass
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from courses.packages.rules.archive import Members, read_member, read_through, refused
from courses.packages.rules.kinds import Kind
from courses.packages.rules.types import HTML, ending_of

MANIFEST, INDEX = "imsmanifest.xml", "index.html"
MAX_MANIFEST = 2 * 1024 * 1024
MAX_LAUNCH_DATA = 4096
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True)
class Facts:
    """What is played: `launch` is the address of a file inside the package, with its query; `passing` the package's own pass mark, "" without."""

    kind: Kind
    launch: str
    files: int
    unpacked: int
    launch_data: str = ""
    passing: str = ""


def read_facts(archive: zipfile.ZipFile, members: Members) -> Facts:
    """Look at every byte of a package and return what it is.

    Raises `DomainError` (422): those of `read_through`, and "packages.no_beginning", "packages.in_a_folder",
    "packages.manifest_wrong", "packages.many_parts", "packages.launch_missing".
    """
    read_through(archive, members)
    unpacked = sum(entry.file_size for entry in members.values())
    if MANIFEST in members:
        launch = _launch(_parse(read_member(archive, members[MANIFEST], most=MAX_MANIFEST)))
        if ending_of(launch.file) not in HTML or launch.file not in members:
            raise refused("launch_missing", name=launch.file[:80])
        return Facts(launch.kind, quote(launch.file) + launch.query, len(members), unpacked, launch.data, launch.passing)
    if INDEX in members:
        return Facts(Kind.WEB, INDEX, len(members), unpacked)
    if any(name.rpartition("/")[2] in (MANIFEST, INDEX) for name in members):
        raise refused("in_a_folder")
    raise refused("no_beginning")


@dataclass(frozen=True)
class _Launch:
    kind: Kind
    file: str
    query: str
    data: str
    passing: str


def _parse(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise refused("manifest_wrong") from None
    return root


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def _below(element: Element, name: str) -> list[Element]:
    return [child for child in element.iter() if isinstance(child.tag, str) and _local(child.tag) == name]


def _word(element: Element, name: str) -> str:
    """Return the text of the first element of this name below, in whatever namespace."""
    return next(("".join(found.itertext()).strip() for found in _below(element, name)), "")


def _kind(root: Element) -> Kind:
    """SCORM 2004 says so in its schema version; SCORM 1.2 says "1.2", or nothing."""
    version = _word(root, "schemaversion").lower()
    namespaces = {element.tag.partition("}")[0] for element in root.iter() if isinstance(element.tag, str)}
    attributes = {name.partition("}")[0] for element in root.iter() for name in element.attrib}
    if "2004" in version or "cam" in version or any("adlcp_v1p3" in name for name in namespaces | attributes):
        return Kind.SCORM2004
    return Kind.SCORM12


def _launch(root: Element) -> _Launch:
    resources = {resource.get("identifier", ""): resource for resource in _below(root, "resource")}
    organisation = _organisation(root)
    items = [item for item in _below(organisation, "item") if item.get("identifierref")] if organisation is not None else []
    played = {item.get("identifierref", "") for item in items} & resources.keys()
    if len(played) > 1:
        raise refused("many_parts", number=len(played))
    if not played:
        raise refused("manifest_wrong")
    item = next(item for item in items if item.get("identifierref") in played)
    resource = resources[item.get("identifierref", "")]
    href = _base(root) + _base(*_below(root, "resources")[:1]) + _base(resource) + resource.get("href", "").strip()
    path, query = _split(href, item.get("parameters", "").strip())
    return _Launch(
        kind=_kind(root),
        file=path,
        query=query,
        data=(_word(item, "datafromlms"))[:MAX_LAUNCH_DATA],
        passing=_number(_word(item, "masteryscore") or _scaled_passing(item)),
    )


def _scaled_passing(item: Element) -> str:
    """SCORM 2004 names a measure, which counts only where the objective says so."""
    counts = any(
        value.lower() == "true"
        for objective in _below(item, "primaryobjective")
        for name, value in objective.attrib.items()
        if _local(name) == "satisfiedbymeasure"
    )
    return _word(item, "minnormalizedmeasure") if counts else ""


def _organisation(root: Element) -> Element | None:
    organisations = _below(root, "organizations")
    if not organisations:
        return None
    choices = _below(organisations[0], "organization")
    default = organisations[0].get("default", "")
    return next((choice for choice in choices if choice.get("identifier") == default), choices[0] if choices else None)


def _base(*elements: Element) -> str:
    return elements[0].get(XML_BASE, "") if elements else ""


def _split(href: str, parameters: str) -> tuple[str, str]:
    """Return the file, and the query or fragment with which the package wants it opened."""
    cut = min((place for place in (href.find("?"), href.find("#")) if place >= 0), default=len(href))
    path, rest = href[:cut], href[cut:]
    if parameters and not rest:
        rest = parameters if parameters[0] in "?#" else f"?{parameters.lstrip('&')}"
    return unquote(path).replace("\\", "/").removeprefix("./"), rest[:500]


def _number(words: str) -> str:
    try:
        number = float(words)
    except ValueError:
        return ""
    return f"{number:g}" if -1 <= number <= 100 else ""
