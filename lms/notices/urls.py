from django.urls import path

from lms.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notices, name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.open_notice, name="open"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("notices/stop/<str:token>/", views.stop, name="stop"),
    path("accounts/notices/", views.choices, name="choices"),
    path("desk/notices/", views.failures, name="failures"),
    path("desk/notices/<int:pk>/again/", views.again, name="again"),
]
