from django.urls import path

from courses.packages.views import packages, playing, stream

app_name = "packages"
urlpatterns = [
    path("packages/", packages.packages, name="packages"),
    path("packages/new/", packages.new, name="new"),
    path("packages/uploads/", packages.begin_upload, name="begin_upload"),
    path("packages/<int:pk>/", packages.package, name="package"),
    path("packages/<int:pk>/delete/", packages.delete, name="delete"),
    path("packages/<int:pk>/begin/", playing.begin, name="begin"),
    path("packages/<int:pk>/report/", playing.report, name="report"),
    path("packages/<int:pk>/done/", playing.done, name="done"),
    path("packages/play/<str:ticket>/<path:name>", stream.file, name="file"),
]
