from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "certificates.bad_number": _(
        "A certificate number has 22 characters: a letter Y or S and 21 digits. Please compare it with the certificate."
    ),
    "certificates.bad_number_part": _("“%(value)s” cannot be the %(part)s of a certificate number."),
    "certificates.serials_exhausted": _("All 999,999 numbers of %(year)s at level %(level)s are given out."),
    "certificates.issuer_took_part": _(
        "Whoever examined or trained a candidate of this plan, or sat in it, cannot issue its certificates."
    ),
    "certificates.not_passed": _("This candidate has not passed every part."),
    "certificates.not_confirmed": _("A second person has to confirm this decision first."),
    "certificates.not_published": _("The results have to be published first."),
    "certificates.publication_running": _(
        "The publication period runs until the end of %(date)s. Certificates can be issued after that day."
    ),
    "certificates.objections_open": _("%(count)s objections are not answered yet. Certificates can be issued when all are."),
    "certificates.publication_not_closed": _("The exam officer has to end the publication first."),
    "certificates.result_withheld": _(
        "An objection against this result was upheld; it has to be corrected before a certificate can follow."
    ),
    "certificates.already_holds": _("This person already holds a certificate of this occupation and level from this body."),
    "certificates.no_filing": _("This plan has no filing of its body, so there is no number to give."),
    "certificates.no_identity": _("This candidate has no identity document on record."),
    "certificates.no_photo": _("The application of this candidate has no photo."),
    "certificates.no_signing_key": _("This body has no signing key in use. The operator has to install one."),
    "certificates.key_missing": _("The signing key file %(name)s is missing or unreadable. The operator has to restore it."),
    "certificates.key_locked": _("The signing key file %(name)s does not open with the passphrase of this installation."),
    "certificates.key_differs": _("The signing key file does not belong to the key “%(name)s” on record."),
    "certificates.key_not_in_force": _("The signer's certificate “%(name)s” is not in force at this moment."),
    "certificates.passphrase_missing": _("SIGNING_PASSPHRASE is not set, so no signing key can be kept."),
    "certificates.font_missing": _(
        "A typeface for certificates is missing on this machine. The operator has to install: %(packages)s."
    ),
    "certificates.glyph_missing": _("No typeface here has the character “%(characters)s”, so the certificate would show a gap."),
    "certificates.signature_failed": _(
        "The signature could not be verified right after signing, so nothing was issued. The operator has to look at the log."
    ),
    "certificates.signature_too_long": _(
        "The signature does not fit into the file. The operator has to look at the certificate."
    ),
    "certificates.stamp_failed": _(
        "The time-stamp service %(service)s did not give a time stamp, so nothing was signed. Please try again later. (%(reason)s)"
    ),
    "certificates.no_time_stamps": _("No time-stamp service is set up (TSA_URL). The operator has to name one."),
    "certificates.level_unknown": _("“%(level)s” is not a level of signature. The operator has to correct SIGNATURE_LEVEL."),
    "certificates.revocation_unknown": _(
        "Whether the certificate “%(name)s” still holds could not be proven, so nothing was signed. (%(reason)s)"
    ),
    "certificates.stamp_unreadable": _("The time stamp in this file cannot be read."),
    "certificates.file_not_sound": _("This file is not sound (%(finding)s), so it gets no new time stamp."),
    "certificates.already_holds_this": _("This person already holds this certificate."),
    "certificates.course_not_completed": _("This person has not completed the course."),
    "certificates.serials_used_up": _("All numbers that begin with %(series)s are given out."),
    "certificates.numbers_run_out": _(
        "%(needed)s numbers of %(year)s at level %(level)s are needed and %(left)s are left of those the province handed out. "
        "Import more numbers and go on."
    ),
    "certificates.nobody_due": _("Nobody is due a certificate here."),
    "certificates.batch_open": _("There is a list already that waits for approval or is being worked on."),
    "certificates.exclusion_needs_reason": _("Please write down why somebody is left out."),
    "certificates.same_person": _("Whoever prepared the list cannot approve it; two people are needed to use the body's key."),
    "certificates.some_not_issued": _(
        "%(count)s could not be issued. Read the reasons below, mend what is wrong and go on, or drop the rest."
    ),
    "certificates.not_correctable": _(
        "“%(fact)s” cannot be corrected in a certificate. A certificate with a wrong level or occupation is revoked and issued anew."
    ),
    "certificates.nothing_to_correct": _("Nothing differs from what the certificate says."),
    "certificates.not_renewable": _("This certificate has no term, so it need not be renewed."),
    "certificates.credits_missing": _("%(needed)s credits are needed to renew; %(held)s are on record since the last issue."),
    "certificates.reason_needed": _("Please write down the reason; it is kept with the certificate."),
    "certificates.token_unreadable": _("This QR code does not hold the signed facts of a certificate of ours."),
    "certificates.token_key_unknown": _("This QR code was signed with a key that is not in the list of keys."),
    "certificates.token_forged": _("This QR code is forged: its signature does not belong to what it says."),
}
