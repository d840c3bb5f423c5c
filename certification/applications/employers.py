"""For whom candidates work, as their cases say; `bodies.sources` asks this when it looks for conflicts of interest."""

from collections.abc import Collection

from certification.applications.models import Application


def present_employers(candidates: Collection[int]) -> dict[int, set[str]]:
    """Return the employers that these candidates named, without a last day or in the form, over their live cases. One query."""
    found: dict[int, set[str]] = {}
    cases = Application.objects.live().filter(candidate__in=candidates)
    for candidate, facts, record in cases.values_list("candidate_id", "facts", "record"):
        names = {row.get("employer", "") for row in facts.get("employments", []) if not row.get("ended_on")}
        found.setdefault(candidate, set()).update((names | {record.get("employer", "")}) - {""})
    return found
