from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "plans.body_not_filed": _("%(body)s has no filing, so it cannot make plans."),
    "plans.level_not_in_scheme": _("The scheme has no level %(level)s."),
    "plans.frozen": _(
        "A published plan is not changed any more. Publish a correction notice, or cancel the plan and make a new one."
    ),
    "plans.take_back_first": _("This plan was handed in. Take it back before you change it."),
    "plans.not_approved": _("The head of the body has not approved this plan yet. Hand it in first."),
    "plans.own_plan": _("Somebody else has to decide about a plan that you wrote or handed in."),
    "plans.no_other_head": _("Nobody else is head of this body, so nobody could approve the plan. A second person is needed."),
    "plans.text_needed": _("Write down what people should know."),
    "plans.not_correctable": _("A notice is published beside a plan that is public and not finished yet."),
    "plans.seats_from_rooms": _("Place and seats of this plan follow its rooms. Choose other rooms instead."),
    "plans.rooms_fixed": _("Rooms are chosen in a draft, or after publication until the seats are arranged."),
    "plans.no_room_chosen": _("Choose at least one room."),
    "plans.rooms_of_two_sites": _("All rooms of a plan are at one site."),
    "plans.other_site": _("This plan was published for the site “%(site)s”; only other rooms there can be chosen."),
    "plans.too_many_seats": _("A plan can have at most %(most)s seats. Make a second plan for the others."),
    "plans.seats_promised": _("These rooms have %(seats)s seats; this plan needs at least %(needed)s."),
    "plans.room_closed": _("The room “%(room)s” is not in use for exams any more. Choose another one."),
    "plans.room_too_small": _("The room “%(room)s” has %(seats)s seats, not more."),
    "plans.room_taken": _("The room “%(room)s” is taken at that time by “%(plan)s”. Choose another room or another time."),
    "plans.no_rooms": _("No site has free rooms for %(count)s candidates at that time. Choose another day or fewer seats."),
    "plans.place_needed": _("Write down where the exam takes place."),
    "plans.too_few_invigilators": _("These rooms need at least %(needed)s invigilators; %(named)s are named."),
    "plans.supervisor_missing": _("Name a quality supervisor: no exam is held without one."),
    "plans.supervisor_card_missing": _("%(name)s has no supervisor's card for this occupation on %(date)s."),
    "plans.scheme_not_published": _("The scheme is not published yet."),
    "plans.scheme_of_other_body": _("This scheme is another body's own norm. Choose a national standard or one of your own."),
    "plans.handed_in_anew": _("This plan was changed and handed in anew since you opened it. Read it again before you decide."),
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
    "plans.ticket_range": _("A plan can have at most 9,999 seats, and a body at most 999 plans a year."),
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
    "plans.declarations_missing": _("These people have not declared yet that they have no conflict: %(names)s."),
    "plans.not_your_declaration": _("Only the assessor herself can declare this."),
    "plans.staffing_closed": _("The team can be named from the publication of the plan until the exam starts."),
    "plans.exam_day_not_reached": _("The exam day is %(date)s."),
}
