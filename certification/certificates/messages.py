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
    "certificates.serials_imported": _(
        "The province handed out %(number)s already, so counting cannot go on. Drop this list; then the head of the body sets under “Certificate numbers” which way this filing gets them."
    ),
    "certificates.number_way_unknown": _("Please choose one of the two ways."),
    "certificates.number_way_in_use": _(
        "%(count)s lists of this filing are not finished yet. Finish or drop them first, then change the way of its numbers."
    ),
    "certificates.numbers_are_counted": _("The numbers of this filing are counted here; there is nothing to import."),
    "certificates.list_not_sound": _(
        "%(count)s lines of the list are wrong, so nothing was stored. Upload it once more to read which."
    ),
    "certificates.list_without_numbers": _("No line of this file looks like a certificate number."),
    "certificates.listed_no_number": _("This is not a certificate number of 22 characters."),
    "certificates.listed_other_system": _(
        "This number belongs to another system; only numbers of 22 characters are given out here."
    ),
    "certificates.listed_other_body": _("This number belongs to %(body)s; your filing's numbers begin with %(own)s."),
    "certificates.listed_year": _(
        "This is a number of %(year)s. A certificate bears the year of its issue; now only numbers of %(years)s can be used."
    ),
    "certificates.listed_level": _("The filing does not cover level %(level)s."),
    "certificates.listed_twice": _("The same number stands in line %(first)s already."),
    "certificates.listed_imported": _("This number was imported before."),
    "certificates.listed_on_certificate": _("This number stands on a certificate already."),
    "certificates.listed_given_out": _("This number was given out here already."),
    "certificates.list_expired": _("The check of this list is too old. Please upload the file once more."),
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
    "certificates.template_name_taken": _("There is a template “%(name)s” already."),
    "certificates.version_is_published": _("This version is published and is not changed any more. Begin a new one."),
    "certificates.reason_needed": _("Please write down the reason; it is kept with the certificate."),
    "certificates.public_reason_unfit": _("This reason does not go with what should happen."),
    "certificates.token_unreadable": _("This QR code does not hold the signed facts of a certificate of ours."),
    "certificates.token_key_unknown": _("This QR code was signed with a key that is not in the list of keys."),
    "certificates.token_forged": _("This QR code is forged: its signature does not belong to what it says."),
    "certificates.key_not_in_use": _("The signing key “%(name)s” is not in use, so nothing can be signed with it."),
    "certificates.algorithm_not_for_pdf": _(
        "No PDF can be signed with a key of the kind %(algorithm)s: readers of PDF do not know it. Choose ECDSA P-256 or RSA."
    ),
    "certificates.algorithm_not_here": _("A key of the kind %(algorithm)s cannot be made here; only a provider can hold it."),
    "certificates.algorithm_unknown": _(
        "The certificate is for a kind of key that is not used here: ECDSA P-256, RSA 2048 to 4096, SM2."
    ),
    "certificates.token_address_wrong": _("“%(address)s” is not the address of a key in a token (pkcs11:token=…;object=…)."),
    "certificates.token_module_missing": _(
        "The PKCS#11 library %(path)s cannot be loaded, so the hardware token cannot be used. The operator has to correct PKCS11_MODULE."
    ),
    "certificates.token_absent": _("The hardware token “%(token)s” is not there. Plug it in, or start its service, and go on."),
    "certificates.token_pin_missing": _("There is no PIN for the token “%(token)s”. The operator has to set %(variable)s."),
    "certificates.token_pin_wrong": _(
        "The PIN for the token “%(token)s” is wrong. The operator has to correct %(variable)s before anybody tries again: a token locks itself after a few wrong PINs."
    ),
    "certificates.token_pin_locked": _(
        "The token “%(token)s” has locked itself after too many wrong PINs. Its security officer has to unlock it."
    ),
    "certificates.token_key_absent": _("The token “%(token)s” holds no key named “%(label)s”."),
    "certificates.token_key_exists": _("The token “%(token)s” holds a key named “%(label)s” already."),
    "certificates.token_failed": _("The hardware token “%(token)s” does not sign at the moment. (%(reason)s)"),
    "certificates.provider_unknown": _("No provider “%(provider)s” is set up (SEAL_PROVIDERS)."),
    "certificates.provider_unreachable": _(
        "The signature provider “%(provider)s” cannot be reached. Nothing is lost; go on when it answers again. (%(reason)s)"
    ),
    "certificates.provider_refused": _("The signature provider “%(provider)s” refused. (%(reason)s)"),
    "certificates.provider_answer_wrong": _(
        "The signature provider “%(provider)s” gave an answer that cannot be believed, so nothing was signed. The operator has to look into it. (%(reason)s)"
    ),
    "certificates.provider_key_disabled": _("The key “%(key)s” is switched off at the provider “%(provider)s”."),
    "certificates.ceremony_two_officers": _(
        "A key is made before two people of the body: its head, and a second head or an exam officer."
    ),
    "certificates.ceremony_finished": _("The certificate for this key is on record already."),
    "certificates.certificate_of_other_key": _("The certificate “%(name)s” belongs to another key than the one that was made."),
    "certificates.certificate_expired": _("The certificate “%(name)s” ended on %(day)s."),
    "certificates.certificate_of_authority": _("“%(name)s” is the certificate of an authority, not of a signer."),
    "certificates.certificate_usage": _(
        "The certificate “%(name)s” is not meant for signing documents (key usage “non-repudiation”). Ask the authority for one that is."
    ),
    "certificates.chain_broken": _("Who issued the certificate “%(name)s” is not proven: the chain up to the root does not fit."),
    "certificates.issuer_not_trusted": _(
        "The issuer “%(name)s” is not among the trusted ones here. If it is the licensed authority of this body, the operator adds its certificate to trusted-roots.pem."
    ),
    "certificates.key_proof_failed": _("The key “%(name)s” could not prove that it belongs to its certificate."),
    "certificates.key_change_open": _("Somebody has proposed a change of this key already; it waits for a second person."),
    "certificates.key_change_same_person": _("Whoever proposed this cannot confirm it; two people decide about the body's key."),
    "certificates.key_change_needs_head": _("One of the two people has to be head of the body."),
    "certificates.key_not_in_force_yet": _("The certificate of this key is in force from %(begin)s to %(end)s, not now."),
    "certificates.issue_running": _("Certificates are being issued at this moment. Pause that first, then change the key."),
    "certificates.unsafe_since_in_future": _("The moment since when the key is not safe cannot lie in the future."),
    "certificates.demo_authority_on_real_site": _("The demonstration's authority certifies no key of a real site."),
    "certificates.request_revoked": _(
        "This certificate is revoked, so nothing can be changed on it. If you think that was wrong, ask the issuing body."
    ),
    "certificates.request_replaced": _("There is a newer version of this certificate; please ask for a change of that one."),
    "certificates.request_suspended": _(
        "This certificate is suspended. It can be changed when the issuing body has made it valid again."
    ),
    "certificates.request_expired": _(
        "The term of this certificate ended on %(day)s; it can no longer be corrected or issued again."
    ),
    "certificates.request_no_renewal": _(
        "This certificate cannot be renewed. When its term ends, take the course or the assessment again."
    ),
    "certificates.request_reason_needed": _("Please write down why you ask."),
    "certificates.evidence_needed": _("Please attach what proves the correction, for example a photo of your identity document."),
    "certificates.too_much_evidence": _("At most %(limit)s files can be attached."),
    "certificates.request_open": _("There is a request for this certificate already that waits for its answer."),
    "certificates.request_same_person": _(
        "Whoever filed a request, or holds the certificate, cannot answer it; two people are needed."
    ),
    "certificates.answer_needed": _("Please write down why; the holder reads it."),
    "certificates.share_nothing": _("Choose at least one thing to show."),
    "certificates.share_too_many": _("%(limit)s links of this certificate work already. Withdraw one that you no longer need."),
    "certificates.nothing_published": _("No version of this template is published."),
    "certificates.template_too_long": _("The wording is too long for one page. Please shorten it."),
    "certificates.wording_character": _("The character %(sign)s cannot be printed. Please write the words again by hand."),
    "certificates.wording_reserved": _(
        "“%(words)s” belongs to skill-level certificates and the state's qualifications alone. Please choose other words."
    ),
    "certificates.wording_recognition": _(
        "“%(words)s” sounds as if the state or everybody recognised this certificate. The body issues it alone; please say it without these words."
    ),
    "certificates.wording_official_number": _("A number of the official pattern may stand on a skill-level certificate only."),
    "certificates.picture_too_large": _("The picture is larger than %(megabytes)s MB."),
    "certificates.picture_not_png": _("The picture has to be a PNG file."),
    "certificates.picture_too_many_pixels": _("The picture has more than %(megapixels)s million pixels. Please make it smaller."),
    "certificates.picture_too_small": _("The picture is too small to print: at least %(pixels)s pixels, please."),
    "certificates.picture_moves": _("The picture may not move."),
    "certificates.picture_shape": _("The picture is too long or too narrow. Please cut it to what is inked."),
    "certificates.picture_opaque": _("The picture needs a transparent ground, so that the paper shows through."),
    "certificates.picture_empty": _("The picture is empty: everything in it is transparent."),
    "certificates.programme_lacks": _("Something is missing that this kind of certificate says: %(fact)s."),
    "certificates.programme_title_taken": _("There is a programme “%(title)s” of this kind already."),
    "certificates.programme_has_open_list": _(
        "A list of this programme waits for approval or is being worked on. Finish or drop that list first, then change the programme."
    ),
    "certificates.own_name_on_list": _("Your own name is on this list. Leave it out, or let another head approve the list."),
    "certificates.own_certificate": _(
        "Nobody decides about a certificate of their own. Please ask another head of the organisation."
    ),
    "certificates.draft_changed": _(
        "The draft was changed after you had looked at it. Please look at the specimens again, then publish."
    ),
    "certificates.programme_is_closed": _("The programme is closed. Open it again first."),
    "certificates.renewal_needs_months": _(
        "Only a certificate that ends can be renewed. Please say for how many months it is valid."
    ),
    "certificates.template_of_another_kind": _("This design belongs to another kind of certificate or another organisation."),
    "certificates.people_too_many": _("The list has more than %(most)s lines. Please cut it in two."),
    "certificates.person_not_understood": _("Phone or e-mail, and the name, please."),
    "certificates.person_unknown": _("No account has this phone or e-mail and this name."),
    "certificates.person_listed_twice": _("This person stands in line %(first)s already."),
    "certificates.in_the_making": _("Certificate %(number)s is just being made. Wait until its list is done, then try again."),
}
