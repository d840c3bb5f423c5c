from django.urls import path

from certification.bodies import views

app_name = "bodies"
urlpatterns = [path("apply/bodies/", views.bodies, name="list")]
