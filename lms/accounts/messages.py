from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "accounts.bad_phone": _("Please enter a mobile number of 11 digits, for example 138 0000 0000."),
    "accounts.bad_name": _("Please enter your name in plain characters, as it stands in your identity document."),
    "accounts.email_taken": _("This e-mail address already has an account. Please sign in with it."),
    "accounts.phone_or_email": _("Please enter a phone number or an e-mail address; one of them is enough."),
    "accounts.bad_resident_number": _("This is not a valid identity number. Please compare its 18 characters with your card."),
    "accounts.birth_date_not_past": _("The date of birth in this number lies in the future. Please check the number."),
    "accounts.birth_date_impossible": _("This date of birth cannot be right. Please compare it with your document."),
    "accounts.resident_number_misplaced": _(
        "This is the number of a resident identity card or residence permit. Please choose “Resident identity card” as the kind of document."
    ),
    "accounts.bad_permit": _("This is not a valid permit number."),
    "accounts.bad_passport": _("This is not a valid passport number."),
    "accounts.birth_date_disagrees": _("The date of birth does not agree with the identity number."),
    "accounts.sex_disagrees": _("The sex does not agree with the identity number."),
    "accounts.birth_date_and_sex_needed": _("Please enter date of birth and sex as your document states them."),
    "accounts.document_taken": _(
        "This document is registered with another account. If it is yours, please sign in there or ask the assessment body."
    ),
    "accounts.code_dead": _(
        "This code is no longer valid: it has expired, or a wrong one was entered too often. Sign in again to get a new one."
    ),
}
