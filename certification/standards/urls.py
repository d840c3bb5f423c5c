from django.urls import path

from certification.standards import views

app_name = "standards"
urlpatterns = [
    path("apply/standards/", views.schemes, name="list"),
    path("apply/standards/<int:pk>/", views.scheme, name="detail"),
]
