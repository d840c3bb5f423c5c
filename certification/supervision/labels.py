"""The words for questions, answers and conclusions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.supervision.rules import Answer, Conclusion, Question

QUESTION_LABELS = {
    Question.ROOMS: _("Rooms, signs and ways in are as the plan says, without barriers for those who need that"),
    Question.DOOR: _("Everybody was let in with ticket and document, and compared with the photo"),
    Question.PAPERS: _("Papers stayed sealed until the start, and every hand-over was written down"),
    Question.STAFF: _("The named people acted, and nobody with a tie to a candidate"),
    Question.TIMES: _("The rules were read out; start and end were on time"),
    Question.HELP: _("Help that was granted was given"),
    Question.SCORING: _("Each assessor scored alone and knew numbers only"),
    Question.RECORDS: _("Absences and incidents are in the record, signed by two"),
}
ANSWER_LABELS = {
    Answer.YES: pgettext_lazy("supervisor", "Yes"),
    Answer.NO: pgettext_lazy("supervisor", "No"),
    Answer.NONE: pgettext_lazy("supervisor", "Did not come up"),
}
CONCLUSION_LABELS = {
    Conclusion.ORDERLY: pgettext_lazy("supervisor", "In order"),
    Conclusion.FAULTS: pgettext_lazy("supervisor", "Faults, put right on the spot or to be put right"),
    Conclusion.GRAVE: pgettext_lazy("supervisor", "Grave faults: results should wait until they are looked into"),
}
