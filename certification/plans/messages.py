from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "plans.body_not_filed": _("%(body)s has no filing, so it cannot make plans."),
    "plans.level_not_in_scheme": _("The scheme has no level %(level)s."),
    "plans.frozen": _("A published plan is not changed any more. Cancel it and make a new one."),
    "plans.scheme_not_published": _("The scheme is not published yet."),
    "plans.not_filed": _("The body's filing does not cover %(occupation)s %(level)s on %(date)s."),
    "plans.published_too_late": _(
        "A plan is published at least %(days)s working days before the exam; for this exam that was %(date)s."
    ),
    "plans.closes_too_late": _(
        "Registration closes at least %(days)s working days before the exam, so on %(date)s at the latest."
    ),
    "plans.closes_before_opening": _("Registration closes before it opens."),
    "plans.closes_in_past": _("The last day to apply, %(date)s, is already over."),
    "plans.theory_on_other_day": _("The theory exam has to start on the exam date, %(date)s."),
    "plans.theory_too_short": _("The theory exam of this level lasts at least %(minutes)s minutes."),
    "plans.skill_during_theory": _("The skill test starts before the theory exam is over."),
    "plans.blueprint_missing": _("Choose the blueprint from which the theory paper is drawn."),
    "plans.blueprint_unreadable": _("The blueprint of the theory paper cannot be read."),
    "plans.blueprint_differs": _(
        "The theory paper gives %(points)s points to “%(function)s”; the weight table asks for %(weight)s."
    ),
    "plans.registration_running": _("People may still apply until %(date)s."),
    "plans.nobody_to_seat": _("There is no approved candidate to seat."),
    "plans.too_many_candidates": _("%(count)s candidates do not fit on %(capacity)s seats."),
    "plans.seats_need_rooms": _(
        "This plan uses rooms of your register. Open “Rooms and seats” and have the seats proposed there."
    ),
    "plans.candidates_without_place": _("%(count)s candidates have no seat yet."),
    "plans.no_such_seat": _("One of the seats does not exist in its room."),
    "plans.seat_taken_twice": _("Two candidates would sit on one seat."),
    "plans.ticket_range": _("A plan can have at most 999 seats, and a body at most 999 plans a year."),
    "plans.reason_needed": _("Write down the reason."),
    "plans.not_cancellable": _("Candidates are bound to this plan, so it cannot be cancelled any more."),
    "plans.team_too_small": _("A team needs at least %(minimum)s assessors; %(size)s are named. Name more before you go on."),
    "plans.team_even": _("A team of assessors has an odd number; %(size)s is even."),
    "plans.card_missing": _("No valid card for this occupation and level on %(date)s: %(names)s."),
    "plans.role_taken": _("%(name)s already has another duty in this plan."),
    "plans.assessor_conflict": _("%(name)s must stand back: %(reasons)s."),
    "plans.team_not_renewed": _(
        "Too few of this team are new since the last exam; name %(missing)s more who did not serve then."
    ),
    "plans.conflicts_unsettled": _(
        "Since the exam a conflict of interest came to light (%(names)s). The head of the body rules on it before results are published."
    ),
    "plans.nothing_to_settle": _("There is no conflict to rule on here."),
    "plans.declare_first": _(
        "First declare under “My duties” that nothing stands between you and a fair score; then the candidates are shown."
    ),
    "plans.declarations_missing": _("These assessors have not declared yet that they have no conflict: %(names)s."),
    "plans.not_your_declaration": _("Only the assessor herself can declare this."),
    "plans.staffing_closed": _("The team can be named from the publication of the plan until the exam starts."),
    "plans.exam_day_not_reached": _("The exam day is %(date)s."),
}
