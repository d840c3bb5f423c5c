"""A scheme as YAML. The reader takes plain data only: no tags, no anchors, no key twice, and remembers each line."""

import logging
from collections.abc import Mapping
from typing import Any

import yaml

from certification.standards.exchange.located import Located, Place
from certification.standards.rules.tidying import Path
from lms.core.errors import DomainError

log = logging.getLogger(__name__)
MAX_BYTES = 512 * 1024
MAX_NODES = 20_000
LONGEST_SHOWN = 80
PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))


def written(content: Mapping[str, Any]) -> bytes:
    """Return the content as YAML, Chinese as it is, in the order in which it is kept."""
    text: str = yaml.dump(dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=4096)
    return text.encode()


class _Dumper(yaml.SafeDumper):
    """Writes the same list twice where it stands twice, instead of pointing from one place to the other."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(data: bytes) -> Located:
    """Return what the file says. Raises `DomainError` 422 when it is no YAML, too large, or more than plain data."""
    if not data.strip():
        raise DomainError("tables.empty", status=422)
    if len(data) > MAX_BYTES:
        raise DomainError("standards.yaml_too_large", status=422, kilobytes=MAX_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig")
        _refuse_pointers(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        located = Located()
        lines = text.splitlines()
        located.raw = _Walk(located, lines).value(node, ()) if node is not None else None
    except DomainError:
        raise
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DomainError("standards.yaml_unreadable", status=422, line=line) from None
    except Exception:
        # Whatever a crafted file makes the reader raise (depth, odd numbers, wrong bytes), it is one answer; the log tells
        # a crafted one from our fault.
        log.info("A scheme's YAML file could not be read", exc_info=True)
        raise DomainError("standards.yaml_unreadable", status=422, line=1) from None
    located.texts = dict(sorted(located.texts.items()))
    return located


def _refuse_pointers(text: str) -> None:
    """A few lines with anchors can stand for gigabytes, so the file is looked at before anything is built of it."""
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DomainError("standards.yaml_pointer", status=422, line=event.start_mark.line + 1 if event.start_mark else 1)
        if count > MAX_NODES:
            raise DomainError("standards.yaml_too_large", status=422, kilobytes=MAX_BYTES // 1024)


class _Walk:
    """Makes data of nodes and remembers where each began."""

    def __init__(self, located: Located, lines: list[str]) -> None:
        self.located = located
        self.lines = lines
        self.loader = yaml.SafeLoader("")

    def value(self, node: yaml.Node, path: Path) -> Any:
        if node.tag not in PLAIN_TAGS:
            raise DomainError("standards.yaml_pointer", status=422, line=node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            found = []
            for place, each in enumerate(node.value):
                self.remember((*path, place), each)
                found.append(self.value(each, (*path, place)))
            return found
        return self.loader.construct_object(node)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, each in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            here = (*path, name)
            if name in found:
                self.located.wrong((*path, f"{name} again"), "name_twice", name=name[:40])
                self.remember((*path, f"{name} again"), key)
                continue
            self.remember(here, key)
            found[name] = self.value(each, here)
        return found

    def remember(self, path: Path, node: yaml.Node) -> None:
        line = node.start_mark.line
        place = Place(line + 1)
        self.located.places[path] = place
        self.located.texts[place] = self.lines[line].strip()[:LONGEST_SHOWN] if line < len(self.lines) else ""
