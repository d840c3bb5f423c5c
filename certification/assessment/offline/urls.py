from django.urls import path

from certification.assessment.offline import office, views

urlpatterns = [
    path("desk/score/tablet/", views.tablet, name="tablet"),
    path("desk/score/tablet/sw.js", views.worker, name="tablet_worker"),
    path("desk/score/tablet/manifest.webmanifest", views.manifest, name="tablet_manifest"),
    path("desk/score/tablet/state.json", views.state, name="tablet_state"),
    path("desk/score/tablet/plan/<int:pk>/", views.register, name="tablet_register"),
    path("desk/score/tablet/<uuid:pk>/", views.description, name="tablet_description"),
    path("desk/score/tablet/<uuid:pk>/entries/", views.entries, name="tablet_entries"),
    path("desk/score/tablet/<uuid:pk>/finish/", views.finish, name="tablet_finish"),
    path("desk/score/tablet/<uuid:pk>/resume/", views.resume, name="tablet_resume"),
    path("desk/assessment/tablets/<uuid:pk>/release/", office.release, name="tablet_release"),
    path("desk/assessment/releases/<int:pk>/confirm/", office.confirm, name="tablet_release_confirm"),
]
