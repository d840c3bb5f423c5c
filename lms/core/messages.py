"""The sentence for each error code. Apps declare theirs in `messages.py`; a test finds codes without one."""

import datetime
import sys

from django.apps import apps
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.core.errors import DomainError

MOST_NAMED = 20
"""A sentence names no more things than this; whoever wants them all reads the page that lists them."""

MESSAGES: dict[str, str | Promise] = {
    "core.invalid_transition": _("This step is not possible any more. Somebody may have been faster; please reload the page."),
    "workdays.unknown_year": _(
        "The public holidays of %(year)s are not known yet, so working days cannot be counted. Please ask the operator to update the calendar."
    ),
    "uploads.empty": _("This file is empty. Please choose another one."),
    "uploads.too_large": _("This file is larger than %(megabytes)s MB. Please choose a smaller one."),
    "uploads.unknown_type": _("Only %(allowed)s can be uploaded. This file is something else, whatever its name says."),
    "uploads.too_many_pixels": _(
        "This picture has too many pixels; at most %(megapixels)s million can be taken. Please make it smaller, or take it again as a JPG photo."
    ),
    "uploads.locked_pdf": _("This PDF asks for a password, so nobody could read it. Please save it without one."),
    "uploads.active_pdf": _(
        "This PDF holds scripts, forms or other files. Please print it into a new PDF, or take a photo of the page."
    ),
    "uploads.broken_image": _("This picture cannot be read. Please take it again or choose another one."),
    "tables.empty": _("There is nothing in this file."),
    "tables.too_large": _("This file is larger than %(megabytes)s MB. Please split it."),
    "tables.unpacks_too_large": _("This workbook unpacks to more than can be read. Please save only the table, as a new file."),
    "tables.unreadable": _("This file cannot be read. Please save the table as XLSX or as CSV and try again."),
    "tables.old_format": _(
        "This is an old XLS file or one with a password. Please save it as XLSX without a password and try again."
    ),
    "tables.active": _("This workbook holds macros or links to other files. Please save the table alone, as XLSX."),
    "tables.formula": _("Line %(line)s holds a formula. Please paste the values only."),
    "tables.formula_in_sheet": _("Sheet “%(sheet)s”, line %(line)s holds a formula. Please paste the values only."),
    "tables.too_long": _("This table has more than %(rows)s lines. Please split it, or delete the empty lines below."),
    "queues.not_a_notice": _("This is work to be done; it leaves the desk when it is done."),
    "queues.day_not_in_future": _("Choose a day after today."),
    "queues.too_long": _("It is due: it can be put aside until %(date)s at the latest."),
    "queues.changed_since": _("Somebody has changed it since. It stays as it is now."),
    "queues.held_already": _("%(name)s has it already."),
    "queues.held_by_nobody": _("Nobody has it, so there is nothing to give back."),
    "queues.not_waiting": _("It does not wait for you any more. Somebody may have been faster."),
    "queues.action_unknown": _("This cannot be done with these rows."),
    "queues.too_late_to_undo": _("It is too late to undo this."),
    "store.missing": _("A stored file is missing. The operator has to restore it from the backup."),
    "store.damaged": _("A stored file was changed after it was written. It is not shown; the operator has been told."),
}


def _sentences() -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    for config in apps.get_app_configs():
        module = sys.modules.get(f"{config.name}.messages")
        found.update(getattr(module, "MESSAGES", {}))
    return found


def _shown(value: object) -> object:
    if isinstance(value, datetime.datetime | datetime.date):
        return date_format(value, "DATETIME_FORMAT" if isinstance(value, datetime.datetime) else "DATE_FORMAT")
    if isinstance(value, list | tuple | set | frozenset):
        parts = [str(part) for part in value]
        return "、".join(parts if len(parts) <= MOST_NAMED else [*parts[:MOST_NAMED], "…"])
    return value


def text_of(error: DomainError) -> str:
    """Return the sentence for this error in the active language; never an empty text."""
    sentence = _sentences().get(error.code)
    if sentence is None:
        return error.code
    return str(sentence) % {name: _shown(value) for name, value in error.context.items()}
