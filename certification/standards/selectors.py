from django.db.models import Prefetch, QuerySet

from certification.standards.models import EligibilityCondition, Scheme, SchemeLevel, WeightRow


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
