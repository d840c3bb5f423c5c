from django.urls import path

from certification.registry.upload import views

urlpatterns = [
    path("desk/uploads/", views.uploads, name="uploads"),
    path("desk/uploads/new/", views.new, name="upload_new"),
    path("desk/uploads/<int:pk>/", views.upload, name="upload"),
    path("desk/uploads/<int:pk>/release/", views.release, name="upload_release"),
    path("desk/uploads/<int:pk>/drop/", views.drop, name="upload_drop"),
    path("desk/uploads/<int:pk>/file/", views.download, name="upload_download"),
    path("desk/uploads/<int:pk>/receipt/", views.receipt, name="upload_receipt"),
]
