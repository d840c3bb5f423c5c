"""The words of a demonstration course."""

from pathlib import Path

from courses.catalogue.models import CoursePage, GlossaryTerm
from lms.demo.figures import collection_of
from lms.demo.organisations import read_yaml
from lms.organisations.models import Organisation


def load_glossary(path: Path, *, course: CoursePage, college: Organisation) -> dict[str, GlossaryTerm]:
    """Bring the words of `glossary.yaml` into the college's collection and return all of the collection by word."""
    collection = collection_of(college)
    present = {term.term: term for term in GlossaryTerm.objects.filter(collection=collection)}
    for row in read_yaml(path) if path.exists() else []:
        values = {"term_en": row.get("en", ""), "meaning": row["meaning"].strip()}
        term = present.get(row["term"])
        if term is None:
            term = GlossaryTerm(collection=collection, course=course, term=row["term"], **values)
        elif all(getattr(term, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(term, name, value)
        term.save()
        present[term.term] = term
    return present
