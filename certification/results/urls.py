from django.urls import path

from certification.results import check_views, views, void_views

app_name = "results"
urlpatterns = [
    path("desk/results/<int:pk>/", views.plan, name="plan"),
    path("desk/results/<int:pk>/check/", check_views.check, name="check"),
    path("desk/results/<int:pk>/voids/", void_views.voids, name="voids"),
    path("desk/results/<int:pk>/<slug:step>/", views.act, name="act"),
    path("desk/voidings/<int:pk>/", void_views.answer, name="voiding"),
    path("desk/stopped-exams/<int:pk>/", void_views.stop, name="stop"),
    path("desk/objections/<int:pk>/", views.objection, name="objection"),
    path("publications/", views.publications, name="publications"),
    path("publications/<int:pk>/", views.publication, name="publication"),
    path("publications/<int:pk>/object/", views.object_to, name="object"),
    path("exam/<int:pk>/result/", views.own, name="own"),
]
