from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "examday.no_rooms": _("No room of your register is chosen for this plan yet."),
    "examday.too_late_to_arrange": _(
        "Seats can be arranged from the end of registration until the first candidate is signed in. That time is over or has not come."
    ),
    "examday.nothing_proposed": _("No seats are proposed yet."),
    "examday.already_confirmed": _("These seats are confirmed already."),
    "examday.seating_blocked": _("%(count)s faults are in the way: everybody needs a proper seat first. They are listed below."),
    "examday.findings_unseen": _("%(count)s wishes could not be met. Look at them, then confirm that you know them."),
    "examday.too_few_invigilators": _(
        "%(room)s: %(count)s invigilators for %(candidates)s candidates; at least %(needed)s are needed."
    ),
    "examday.room_too_full": _("%(room)s has only %(seats)s seats; more candidates are seated there."),
    "examday.pool_too_small": _("Only %(count)s people can be drawn; %(wanted)s are wanted."),
    "examday.reason_for_redraw": _("People have been drawn before. Write down why you draw again."),
    "examday.not_an_invigilator": _("Only the invigilators of this exam do this."),
    "examday.no_session": _("This exam is not being held now."),
    "examday.door_not_open": _("Sign-in opens one hour before the start (%(starts_at)s)."),
    "examday.door_closed": _("The door closed at %(closed_at)s; nobody is admitted any more. The candidate counts as absent."),
    "examday.wrong_room": _("Wrong room: this candidate sits in %(room)s, seat %(seat)s. You stand in %(here)s."),
    "examday.signed_in_already": _("This candidate was signed in at %(time)s. Compare the photo: is it the same person?"),
    "examday.unknown_ticket": _("No ticket of this exam has this number."),
    "examday.incident_needs_candidate": _("Choose the candidate whom this is about."),
    "examday.incident_needs_words": _("Write down what was seen and what was done."),
    "examday.second_signature_same": _("You wrote this line yourself; another invigilator signs it."),
    "examday.was_signed_in": _("Candidate %(ticket)s was signed in, so she is not absent."),
    "examday.absent_too_early": _("Candidates may still come. Absence is recorded after the door has closed."),
    "examday.recorded_already": _("This is recorded already."),
    "examday.bag_to_oneself": _("Nobody hands a bag to herself."),
    "examday.bag_begins_at_office": _("The exam officer hands over a bag first."),
    "examday.bag_on_the_way": _("This bag is on the way: who was to get it has not confirmed it yet."),
    "examday.bag_not_held": _("You do not hold this bag: it was received last by somebody else."),
    "examday.no_holder": _("Only the staff of this plan hand papers to each other."),
    "examday.not_your_bag": _("This bag was handed to somebody else."),
    "examday.received_already": _("This bag is confirmed already."),
    "examday.broken_seal_needs_words": _("Write down what is wrong with the seal."),
    "examday.no_seats": _("No tickets are issued yet."),
    "examday.glyph_missing": _("These characters cannot be printed: %(characters)s."),
}
