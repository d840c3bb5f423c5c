"""The head seals what the officer put together, and the plan is archived."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import override

from certification.archives.models import Archive, Volume
from certification.archives.packing import index_of, package_of, signature_over
from certification.archives.printing import content_of
from certification.archives.rules import YEARS, Kept, Status, kept_until, seal_of, spelled_out
from certification.archives.selectors import missing, volumes_of
from certification.archives.wording import digest
from certification.certificates.keys.certified import common_name, fingerprint_of, pem_of
from certification.certificates.keys.loading import DigestSigner, load_key
from certification.certificates.models import SigningKey
from certification.plans.models import Plan
from certification.plans.rules import Event
from certification.plans.services import advance
from lms.accounts.models import User
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.core.models import LedgerHead
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@transaction.atomic
def seal_archive(archive: Archive, *, actor: User, now: datetime) -> Archive:
    """Write index, seal and package, once and for good, and move the plan on; the head's act, not the officer's who prepared.

    The seal is the SHA-256 over the canonical index; where the body has a signing key in use, that key signs the index.
    Raises `PermissionDenied` unless the actor heads the body, `DomainError` "archives.same_person" (403),
    "archives.sealed_already", "archives.not_built", what is `missing`, "archives.rows_changed" naming the volumes whose
    rows say something else than what was printed, "archives.file_missing", or what the key raises.
    """
    if not has_role(actor, archive.plan.organisation_id, Role.HEAD):
        raise PermissionDenied
    plan = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("organisation", "scheme__occupation", "filing")
        .get(pk=archive.plan_id)
    )
    archive = Archive.objects.get(pk=archive.pk)
    archive.plan = plan
    if archive.is_sealed:
        raise DomainError("archives.sealed_already")
    if archive.prepared_by_id == actor.pk:
        raise DomainError("archives.same_person", status=403)
    if archive.state is not Status.BUILT:
        raise DomainError("archives.not_built")
    if problems := missing(plan):
        raise problems[0]
    volumes = volumes_of(archive)
    _check_rows(plan, volumes)
    _check_files(volumes)
    key = _key_of(plan, now=now)
    days = {kept: kept_until(localdate(now), int(plan.scheme.parameter(name))) for kept, name in YEARS.items()}
    said = {kept.value: day.isoformat() for kept, day in days.items()}
    head = LedgerHead.objects.filter(pk=1).first()
    # Chinese, whoever presses the button.
    with override("zh-hans"):
        index = index_of(archive, volumes, head=(head.sequence, head.hash) if head else (0, ledger.GENESIS), kept_until=said)
    data = spelled_out(index)
    signature = signature_over(data, key) if key is not None else b""
    chain = pem_of(*key.chain).encode() if key is not None else b""
    signer = fingerprint_of(key.certificate) if key is not None else ""
    entry = ledger.append(
        "archives.sealed",
        subject=archive,
        actor=actor,
        now=now,
        plan=plan.number,
        turn=archive.turn,
        seal_sha256=seal_of(index),
        index_sha256=store.put(data, suffix=".json"),
        volumes={str(volume.number): volume.sha256 for volume in volumes},
        kept_until=said,
        signer_sha256=signer,
        chain_sha256=digest(chain) if key is not None else "",
    )
    package = store.put(package_of(index, entry=entry, signature=signature, chain=chain), suffix=".zip")
    ledger.append("archives.packed", subject=archive, actor=actor, now=now, package_sha256=package)
    sealed = Archive.objects.filter(pk=archive.pk, turn=archive.turn, status=Status.BUILT.value).update(
        status=Status.SEALED.value,
        sealed_by=actor,
        sealed_at=now,
        seal_sha256=entry.facts["seal_sha256"],
        index_sha256=entry.facts["index_sha256"],
        package_sha256=package,
        signer_sha256=signer,
        paper_until=days[Kept.PAPER],
        electronic_until=days[Kept.ELECTRONIC],
        video_until=days[Kept.VIDEO],
    )
    if not sealed:
        raise DomainError("archives.sealed_already")
    advance(plan, Event.ARCHIVE, actor=actor, now=now)
    archive.refresh_from_db()
    return archive


def _check_rows(plan: Plan, volumes: list[Volume]) -> None:
    """Refuse when the rows say something else by now than what was printed."""
    changed = [volume.number for volume in volumes if content_of(plan, volume.number) != volume.content_sha256]
    if changed:
        raise DomainError("archives.rows_changed", volumes="、".join(map(str, changed)))


def _check_files(volumes: list[Volume]) -> None:
    """Refuse when a file is gone that a volume names, or a volume itself."""
    named = {file["sha256"]: file["name"] for volume in volumes for item in volume.items for file in item["files"]}
    named |= {volume.sha256: str(volume.number) for volume in volumes}
    gone = sorted(name for sha256, name in named.items() if not store.exists(sha256))
    if gone:
        raise DomainError("archives.file_missing", count=len(gone), first=gone[0])


def _key_of(plan: Plan, *, now: datetime) -> DigestSigner | None:
    """Return the body's key in use; None where it has none. A key that should sign and cannot is an error, never a silence."""
    row = SigningKey.objects.in_use().filter(organisation=plan.organisation_id).first()
    if row is None:
        return None
    key = load_key(row)
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        raise DomainError("certificates.key_not_in_force", name=common_name(key.certificate))
    return key
