from django.urls import path

from certification.standards import coverage_views, views

app_name = "standards"
urlpatterns = [
    path("apply/standards/", views.schemes, name="list"),
    path("apply/standards/<int:pk>/", views.scheme, name="detail"),
    path("coverage/programmes/<int:pk>/", coverage_views.of_curriculum, name="coverage_curriculum"),
    path("coverage/colleges/<slug:slug>/", coverage_views.of_college, name="coverage_college"),
]
