"""A plan whose publication has ended: two candidates passed, one did not, and the body has a signing key."""

import copy
import datetime
import hashlib
import io
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.exam_day import MONDAY, SHANGHAI

LAST_DAY = datetime.date(2026, 9, 18)
AFTER = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=SHANGHAI)
ID_NUMBERS = ["310199190003071235", "11010519491231002X", "310199190003071235"]


@pytest.fixture(scope="session")
def portrait() -> bytes:
    """A drawn face, 25 × 35 mm at 300 dpi; nobody's photograph."""
    picture = Image.new("RGB", (295, 413), (236, 240, 242))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((92, 92, 203, 238), fill=(222, 188, 164))
    draw.pieslice((86, 78, 209, 210), 180, 360, fill=(44, 36, 32))
    draw.ellipse((28, 262, 267, 560), fill=(38, 72, 80))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's root and time-stamp key, made once; each test gets a copy of the folder."""
    from certification.certificates.authority import make_demo_authority, make_demo_stamps

    folder = tmp_path_factory.mktemp("demo-keys")
    make_demo_authority(directory=folder)
    make_demo_stamps(directory=folder)
    return folder


@pytest.fixture
def demo_authority(settings: Any, tmp_path: Path, key_folder: Path) -> Any:
    """A key folder of its own with the demonstration root."""
    from certification.certificates.authority import make_demo_authority

    settings.SIGNING_KEY_DIR = tmp_path / "keys"
    shutil.copytree(key_folder, settings.SIGNING_KEY_DIR)
    return make_demo_authority()


def body_key(organisation: Any, key_folder: Path) -> Any:
    """Return a body's demonstration key, the same for all tests of this process.

    A press stays compiled as long as its key is the same, and a test then issues in milliseconds.
    """
    from django.conf import settings
    from django.forms.models import model_to_dict

    from certification.certificates.authority import make_body_key
    from certification.certificates.models import SigningKey

    kept = key_folder / f"kept-{organisation.slug}.json"
    if kept.exists():
        fields = json.loads(kept.read_text())
        name = fields["key_reference"]
        shutil.copy(key_folder / f"kept-{name}", settings.SIGNING_KEY_DIR / name)
        moments = {
            name: datetime.datetime.fromisoformat(fields.pop(name)) for name in ("not_before", "not_after", "activated_at")
        }
        return SigningKey.objects.create(organisation=organisation, **fields, **moments)
    key = make_body_key(organisation, actor=None, now=MONDAY)
    shutil.copy(settings.SIGNING_KEY_DIR / key.key_reference, key_folder / f"kept-{key.key_reference}")
    fields = {name: value for name, value in model_to_dict(key).items() if value and name not in ("id", "organisation")}
    kept.write_text(json.dumps(fields, default=str))
    return key


@pytest.fixture(scope="module")
def shared_certified_day(shared_exam_day: SimpleNamespace | None, portrait: bytes) -> SimpleNamespace | None:
    """The rows of `certified_day` that ask no key and no file, made once for a module."""
    return end_publication(copy.deepcopy(shared_exam_day), hashlib.sha256(portrait).hexdigest()) if shared_exam_day else None


@pytest.fixture
def certified_day(
    request: pytest.FixtureRequest,
    db: None,
    shared_certified_day: SimpleNamespace | None,
    demo_authority: Any,
    key_folder: Path,
    portrait: bytes,
) -> SimpleNamespace:
    """`exam_day` plus `decisions` (two passed, one failed), `publication` (closed), `filing` and `key`."""
    from certification.certificates.models import TemplateVersion
    from certification.certificates.print_sources import print_fingerprint
    from certification.certificates.rules import Kind
    from certification.certificates.selectors import house_template
    from lms.core import store

    photo = store.put(portrait)
    if shared_certified_day:
        day = copy.deepcopy(shared_certified_day)
    else:
        day = end_publication(request.getfixturevalue("exam_day"), photo)
    day.key = body_key(day.plan.organisation, key_folder)
    # As in use: the house's design is compiled (`comparison` says whether it may be).
    TemplateVersion.objects.filter(pk=house_template(Kind.SKILL_LEVEL).pk).update(
        engine="compiled", sources_sha256=print_fingerprint("skill_level")
    )
    return day


def end_publication(day: SimpleNamespace, photo: str) -> SimpleNamespace:
    """Let the day's candidates be decided and their publication be over; `photo` is the SHA-256 of their picture."""
    from certification.applications.models import Application
    from certification.bodies.models import Filing
    from certification.results.models import Decision, Publication, PublicationRow
    from lms.accounts.models import IdentityDocument
    from lms.core.crypto import blind_index, mask_id_number, mask_name

    day.filing = Filing.objects.create(
        organisation=day.plan.organisation,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence="000123",
        record_number="BA-000123",
        filed_name="申城康复辅助器具行业协会",
        filed_name_en="Shencheng Association of Assistive Products",
        valid_from=datetime.date(2025, 1, 1),
        valid_until=datetime.date(2028, 1, 1),
    )
    day.plan.filing = day.filing
    day.plan.status = "in_publication"
    day.plan.save()
    day.publication = Publication.objects.create(
        plan=day.plan,
        opens_on=datetime.date(2026, 9, 14),
        closes_on=LAST_DAY,
        status="closed",
        published_by=day.officer,
        published_at=MONDAY,
        content_sha256="0" * 64,
        closed_by=day.officer,
        closed_at=AFTER,
    )
    day.decisions = []
    for n, seat in enumerate(day.seats):
        number = ID_NUMBERS[n]
        IdentityDocument.objects.create(
            user=seat.candidate,
            kind="resident_id",
            number=number,
            number_index=blind_index(f"{number}{n}", "identity"),
            birth_date=datetime.date(1900, 3, 7),
            sex="male",
            recorded_at=MONDAY,
        )
        Application.objects.create(
            plan=day.plan, candidate=seat.candidate, photo_sha256=photo, status="seated", started_at=MONDAY, seat=seat
        )
        passed = n < 2
        day.decisions.append(
            Decision.objects.create(
                seat=seat,
                passed=passed,
                parts=[{"part": "theory", "value": "80"}, {"part": "skill", "value": "80" if passed else "59.5"}],
                decided_by=day.officer,
                decided_at=MONDAY,
                confirmed_by=day.head,
                confirmed_at=MONDAY,
            )
        )
        PublicationRow.objects.create(
            publication=day.publication,
            seat=seat,
            ticket_number=seat.ticket_number,
            masked_name=mask_name(seat.candidate.name),
            masked_id=mask_id_number(number),
            parts=[],
            passed=passed,
        )
    return day


def issue(decision: Any, *, actor: Any, now: datetime.datetime = AFTER) -> Any:
    """Issue one certificate as two people do: the officer prepares a list with this person alone, `actor` approves it.

    Raises the `DomainError` of what stops the list; what stops the person alone stands in her item, and is raised as an
    `AssertionError` with the sentence.
    """
    from certification.certificates.models import Certificate
    from certification.certificates.services import approve_batch, prepare_batch, run_batch
    from certification.results.selectors import decided_for_issue
    from lms.organisations.models import Membership
    from lms.organisations.rules import Role

    plan = decision.seat.plan
    officer = Membership.objects.filter(organisation=plan.organisation, role=Role.EXAM_OFFICER.value).first().user
    others = {other.seat.candidate_id: "另行制证" for other in decided_for_issue(plan) if other.pk != decision.pk}
    batch = prepare_batch(plan, exclusions=others, actor=officer, now=now)
    approve_batch(batch, actor=actor, now=now)
    run_batch(batch, now=now)
    item = batch.items.get(decision=decision)
    assert item.certificate is not None, item.reason
    return Certificate.objects.get(pk=item.certificate_id)
