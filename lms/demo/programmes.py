"""What the demonstration's organisations give certificates for besides skill levels, from `data/programmes.yaml`."""

import datetime

from certification.certificates.models import Programme
from certification.certificates.rules import Kind
from certification.certificates.services.programmes import create_programme
from courses.catalogue.models import CoursePage
from lms.accounts.models import User
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation


def load_programmes(organisations: dict[str, Organisation], people: dict[str, User], *, now: datetime.datetime) -> None:
    """Write down what is missing; a programme that is there stays as somebody may have changed it."""
    for row in read_yaml(DATA / "programmes.yaml"):
        organisation, kind, facts = organisations[row["organisation"]], Kind(row["kind"]), dict(row["facts"])
        if Programme.objects.filter(organisation=organisation, kind=kind.value, title=facts["title"]).exists():
            continue
        if slug := facts.get("course"):
            facts["course"] = CoursePage.objects.get(slug=slug)
        create_programme(organisation, kind=kind, facts=facts, actor=people[row["by"]], now=now)
