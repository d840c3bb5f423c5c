"""How a list stands, in one sentence, and who does the next step: the head takes the sheet, the officer enters the receipt."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.registry.upload.models import UploadBatch, UploadDownload
from certification.registry.upload.rules import UploadStatus
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


@dataclass(frozen=True)
class Standing:
    """`state` is one sentence; `heads` names those who may act as head; `is_taken`: the sheet was downloaded."""

    state: str
    heads: str
    is_taken: bool


def standing(batch: UploadBatch) -> Standing:
    """Return how the batch stands. Three queries at most."""
    taken = batch.downloads.select_related("user").order_by("-at").first()
    heads = people_with(batch.filing.organisation, Role.HEAD).filter(is_active=True)
    if batch.state is UploadStatus.DRAFT:
        # Whoever prepared it cannot release it.
        heads = heads.exclude(pk=batch.prepared_by_id)
    return Standing(_state(batch, taken), "、".join(person.get_full_name() for person in heads), taken is not None)


def _state(batch: UploadBatch, taken: UploadDownload | None) -> str:
    if batch.state is UploadStatus.DRAFT:
        return _("The sheet is not made yet: the list waits for its release.")
    if batch.state is UploadStatus.DROPPED:
        return _("This list was dropped, so no sheet was made, and its certificates are due again.")
    if batch.state is UploadStatus.SUBMITTED:
        if taken is None:
            return _("The sheet is made and waits to be taken; nothing has reached the authority yet.")
        facts = {"name": taken.user.get_full_name(), "day": date_format(localtime(taken.at), "DATE_FORMAT")}
        return _("The sheet was taken by %(name)s on %(day)s; the authority's receipt is not here yet.") % facts
    receipt = getattr(batch, "receipt", None)
    accepted, rejected = (receipt.accepted, receipt.rejected) if receipt else (0, batch.count)
    if batch.state is UploadStatus.REJECTED:
        return _("The authority took none of these records; mend what it says and report them again.")
    if rejected:
        said = ngettext(
            "The authority took %(accepted)s of them; %(rejected)s record is to be mended and reported again.",
            "The authority took %(accepted)s of them; %(rejected)s records are to be mended and reported again.",
            rejected,
        )
        return said % {"accepted": accepted, "rejected": rejected}
    return _("The authority took every record; nothing is left to do.")
