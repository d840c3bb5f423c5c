"""What the acts of a review ask first, and how content is sealed."""

import hashlib
import json
from typing import Any

from certification.panels.models import PanelMember, ReviewSetup
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core.errors import DomainError


def setup_for(plan: Plan) -> ReviewSetup:
    """Return the plan's set-up; raises `DomainError("panels.setup_missing")`."""
    setup = ReviewSetup.objects.filter(plan=plan).first()
    if setup is None:
        raise DomainError("panels.setup_missing")
    return setup


def member_on(panel_id: int, user: User, *, chair: bool = False) -> PanelMember:
    """Return the person's own place on the panel, declared.

    Raises `DomainError` (403) "panels.not_a_member", "panels.not_the_chair" or "plans.declare_first".
    """
    member = PanelMember.objects.filter(panel=panel_id, user=user, left_at=None).first()
    if member is None:
        raise DomainError("panels.not_a_member", status=403)
    if chair and not member.is_chair:
        raise DomainError("panels.not_the_chair", status=403)
    if member.declared_at is None:
        raise DomainError("plans.declare_first", status=403)
    return member


def fingerprint(content: Any) -> str:
    """Return the SHA-256 of plain data as canonical JSON."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
