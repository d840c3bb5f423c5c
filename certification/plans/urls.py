from django.urls import path

from certification.plans import views

app_name = "plans"
urlpatterns = [
    path("desk/plans/", views.plans, name="list"),
    path("desk/plans/new/", views.new, name="new"),
    path("desk/plans/<int:pk>/", views.detail, name="detail"),
    path("desk/plans/<int:pk>/edit/", views.edit, name="edit"),
    path("desk/plans/<int:pk>/publish/", views.publish, name="publish"),
    path("desk/plans/<int:pk>/close-registration/", views.close, name="close"),
    path("desk/plans/<int:pk>/assessors/", views.assessors, name="assessors"),
    path("desk/plans/<int:pk>/conflicts/", views.conflicts, name="conflicts"),
    path("desk/plans/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("desk/duties/", views.duties, name="duties"),
    path("desk/duties/<int:pk>/declare/", views.declare, name="declare"),
]
