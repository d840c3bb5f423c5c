"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "tenancy.bad_address": _("Only small letters a–z, digits and hyphens can stand in the address, at most fifty of them."),
    "tenancy.address_taken": _("Another organisation has this address already. Please choose another one."),
    "tenancy.name_taken": _("An organisation of this name is here already. Invite people to it instead."),
    "tenancy.association_here": _(
        "%(name)s is here already (address: %(slug)s). Invite people to it with the command invite_person."
    ),
    "tenancy.bad_name": _("Please give the full name, at most %(most)s characters, and the English one, at most %(most_en)s."),
    "tenancy.bad_email": _("Please write an e-mail address such as name@example.org."),
    "tenancy.already_invited": _("An invitation for this is waiting already. You can send it again from the list."),
    "tenancy.already_member": _("This person has this role already."),
    "tenancy.last_administrator": _("%(name)s needs at least one administrator. Invite another one first."),
    "tenancy.too_many_open": _("%(most)s invitations wait for an answer already. Withdraw some first."),
    "tenancy.sent_too_often": _("This invitation was sent %(most)s times. Please call the person, or withdraw it."),
    "tenancy.invitation_over": _("This invitation has run out. Ask %(inviter)s to send it again."),
    "tenancy.invitation_withdrawn": _("This invitation was withdrawn. Ask %(inviter)s if you think this is a mistake."),
    "tenancy.invitation_used": _("This invitation has been accepted already."),
    "tenancy.other_contact": _(
        "This invitation was sent to %(contact)s, and your account has not proved that it is yours. Sign in with it, or add it to your account first."
    ),
    "tenancy.bad_colour": _("Please write the colour as # and six digits, such as #0e5a4f."),
    "tenancy.faint_colour": _(
        "This colour is too faint to be read: its contrast is %(reached)s, and %(least)s is the least. Choose a darker one."
    ),
    "tenancy.bad_logo": _("The logo has to be an SVG or PNG file of at most 300 kB and 2,000 pixels a side."),
    "tenancy.own_course": _("This organisation owns the course already."),
    "tenancy.not_a_partner": _("%(name)s has no course tree here, so its authors cannot write in this course."),
    "tenancy.nothing_to_review": _("There is nothing new in this course to be reviewed."),
    "tenancy.not_in_review": _("Nothing of this course waits for a review."),
    "tenancy.comment_missing": _("Please write what has to be changed, so that the authors know."),
    "tenancy.not_reviewable": _("Nobody reviews the courses of this organisation yet. Please ask the operator."),
    "tenancy.at_the_end": _("It stands at the end already."),
    "tenancy.order_is_published": _(
        "Learners see both parts in this order, or a reviewer is reading one of them. Ask your reviewer to change the order."
    ),
    "tenancy.not_published": _("This part is not published, so there is nothing to take out."),
    "tenancy.last_lesson": _("A published course needs a lesson. This is its last one."),
    "tenancy.reason_missing": _("Please write why, so that the reviewer can decide."),
    "tenancy.asked_already": _("Somebody has asked for this already. The reviewer will decide."),
    "tenancy.nothing_asked": _("Nobody asks for this any more."),
    "tenancy.not_taken_out": _("This part was not taken out."),
}
