"""A sealed archive with requests at every stage, for tests that only look at who gets in."""

import datetime
from typing import Any


def archive_rows(plan: Any, people: dict[str, Any], *, now: datetime.datetime) -> dict[str, dict[str, Any]]:
    """Return the keys of an archive of the plan, of one request asked, one allowed and one open, and of a destruction."""
    from certification.archives.models import Archive, Destruction, Opening, OpeningApproval, Presence, Volume
    from lms.core import jobs, store

    officer, head, supervisor = people["zhou"], people["shen"], people["han"]
    job = jobs.start("archives.build", actor=officer, total=1, params={"plan": plan.pk, "turn": 1}, now=now)
    archive = Archive.objects.create(
        plan=plan,
        job=job,
        prepared_by=officer,
        prepared_at=now,
        status="sealed",
        sealed_by=head,
        sealed_at=now,
        seal_sha256="1" * 64,
        index_sha256="2" * 64,
        package_sha256=store.put(b"PK package"),
        paper_until=now.date(),
        electronic_until=now.date(),
        video_until=now.date(),
    )
    for number in range(1, 6):
        sha256 = store.put(f"%PDF-1.7 {number}".encode())
        Volume.objects.create(
            archive=archive, turn=1, number=number, sha256=sha256, content_sha256="0" * 64, bytes=9, pages=1, made_at=now
        )

    def request() -> Any:
        return Opening.objects.create(
            archive=archive, volumes=[1, 2, 3, 4, 5], purpose="抽查", requested_by=officer, witness=supervisor, requested_at=now
        )

    asked, allowed, opened = request(), request(), request()
    for opening in (allowed, opened):
        OpeningApproval.objects.create(
            opening=opening, requested_by=officer, witness=supervisor, approved_by=head, approved_at=now
        )
    for person in (officer, supervisor):
        Presence.objects.create(opening=opened, user=person, at=now)
    destruction = Destruction.objects.create(archive=archive, kept="paper", reason="碎纸", proposed_by=officer, proposed_at=now)
    return {
        "archive": {"pk": archive.pk},
        "asked opening": {"pk": asked.pk},
        "allowed opening": {"pk": allowed.pk},
        "opening": {"pk": opened.pk},
        "open volume": {"pk": opened.pk, "number": 4},
        "destruction": {"pk": destruction.pk},
    }
