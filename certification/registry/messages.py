from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "registry.ledger_broken": _(
        "The ledger's entry %(entry)s does not follow on the one before it, so the public log signs nothing. The operator has to run verify_ledger."
    ),
    "registry.log_key_missing": _("The key file %(name)s of the public log is missing. The operator has to restore it."),
    "registry.log_key_locked": _(
        "The key file %(name)s of the public log does not open with the passphrase of this installation."
    ),
    "registry.log_key_differs": _("The key file %(name)s does not hold the key that the public log has on record."),
    "registry.log_empty": _("The public log has no signed tree head yet."),
    "registry.log_no_head": _("The public log has no tree head over %(size)s entries."),
    "registry.log_no_leaf": _("The public log of %(size)s entries has no entry with this hash."),
    "registry.log_size_unknown": _(
        "The public log has %(latest)s entries under its newest tree head, so it can prove nothing about %(size)s."
    ),
    "registry.log_first_larger": _("The first tree has at least one entry and at most as many as the second."),
    "registry.log_range_empty": _("“end” has to be larger than “start”."),
    "registry.log_range_after": _("The public log has %(latest)s entries; it has none from %(start)s on."),
    "registry.upload_pack_unknown": _("There is no template “%(key)s” of version %(version)s."),
    "registry.upload_nobody_due": _("Nothing is due here that could be reported."),
    "registry.upload_taken": _("Somebody has just put one of these certificates on another list. Please look again."),
    "registry.upload_not_issued": _("The certificate has a number but is not issued yet."),
    "registry.same_person": _("Whoever prepared the list cannot release it; two people stand behind each report."),
    "registry.upload_number_needed": _("Please enter the batch number that the authority gave, at most 40 characters."),
    "registry.upload_number_taken": _("The batch number %(number)s was used before."),
    "registry.upload_changed": _(
        "The certificate %(number)s has changed since the list was prepared. Drop the list and prepare it anew."
    ),
    "registry.upload_not_released": _("The list is not released yet, so there is no sheet."),
    "registry.upload_not_waiting": _("This list does not wait for a receipt."),
    "registry.purpose_needed": _("Please write down what the sheet is taken for; it holds full ID numbers."),
    "registry.receipt_number_needed": _("Please enter the number of the receipt."),
    "registry.receipt_date": _("The receipt bears a date between the release (%(released)s) and today."),
    "registry.receipt_known": _("This file answered another list already."),
    "registry.receipt_is_the_sheet": _("This is the sheet that was sent, not the authority's answer to it."),
    "registry.receipt_columns": _("The heading of this file does not name the columns %(columns)s."),
    "registry.receipt_not_sound": _(
        "The receipt does not fit this list: %(wrong)s lines are wrong, %(unanswered)s certificates have no answer. Nothing was recorded."
    ),
    "registry.receipt_other_batch": _("This line belongs to another batch; here it is %(number)s."),
    "registry.receipt_not_sent": _("This number was not sent with this list."),
    "registry.receipt_twice": _("The same number is answered in line %(first)s already."),
    "registry.receipt_no_result": _("The result is none of the known words: %(words)s."),
    "registry.cell_missing": _("“%(column)s” is missing."),
    "registry.cell_no_code": _("The template has no code for this “%(column)s”."),
    "registry.cell_too_long": _("“%(column)s” is longer than %(longest)s characters."),
    "registry.cell_unseen": _("“%(column)s” holds a sign that shows nothing."),
    "registry.cell_formula": _("“%(column)s” begins with a sign that a spreadsheet takes for a formula."),
    "registry.cell_malformed": _("“%(column)s” does not have the form that the template asks for."),
    "registry.cell_number_disagrees": _("The certificate number does not agree with filing, level or year of issue."),
}
