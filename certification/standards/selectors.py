from django.db.models import Prefetch, Q, QuerySet

from certification.standards.models import EligibilityCondition, Occupation, Scheme, SchemeLevel, WeightRow


def published_schemes() -> QuerySet[Scheme]:
    """Return published schemes with their levels, ready to be listed in two queries."""
    return (
        Scheme.objects.filter(status="published")
        .select_related("occupation")
        .prefetch_related(Prefetch("levels", SchemeLevel.objects.order_by("-level")))
    )


def in_full(schemes: QuerySet[Scheme]) -> QuerySet[Scheme]:
    """Return these schemes with all that `content_of` reads; four queries however many there are."""
    levels = SchemeLevel.objects.order_by("-level").prefetch_related(
        Prefetch("weight_rows", WeightRow.objects.order_by("table", "order")),
        Prefetch("conditions", EligibilityCondition.objects.order_by("code")),
    )
    return schemes.select_related("occupation__replaces", "owner").prefetch_related(Prefetch("levels", levels))


def scheme_in_full() -> QuerySet[Scheme]:
    """Return published schemes with weights and conditions, ready for the detail page."""
    return in_full(Scheme.objects.filter(status="published"))


def desk_page(schemes: QuerySet[Scheme], *, before: int, size: int) -> tuple[list[Scheme], bool]:
    """Return the newest schemes older than the key `before` (0: from the start), and whether more follow; two queries."""
    rows = schemes.filter(pk__lt=before) if before else schemes
    levels = Prefetch("levels", SchemeLevel.objects.order_by("-level"))
    found = list(rows.select_related("occupation", "owner").prefetch_related(levels).order_by("-pk")[: size + 1])
    return found[:size], len(found) > size


def public_page(*, after: tuple[int, int] | None, size: int) -> tuple[list[Scheme], bool]:
    """Return published schemes, those of one occupation together, behind (occupation, key), and whether more follow.

    Two queries. The order is that of an index, so no page has to sort what stands before it.
    """
    rows = published_schemes().order_by("occupation_id", "pk")
    if after is not None:
        occupation, key = after
        rows = rows.filter(Q(occupation_id__gt=occupation) | Q(pk__gt=key), occupation_id__gte=occupation)
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def versions_of(scheme: Scheme) -> QuerySet[Scheme]:
    """Return all versions under the same key, the newest first."""
    return Scheme.objects.filter(key=scheme.key).select_related("occupation", "owner").order_by("-version")


def newer_version(scheme: Scheme) -> Scheme | None:
    """Return the newest published version behind this one, if there is one. One query."""
    return versions_of(scheme).filter(status="published", version__gt=scheme.version).first()


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
