from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "plans.registration_closed": _("Applications for this plan closed on %(date)s."),
    "plans.registration_not_open": _("Applications for this plan open on %(date)s."),
    "applications.already_applied": _("You have already applied for this plan."),
    "applications.same_level_running": _(
        "You are already applying for this occupation and level: %(plan)s. Only one application at a time is possible."
    ),
    "applications.exams_overlap": _("This exam is at the same time as another one you applied for: %(plan)s."),
    "applications.staff_of_plan": _("You act in this plan yourself, so you cannot be its candidate."),
    "applications.not_yours": _("Only the candidate can change this application."),
    "applications.not_editable": _("This application is with the reviewers and cannot be changed now."),
    "applications.condition_of_other_plan": _("This condition does not belong to the plan."),
    "applications.evidence_kind_unknown": _("Choose what kind of evidence this is."),
    "applications.too_many_files": _("At most %(limit)s files can be attached."),
    "applications.too_many_rows": _("At most %(limit)s rows can be entered."),
    "applications.period_reversed": _("The end date is earlier than the start date."),
    "applications.date_in_future": _("The date %(date)s lies in the future."),
    "applications.date_too_early": _("The year of this date cannot be right."),
    "applications.fact_malformed": _("One of the rows is incomplete or has an impossible value."),
    "applications.photo_too_small": _("The photo is too small; at least %(width)s × %(height)s pixels are needed."),
    "applications.incomplete": _("Still missing: %(missing)s."),
    "applications.too_young": _("You have to be at least %(years)s years old on the day of application."),
    "applications.condition_unmet": _("The chosen condition is not met. %(reasons)s"),
    "applications.own_case": _("Nobody reviews her own application."),
    "applications.second_reviewer_needed": _("You gave the first verdict; the second has to come from another reviewer."),
    "applications.reasons_needed": _("Write the reasons so that the candidate knows what to do."),
    "applications.plan_full": _("All %(capacity)s seats of this plan are taken."),
    "applications.reviews_pending": _("%(count)s submitted applications still wait for a verdict."),
    "applications.not_withdrawable": _("This application cannot be withdrawn any more."),
    "applications.identity_fixed": _(
        "Your identity document belongs to an application that was handed in. Ask the assessment body to correct it."
    ),
    "applications.not_a_reviewer": _("%(name)s does not review for this body."),
    "applications.nobody_to_remind": _("There is nobody to remind, or everybody was reminded today already."),
    "applications.not_seated": _("There is no admission ticket yet."),
}
