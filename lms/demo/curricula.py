"""Puts the demonstration's programmes of study, from `data/programmes-of-study`, into their colleges' trees."""

from courses.curricula.services import load_curriculum
from lms.accounts.models import User
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation


def load_curricula(organisations: dict[str, Organisation], *, actor: User | None) -> None:
    """Make what is missing; called after the courses, so that the programmes can lead to them."""
    courses = [read_yaml(path) for path in sorted((DATA / "courses").glob("*/course.yaml"))]
    titles = {course["slug"]: course["title"] for course in courses}
    for path in sorted((DATA / "programmes-of-study").glob("*.yaml")):
        data = read_yaml(path)
        load_curriculum(data, college=organisations[data["college"]], titles=titles, actor=actor)
