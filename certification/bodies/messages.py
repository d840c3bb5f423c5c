from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "bodies.filing_code_wrong": _("“%(value)s” cannot be the %(name)s of a filing."),
    "bodies.term_wrong": _("The term ends before it begins."),
    "bodies.record_taken": _("The record number %(record_number)s belongs to another body."),
    "bodies.card_levels_wrong": _("A card needs at least one level from 5 to 1."),
    "bodies.card_number_taken": _("The card number %(number)s belongs to another person."),
}
