from django.urls import path

from certification.plans.views import desk, drafts, staff, steps

app_name = "plans"
urlpatterns = [
    path("desk/plans/", desk.plans, name="list"),
    path("desk/plans/new/", drafts.new, name="new"),
    path("desk/plans/write/", drafts.write, name="write"),
    path("desk/plans/<int:pk>/", desk.detail, name="detail"),
    path("desk/plans/<int:pk>/timeline/", desk.timeline, name="timeline"),
    path("desk/plans/<int:pk>/edit/", drafts.edit, name="edit"),
    path("desk/plans/<int:pk>/copy/", drafts.copy, name="copy"),
    path("desk/plans/<int:pk>/rooms/", drafts.rooms, name="rooms"),
    path("desk/plans/<int:pk>/hand-in/", steps.hand_in, name="hand_in"),
    path("desk/plans/<int:pk>/take-back/", steps.take_back, name="take_back"),
    path("desk/plans/<int:pk>/approve/", steps.approve, name="approve"),
    path("desk/plans/<int:pk>/return/", steps.give_back, name="return"),
    path("desk/plans/<int:pk>/publish/", steps.publish, name="publish"),
    path("desk/plans/<int:pk>/close-registration/", steps.close, name="close"),
    path("desk/plans/<int:pk>/correct/", steps.correct, name="correct"),
    path("desk/plans/<int:pk>/cancel/", steps.cancel, name="cancel"),
    path("desk/plans/<int:pk>/assessors/", staff.assessors, name="assessors"),
    path("desk/plans/<int:pk>/session/", staff.session, name="session"),
    path("desk/plans/<int:pk>/conflicts/", staff.conflicts, name="conflicts"),
    path("desk/duties/", staff.duties, name="duties"),
    path("desk/duties/<int:pk>/declare/", staff.declare, name="declare"),
]
