from django.urls import path

from certification.certificates import number_views, views

app_name = "certificates"
urlpatterns = [
    path("desk/certificates/", views.plans, name="plans"),
    path("desk/certificates/numbers/", number_views.numbers, name="numbers"),
    path("desk/certificates/numbers/<int:pk>/", number_views.filing_numbers, name="filing_numbers"),
    path("desk/certificates/numbers/<int:pk>/import/", number_views.import_list, name="import_numbers"),
    path("desk/certificates/<int:pk>/", views.plan, name="plan"),
    path("desk/certificates/<int:pk>/prepare/", views.prepare, name="prepare"),
    path("desk/certificates/<int:pk>/close/", views.close, name="close"),
    path("desk/certificates/batches/<int:pk>/", views.batch, name="batch"),
    path("desk/certificates/batches/<int:pk>/approve/", views.approve, name="approve"),
    path("desk/certificates/batches/<int:pk>/pause/", views.pause, name="pause"),
    path("desk/certificates/batches/<int:pk>/files/", views.archive, name="archive"),
    path("desk/certificates/batches/<int:pk>/resume/", views.resume, name="resume"),
    path("desk/certificates/batches/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("desk/certificates/issued/<int:pk>/", views.certificate, name="certificate"),
    path("learn/certificates/", views.own, name="own"),
    path("learn/certificates/<int:pk>/pdf/", views.download, name="download"),
]
