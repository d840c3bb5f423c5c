from django.urls import path

from certification.results import views

app_name = "results"
urlpatterns = [
    path("desk/results/<int:pk>/", views.plan, name="plan"),
    path("desk/results/<int:pk>/<slug:step>/", views.act, name="act"),
    path("desk/objections/<int:pk>/", views.objection, name="objection"),
    path("publications/", views.publications, name="publications"),
    path("publications/<int:pk>/", views.publication, name="publication"),
    path("publications/<int:pk>/object/", views.object_to, name="object"),
    path("exam/<int:pk>/result/", views.own, name="own"),
]
