"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "packages.no_title": _("Please give the interactive package a title."),
    "packages.empty": _("This file is empty. Please choose another one."),
    "packages.too_large": _(
        "This package is larger than %(megabytes)s MB. Please export it smaller; long films belong beside it in the lesson."
    ),
    "packages.not_zip": _(
        "This is not a ZIP file that can be read, whatever its name says. Please export the package again as SCORM or as web pages."
    ),
    "packages.too_many_files": _("There are more than %(most)s files in this package. Please export it smaller."),
    "packages.too_large_unpacked": _("Unpacked, this package is larger than %(megabytes)s MB. Please export it smaller."),
    "packages.page_too_large": _("The page “%(name)s” is larger than %(megabytes)s MB. Please export it smaller."),
    "packages.bomb": _("“%(name)s” would swell to many times its size when it is opened. Such a file is not taken."),
    "packages.encrypted": _("This package is locked with a password. Please export it without one."),
    "packages.link_inside": _("“%(name)s” is a link to another place, not a file. Please pack the file itself."),
    "packages.bad_name": _(
        "“%(name)s” is not a name that a file may have here: no “..”, no \\ and no : in it, and at most 200 characters."
    ),
    "packages.twice": _("“%(name)s” is in the package twice, or differs only in capital letters. Please rename one of the two."),
    "packages.type_refused": _(
        "%(number)s files are of a kind that is not played here: %(names)s. Please take them out and pack it again."
    ),
    "packages.zip_inside": _("“%(name)s” is an archive inside the archive. Please take it out, or pack what is in it."),
    "packages.not_what_it_says": _("“%(name)s” is not what its name says. Please export that file again."),
    "packages.unreadable": _("This package is damaged: not all of its files can be read. Please export it again."),
    "packages.no_beginning": _(
        "This package has no beginning: neither imsmanifest.xml (SCORM) nor index.html lies in it. H5P files cannot be played yet."
    ),
    "packages.in_a_folder": _(
        "imsmanifest.xml or index.html lies in a folder. Please pack what is in the folder, not the folder itself."
    ),
    "packages.manifest_wrong": _(
        "The file imsmanifest.xml cannot be understood, so it is not known where the package begins. Please export it again as SCORM 1.2 or SCORM 2004."
    ),
    "packages.many_parts": _(
        "This package has %(number)s parts. Please export each part as a package of its own; a lesson can hold several."
    ),
    "packages.launch_missing": _(
        "The package says that it begins with “%(name)s”, but no such page lies in it. Please export it again."
    ),
    "packages.in_use": _("This package stands in a lesson, so it cannot be deleted: %(lessons)s."),
    "packages.ticket_wrong": _("This address does not exist. Please open the interactive package from its lesson."),
    "packages.ticket_over": _(
        "This was opened a long time ago. Please open the interactive package again from its lesson; what was saved is still there."
    ),
    "packages.opened_elsewhere": _(
        "You have opened this package again in another place. Go on there; nothing more is saved here."
    ),
    "packages.report_unreadable": _("What the package reports cannot be read, so it was not saved."),
    "packages.report_too_large": _("The package wants to keep more than %(kilobytes)s kB. That was not saved."),
}
