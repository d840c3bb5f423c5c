from django.db.models import Prefetch, QuerySet

from certification.standards.models import EligibilityCondition, Occupation, Scheme, SchemeLevel, WeightRow


def published_schemes() -> QuerySet[Scheme]:
    """Return published schemes with their levels, ready to be listed in two queries."""
    return (
        Scheme.objects.filter(status="published")
        .select_related("occupation")
        .prefetch_related(Prefetch("levels", SchemeLevel.objects.order_by("-level")))
    )


def scheme_in_full() -> QuerySet[Scheme]:
    """Return published schemes with weights and conditions, ready for the detail page."""
    levels = SchemeLevel.objects.order_by("-level").prefetch_related(
        Prefetch("weight_rows", WeightRow.objects.order_by("table", "order")),
        Prefetch("conditions", EligibilityCondition.objects.order_by("code")),
    )
    return Scheme.objects.filter(status="published").select_related("occupation").prefetch_related(Prefetch("levels", levels))


def level_of(scheme: Scheme, level: int) -> SchemeLevel | None:
    """Return one level with weights and conditions, or None when the scheme has no such level."""
    return scheme.levels.prefetch_related("weight_rows", "conditions").filter(level=level).first()


def occupation_names() -> dict[str, str]:
    """Return the occupations with a published scheme as code → name in the reader's language; one query."""
    found = Occupation.objects.filter(schemes__status="published").order_by("code", "edition").distinct()
    return {occupation.code: occupation.shown_name for occupation in found}


def function_names() -> list[str]:
    """Return the functions that published schemes weigh, scheme by scheme as they are printed; one query."""
    rows = WeightRow.objects.filter(scheme_level__scheme__status="published")
    order = ("scheme_level__scheme__occupation__code", "-scheme_level__level", "-table", "order")
    return list(dict.fromkeys(rows.order_by(*order).values_list("function", flat=True)))
