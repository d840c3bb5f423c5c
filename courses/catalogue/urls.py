from django.urls import path

from courses.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("figures/<int:pk>/<slug:sha>.svg", views.figure, name="figure"),
    path("photos/<int:pk>/<slug:sha>.webp", views.photo, name="photo"),
    path("glossary/<int:pk>/", views.glossary, name="glossary"),
]
