from django.urls import include, path

from certification.registry import views

app_name = "registry"
urlpatterns = [
    path("", include("certification.registry.machine.urls")),
    path("verify/", views.search, name="search"),
    path("verify/file/", views.check_file, name="file"),
    path("verify/<str:token>/", views.certificate, name="certificate"),
]
