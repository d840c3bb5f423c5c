"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "catalogue.svg_too_large": _("This drawing is larger than %(kilobytes)s kB. Please simplify it."),
    "catalogue.svg_unreadable": _("This file is not a readable SVG drawing."),
    "catalogue.svg_without_size": _("This drawing has no viewBox, so its size is unknown."),
    "catalogue.svg_element": _("The drawing contains “%(name)s”. Only shapes and words are allowed."),
    "catalogue.svg_attribute": _("The drawing uses the attribute “%(name)s”, which is not allowed."),
    "catalogue.svg_reference": _("The drawing refers to something outside itself. Please put everything into the file."),
    "catalogue.at_class_unknown": _("%(at_class)s is not one of the twelve main classes of assistive products."),
    "catalogue.lesson_shuts_out": _(
        "“%(title)s” cannot be published: it shuts somebody out in %(count)s places. %(first)s Open the lesson to see each beside"
        " its block."
    ),
    "catalogue.is_shown": _(
        "“%(title)s” cannot be deleted: a lesson or another page shows it that is published, waits for its review or was begun"
        " by learners."
    ),
    "catalogue.not_a_college": _("%(name)s is not a college or training base, so it has no course tree."),
}
