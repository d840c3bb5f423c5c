from django.urls import path

from certification.applications.views import candidate, files, reviews, steps

app_name = "applications"
urlpatterns = [
    path("apply/", candidate.home, name="home"),
    path("apply/plans/<int:pk>/", candidate.plan, name="plan"),
    path("apply/plans/<int:pk>/start/", candidate.start, name="start"),
    path("apply/<int:pk>/", candidate.case, name="case"),
    path("apply/<int:pk>/identity/", steps.identity, name="identity"),
    path("apply/<int:pk>/facts/", steps.facts, name="facts"),
    path("apply/<int:pk>/condition/", steps.condition, name="condition"),
    path("apply/<int:pk>/evidence/", steps.evidence, name="evidence"),
    path("apply/<int:pk>/evidence/<int:evidence_pk>/remove/", steps.remove_evidence, name="remove_evidence"),
    path("apply/<int:pk>/photo/", steps.photo, name="photo"),
    path("apply/<int:pk>/submit/", steps.submit, name="submit"),
    path("apply/<int:pk>/withdraw/", candidate.withdraw, name="withdraw"),
    path("apply/<int:pk>/ticket/", candidate.ticket, name="ticket"),
    path("apply/<int:pk>/portrait/", files.portrait, name="portrait"),
    path("apply/evidence/<int:pk>/", files.evidence, name="evidence_file"),
    path("desk/reviews/", reviews.queue, name="reviews"),
    path("desk/reviews/<int:pk>/", reviews.review, name="review"),
    path("desk/reviews/<int:pk>/number/", reviews.reveal, name="reveal"),
    path("desk/plans/<int:pk>/seats/", reviews.seat, name="seat"),
]
