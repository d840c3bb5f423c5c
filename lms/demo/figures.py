"""The drawings of a demonstration course, each found again by its course and the name of its file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wagtail.models import Collection

from courses.catalogue.models import Figure
from courses.catalogue.rules import check_svg
from lms.organisations.models import Organisation


def collection_of(college: Organisation) -> Collection:
    """Return the college's collection, or the root's before its tree is open."""
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=college.name).first() or root


class FigureShelf:
    """The figures of one course; all are read at once, and a drawing or its words that changed are brought up to date."""

    def __init__(self, folder: Path, college: Organisation) -> None:
        self.folder = folder
        self.collection = collection_of(college)
        self.present = {figure.source: figure for figure in Figure.objects.filter(source__startswith=f"{folder.name}/")}
        self.seen: set[str] = set()

    def put(self, data: Mapping[str, Any]) -> Figure:
        """Return the figure of `data` {file, alt, caption?}; the same file twice is one figure, named when first met."""
        stem = Path(data["file"]).stem
        source = f"{self.folder.name}/{stem}"
        if source in self.seen:
            return self.present[source]
        self.seen.add(source)
        drawing = check_svg((self.folder / data["file"]).read_bytes())
        figure = self.present.get(source) or self._from_before(source, data, stem)
        known = (figure.pk, figure.svg, figure.alt)
        figure.alt = data["alt"]
        figure.set_svg(drawing.text, width=drawing.width, height=drawing.height)
        if known != (figure.pk, figure.svg, figure.alt) or figure.pk is None:
            figure.save()
        self.present[source] = figure
        return figure

    def _from_before(self, source: str, data: Mapping[str, Any], stem: str) -> Figure:
        # Earlier demonstrations knew a figure by its title alone.
        title = (data.get("caption") or stem)[:120]
        figure = Figure.objects.filter(collection=self.collection, title=title, source="").first()
        if figure is None:
            return Figure(collection=self.collection, title=title, source=source)
        figure.source = source
        figure.save(update_fields=["source"])
        return figure
