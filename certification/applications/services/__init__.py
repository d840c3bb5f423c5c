"""What happens to applications, verb first. `cases`: the candidate's half; `portraits`: her photo; `intakes`, `looking`
and `taking`: tables of people; `entries`: what a person does with such a row; `accommodations`: what she needs.
The reviewers' half is `applications.reviewing`.
"""

from certification.applications.reviewing import review_application, seat_candidates
from certification.applications.services.accommodations import ask_for_needs, decide_needs, end_needs
from certification.applications.services.cases import (
    PHOTO_BYTES,
    attach_evidence,
    attach_photo,
    give_undertaking,
    remove_evidence,
    save_facts,
    save_record,
    start_application,
    submit_application,
    withdraw_application,
)
from certification.applications.services.entries import accept_entry, decline_entry
from certification.applications.services.intakes import drop_intake, receive_table, set_record_settings, take_in
from certification.applications.services.portraits import portrait

__all__ = [
    "PHOTO_BYTES",
    "accept_entry",
    "ask_for_needs",
    "attach_evidence",
    "attach_photo",
    "decide_needs",
    "decline_entry",
    "drop_intake",
    "end_needs",
    "give_undertaking",
    "portrait",
    "receive_table",
    "remove_evidence",
    "review_application",
    "save_facts",
    "save_record",
    "seat_candidates",
    "set_record_settings",
    "start_application",
    "submit_application",
    "take_in",
    "withdraw_application",
]
