"""One certificate as one row of a sheet: every cell from a frozen or filed fact, and checked."""

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from certification.certificates.claims import ID_KINDS
from certification.certificates.models import Certificate
from certification.certificates.rules import normalise_number, parse_number
from certification.registry.upload.column_packs import Column, ColumnPack
from lms.accounts.rules import DocumentKind, read_identity
from lms.core.errors import DomainError

KIND_OF = {words["zh"]: kind for kind, words in ID_KINDS.items()}
NO_WORK_TYPE = "--"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet may take what begins so for a formula, when the sheet is saved as CSV on its way. Source: OWASP, CSV injection."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Row:
    """The cells in the order of the pack's columns, and what is wrong with them."""

    cells: tuple[str, ...]
    problems: tuple[DomainError, ...]


def with_facts(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """Return the certificates with all that a row needs, in one query."""
    return certificates.select_related("filing", "decision__seat__application")


def facts_of(certificate: Certificate) -> dict[str, str]:
    """Return the facts that a column may show. What the certificate says is taken from its frozen claims."""
    claims = certificate.claims
    work_type = claims.get("work_type", {}).get("zh", "")
    issuer = claims.get("issuer", {}).get("zh", "")
    return {
        "name": claims.get("holder", {}).get("name", ""),
        "id_kind": KIND_OF.get(claims.get("holder", {}).get("id_kind", {}).get("zh", ""), ""),
        "id_number": certificate.id_number,
        "employer": employer_of(certificate),
        "occupation": claims.get("occupation", {}).get("zh", ""),
        "work_type": "" if work_type == NO_WORK_TYPE else work_type,
        "level": str(certificate.level or ""),
        "number": certificate.number,
        "issued_on": certificate.issued_on.isoformat() if certificate.issued_on else "",
        "body": issuer,
        "issuer": issuer,
    }


def employer_of(certificate: Certificate) -> str:
    """Return where the holder worked when she applied: the job without an end that began last, or ""."""
    seat = certificate.decision.seat if certificate.decision else None
    application = getattr(seat, "application", None)
    jobs = application.facts.get("employments", []) if application is not None else []
    present = [job for job in jobs if not job.get("ended_on")]
    return str(max(present, key=lambda job: job.get("started_on") or "")["employer"]) if present else ""


def row_of(certificate: Certificate, *, pack: ColumnPack, today: datetime.date) -> Row:
    """Return the certificate's row. Costs no query when the certificate came `with_facts`."""
    facts = facts_of(certificate)
    cells, problems = [], []
    for column in pack.columns:
        try:
            cells.append(_cell(column, facts, today))
        except DomainError as error:
            cells.append("")
            problems.append(error)
    if not problems and certificate.filing is not None:
        number = parse_number(facts["number"])
        told = (number.body, str(number.level), number.year)
        if told != (certificate.filing.code, facts["level"], certificate.issued_on.year):
            problems.append(DomainError("registry.cell_number_disagrees", status=422))
    return Row(tuple(cells), tuple(problems))


def _cell(column: Column, facts: Mapping[str, str], today: datetime.date) -> str:
    value = facts[column.source]
    if not value:
        if column.required:
            raise DomainError("registry.cell_missing", status=422, column=column.title)
        return column.empty
    if column.format == "code":
        if value not in column.codes:
            raise DomainError("registry.cell_no_code", status=422, column=column.title)
        return column.codes[value]
    if len(value) > column.longest:
        raise DomainError("registry.cell_too_long", status=422, column=column.title, longest=column.longest)
    if any(unicodedata.category(sign) in UNSEEN for sign in value):
        raise DomainError("registry.cell_unseen", status=422, column=column.title)
    if value.startswith(FORMULA_SIGNS):
        raise DomainError("registry.cell_formula", status=422, column=column.title)
    _check_format(column, value, facts, today)
    return value


def _check_format(column: Column, value: str, facts: Mapping[str, str], today: datetime.date) -> None:
    wrong = DomainError("registry.cell_malformed", status=422, column=column.title)
    if column.format == "id_number":
        try:
            read_identity(DocumentKind(facts["id_kind"]), value, today=today)
        except (DomainError, ValueError):
            raise wrong from None
    elif column.format == "level" and value not in {"1", "2", "3", "4", "5"}:
        raise wrong
    elif column.format == "number":
        try:
            parse_number(value)
        except DomainError:
            raise wrong from None
        if normalise_number(value) != value:
            raise wrong
    elif column.format == "date" and datetime.date.fromisoformat(value) > today:
        raise wrong
