from django.urls import path

from certification.certificates import views

app_name = "certificates"
urlpatterns = [
    path("desk/certificates/", views.plans, name="plans"),
    path("desk/certificates/<int:pk>/", views.plan, name="plan"),
    path("desk/certificates/issued/<int:pk>/", views.certificate, name="certificate"),
    path("learn/certificates/", views.own, name="own"),
    path("learn/certificates/<int:pk>/pdf/", views.download, name="download"),
]
