"""Re-sits 补考: what the candidate says compared with what is known, and which parts she sits, in her words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from certification.applications.models import Application
from certification.plans.kept import NOTHING, Earlier, EarlierPart, earlier_results, required_kinds
from certification.plans.rules.kept import Refusal
from certification.standards.labels import PART_LABELS

RESIT = "resit"


@dataclass(frozen=True)
class Resit:
    """One application beside the candidate's earlier results."""

    says_so: bool
    earlier: Earlier
    kinds: Sequence[str]

    @property
    def kept(self) -> tuple[EarlierPart, ...]:
        """What she brings along; nothing for who applies for a first attempt."""
        return self.earlier.kept if self.says_so else ()

    @property
    def to_sit(self) -> list[str]:
        kept = {part.part for part in self.kept}
        return [kind for kind in self.kinds if kind not in kept]

    @property
    def lines(self) -> list[str]:
        """What the candidate reads: each passed part with up to when it is kept, then what she sits."""
        if not self.earlier.parts:
            if self.says_so and not self.earlier.failed_on:
                return [_("No earlier exam of yours at this level is known to this body. You sit all parts.")]
            return [_("Nothing is kept from your earlier exam. You sit all parts.")] if self.says_so else []
        lines = [part_line(part) for part in self.earlier.parts]
        if self.says_so:
            return [*lines, _("You sit: %(parts)s.") % {"parts": "、".join(str(part_name(kind)) for kind in self.to_sit)}]
        if self.earlier.kept:
            lines.append(
                _(
                    "You apply for a first attempt: you sit all parts, and the new marks replace the kept ones. "
                    "To sit only what is missing, choose “Re-sit” in the registration form."
                )
            )
        return lines

    @property
    def doubt(self) -> str:
        """What a reviewer has to look at: a statement that does not agree with the results of this body."""
        if self.says_so and not self.earlier.failed_on:
            return _("States a re-sit, but this body knows of no earlier exam that was not passed. All parts are sat.")
        if not self.says_so and self.earlier.failed_on:
            day = date_format(self.earlier.failed_on[0], "DATE_FORMAT")
            return _("States a first attempt, but did not pass the exam of %(date)s here.") % {"date": day}
        return ""


def resit_of(application: Application) -> Resit:
    """Return what is known beside this application. Six queries at most."""
    plan = application.plan
    earlier = earlier_results(plan, [application.candidate_id]).get(application.candidate_id, NOTHING)
    return Resit(states_resit(application), earlier, required_kinds(plan))


def states_resit(application: Application) -> bool:
    return bool(application.record.get("exam_type") == RESIT)


def part_name(kind: str) -> str | Promise:
    return PART_LABELS.get(kind, kind)


def part_line(part: EarlierPart) -> str:
    """Return one sentence on a part that was passed before."""
    facts = {
        "part": part_name(part.part),
        "mark": f"{part.value.normalize():f}",
        "date": date_format(part.exam_date, "DATE_FORMAT"),
        "until": date_format(part.until, "DATE_FORMAT"),
    }
    sentences = {
        None: _("%(part)s: %(mark)s points of %(date)s are kept until %(until)s. You do not sit it again."),
        Refusal.EXPIRED: _(
            "%(part)s: %(mark)s points of %(date)s are kept until %(until)s only, and this exam is later. You sit it again."
        ),
        Refusal.EDITION: _(
            "%(part)s: you passed on %(date)s under an earlier version of the standard, which does not count for this one. "
            "You sit it again."
        ),
        Refusal.USED_UP: _(
            "%(part)s: %(mark)s points of %(date)s have helped in as many re-sits as are allowed. You sit it again."
        ),
        Refusal.TOO_LOW: _("%(part)s: %(mark)s points of %(date)s do not reach the pass mark in force now. You sit it again."),
    }
    return sentences[part.refusal] % facts
