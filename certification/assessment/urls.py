from django.urls import path

from certification.assessment.offline.urls import urlpatterns as offline
from certification.assessment.views import cases, exam, jury, office, scoring

app_name = "assessment"
urlpatterns = [
    *offline,
    path("exam/", exam.exams, name="exams"),
    path("exam/<int:pk>/", exam.exam, name="exam"),
    path("exam/<int:pk>/start/", exam.start, name="start"),
    path("exam/<int:pk>/paper/", exam.paper, name="paper"),
    path("exam/<int:pk>/answer/", exam.answer, name="answer"),
    path("exam/<int:pk>/submit/", exam.submit, name="submit"),
    path("desk/score/", scoring.score, name="score"),
    path("desk/score/plan/<int:pk>/", scoring.score_plan, name="score_plan"),
    path("desk/score/plan/<int:pk>/lead/", jury.lead, name="lead"),
    path("desk/score/plan/<int:pk>/ask/", jury.ask, name="ask"),
    path("desk/score/second/<int:pk>/", jury.second, name="second"),
    path("desk/score/arbitration/<int:pk>/", jury.arbitrate, name="arbitrate"),
    path("desk/score/station/<int:pk>/", scoring.station, name="station"),
    path("desk/score/<int:pk>/", scoring.sheet, name="sheet"),
    path("desk/score/<int:pk>/point/", scoring.point, name="point"),
    path("desk/score/<int:pk>/sign/", scoring.sign, name="sign"),
    path("desk/assessment/<int:pk>/", office.progress, name="progress"),
    path("desk/assessment/<int:pk>/open/", office.open_plan, name="open"),
    path("desk/assessment/<int:pk>/absence/", office.absence, name="absence"),
    path("desk/assessment/<int:pk>/absences/", office.absences, name="absences"),
    path("desk/assessment/<int:pk>/close/", office.close, name="close"),
    path("desk/assessment/<int:pk>/stations/", office.stations, name="stations"),
    path("desk/assessment/<int:pk>/leader/", cases.leader, name="leader"),
    path("desk/assessment/<int:pk>/options/", cases.options, name="options"),
    path("desk/assessment/<int:pk>/arbitrations/", cases.cases, name="cases"),
    path("desk/assessment/<int:pk>/agreement/", cases.agreed, name="agreement"),
    path("desk/assessment/arbitration/<int:pk>/", cases.case, name="case"),
]
