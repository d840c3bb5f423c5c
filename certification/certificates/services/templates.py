"""A body's templates: a draft, published as a version that is never edited again, and compared in both engines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max

from certification.certificates import tasks
from certification.certificates.comparison import compare_engines
from certification.certificates.models import Template, TemplateVersion
from certification.certificates.previews import require_drawable
from certification.certificates.print_sources import print_fingerprint
from certification.certificates.rules import Kind, TemplateStatus
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

EDITORS = (Role.HEAD, Role.EXAM_OFFICER, Role.COLLEGE_ADMIN)
PUBLISHERS = (Role.HEAD, Role.COLLEGE_ADMIN)
CONTENTS = ("frame", "statement_zh", "statement_en", "seal_sha256", "signatories")


@transaction.atomic
def create_template(organisation: Organisation, *, design: Kind, name: str, actor: User, now: datetime) -> TemplateVersion:
    """Return the first draft of a new template; raises `certificates.template_name_taken`."""
    _require_editor(organisation, actor)
    if Template.objects.filter(organisation=organisation, name=name).exists():
        raise DomainError("certificates.template_name_taken", name=name)
    try:
        with transaction.atomic():
            template = Template.objects.create(organisation=organisation, design=design.value, name=name)
    except IntegrityError:
        # Two clicks at once: the second meets the constraint.
        raise DomainError("certificates.template_name_taken", name=name) from None
    return TemplateVersion.objects.create(template=template, version=1, edited_by=actor, edited_at=now)


@transaction.atomic
def edit_draft(version: TemplateVersion, *, contents: Mapping[str, Any], actor: User, now: datetime) -> TemplateVersion:
    """Write `contents` (some of `CONTENTS`) into a draft; raises `certificates.version_is_published` for any other."""
    _require_editor(_owner(version.template), actor)
    version = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template").get(pk=version.pk)
    if version.status != TemplateStatus.DRAFT.value:
        raise DomainError("certificates.version_is_published")
    for name in CONTENTS:
        if name in contents:
            setattr(version, name, contents[name])
    version.edited_by, version.edited_at = actor, now
    version.save()
    return version


@transaction.atomic
def next_draft(template: Template, *, actor: User, now: datetime) -> TemplateVersion:
    """Return the open draft, or a new one that begins as a copy of the newest version."""
    organisation = _owner(template)
    _require_editor(organisation, actor)
    Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
    newest = template.versions.order_by("-version").first()
    if newest is not None and newest.status == TemplateStatus.DRAFT.value:
        return newest
    number = (template.versions.aggregate(last=Max("version"))["last"] or 0) + 1
    copied = {name: getattr(newest, name) for name in CONTENTS} if newest else {}
    return TemplateVersion.objects.create(template=template, version=number, edited_by=actor, edited_at=now, **copied)


@transaction.atomic
def publish_version(version: TemplateVersion, *, actor: User, now: datetime) -> TemplateVersion:
    """Make a draft the version that certificates are printed on from now; the one before retires.

    It is used at once, drawn one by one; the comparison of the engines is queued, and when both agree on every record
    the compiled engine takes over. `actor` is head of the organisation and has looked at `version` as it is given here:
    raises `certificates.draft_changed` when somebody has written into the draft since, and what `require_drawable` raises.
    """
    organisation = _owner(version.template)
    if not has_role(actor, organisation, *PUBLISHERS):
        raise PermissionDenied
    require_drawable(version)
    kept = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if kept.contents_sha256 != version.contents_sha256:
        raise DomainError("certificates.draft_changed")
    TemplateVersion.objects.filter(template=version.template, status=TemplateStatus.PUBLISHED.value).update(
        status=TemplateStatus.RETIRED.value
    )
    moved = TemplateVersion.objects.filter(pk=version.pk, status=TemplateStatus.DRAFT.value).update(
        status=TemplateStatus.PUBLISHED.value,
        published_by=actor,
        published_at=now,
        engine="reference",
        report={},
        sources_sha256="",
    )
    if not moved:
        raise DomainError("certificates.version_is_published")
    version.refresh_from_db()
    ledger.append(
        "certificates.template_published", subject=version, actor=actor, now=now, design=version.template.design, key=version.key
    )
    transaction.on_commit(partial(tasks.compare_template.enqueue, version.pk))
    return version


@transaction.atomic
def retire_template(template: Template, *, actor: User, now: datetime) -> Template:
    """Print on the published version no longer; what is out keeps its face. Raises `certificates.nothing_published`."""
    if not has_role(actor, _owner(template), *PUBLISHERS):
        raise PermissionDenied
    version = template.versions.filter(status=TemplateStatus.PUBLISHED.value).first()
    if version is None or not template.versions.filter(pk=version.pk, status=TemplateStatus.PUBLISHED.value).update(
        status=TemplateStatus.RETIRED.value
    ):
        raise DomainError("certificates.nothing_published")
    ledger.append("certificates.template_retired", subject=version, actor=actor, now=now, key=version.key)
    return template


def compare_version(version: TemplateVersion) -> TemplateVersion:
    """Issue the odd records through both engines and keep the report; only a version without a fault is compiled.

    Takes about a minute. May run twice.
    """
    organisation = version.template.organisation
    issuer = {"zh": organisation.name, "en": organisation.name_en, "record_number": ""} if organisation else None
    report = compare_engines(version.as_print_template(), issuer=issuer)
    engine = "compiled" if report.ok else "reference"
    TemplateVersion.objects.filter(pk=version.pk).update(
        engine=engine, report=report.as_json(), sources_sha256=print_fingerprint(version.template.design)
    )
    version.refresh_from_db()
    return version


def uncompared() -> Sequence[TemplateVersion]:
    """Return the published versions that no comparison has judged as they are drawn now. One query."""
    return [version for version in _published() if not version.report or version.is_outdated]


def outdated() -> Sequence[TemplateVersion]:
    """Return those that were judged with other print sources, and are drawn one by one until `compile_templates`. One query."""
    return [version for version in _published() if version.is_outdated]


def _published() -> Iterable[TemplateVersion]:
    published = TemplateVersion.objects.filter(status=TemplateStatus.PUBLISHED.value)
    return published.select_related("template__organisation").order_by("pk")


def _owner(template: Template) -> Organisation:
    if template.organisation is None:
        raise PermissionDenied  # the house's own designs come with the software
    return template.organisation


def _require_editor(organisation: Organisation, actor: User) -> None:
    if not has_role(actor, organisation, *EDITORS):
        raise PermissionDenied
