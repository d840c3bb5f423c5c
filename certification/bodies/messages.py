from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "bodies.filing_code_wrong": _("“%(value)s” cannot be the %(name)s of a filing."),
    "bodies.term_wrong": _("The term ends before it begins."),
    "bodies.record_taken": _("The record number %(record_number)s belongs to another body."),
    "bodies.code_taken": _("The codes %(codes)s are filed for another body. Look at the authority's paper again."),
    "bodies.card_levels_wrong": _("A card needs at least one level from 5 to 1."),
    "bodies.card_number_taken": _("The card number %(number)s is already given out."),
    "bodies.card_withdrawn": _("This card was taken back before."),
    "bodies.filing_end_wrong": _(
        "A filing ends early on a day within its term, today at the earliest; this one runs until %(until)s."
    ),
    "bodies.scope_needed": _("Choose an occupation and at least one level."),
    "bodies.person_unknown": _("Nobody has signed up with this phone number. Please ask the person to sign up first."),
    "bodies.entered_already": _("%(name)s is in the register already."),
    "bodies.reason_needed": _("Write down the reason."),
    "bodies.day_to_come": _("This day is still to come."),
    "bodies.hours_not_for_this": _("Only training has class hours."),
    "bodies.site_name_taken": _("The body has a site called “%(name)s” already."),
    "bodies.room_name_taken": _("The site has a room called “%(name)s” already."),
    "bodies.equipment_listed": _("“%(name)s” is in the list already."),
    "bodies.declared_already": _("Your declaration is stored already and still counts."),
    "bodies.not_yours": _("Only the person herself can declare this."),
    "bodies.tie_needs_name": _("Write down the person's name."),
    "bodies.own_conflict": _("Nobody rules on a conflict of her own."),
}
