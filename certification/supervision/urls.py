from django.urls import path

from certification.supervision import views

app_name = "supervision"
urlpatterns = [
    path("desk/supervision/", views.overview, name="overview"),
    path("desk/supervision/draws/", views.draws, name="draws"),
    path("desk/supervision/draws/<int:pk>/", views.sampling, name="sampling"),
    path("desk/supervision/plans/<int:pk>/", views.session, name="session"),
    path("desk/supervision/plans/<int:pk>/record/", views.record, name="record"),
    path("desk/supervision/plans/<int:pk>/supervisor/", views.late, name="late"),
    path("desk/supervision/records/<int:pk>/add/", views.add, name="add"),
]
