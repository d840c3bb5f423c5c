from django.urls import include, path

from certification.registry import shared, views

app_name = "registry"
urlpatterns = [
    path("verify/", views.search, name="search"),
    path("verify/file/", views.check_file, name="file"),
    path("verify/offline/", views.offline, name="offline"),
    path("verify/<str:token>/", views.certificate, name="certificate"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("shared/<str:token>/photo/", shared.shared_photo, name="shared_photo"),
    path("shared/<str:token>/file/", shared.shared_file, name="shared_file"),
    path("", include("certification.registry.machine.urls")),
    path("", include("certification.registry.upload.urls")),
]
