from django.urls import path

from certification.archives import views

app_name = "archives"
urlpatterns = [
    path("desk/archives/", views.overview, name="list"),
    path("desk/archives/plans/<int:pk>/", views.plan, name="plan"),
    path("desk/archives/<int:pk>/", views.detail, name="detail"),
    path("desk/archives/<int:pk>/seal/", views.seal, name="seal"),
    path("desk/archives/<int:pk>/open/", views.ask, name="ask"),
    path("desk/archives/<int:pk>/destroy/", views.propose, name="propose"),
    path("desk/archives/destructions/<int:pk>/", views.agree, name="agree"),
    path("desk/archives/openings/<int:pk>/", views.opening, name="opening"),
    path("desk/archives/openings/<int:pk>/allow/", views.allow, name="allow"),
    path("desk/archives/openings/<int:pk>/here/", views.here, name="here"),
    path("desk/archives/openings/<int:pk>/volumes/<int:number>/", views.volume, name="volume"),
    path("desk/archives/openings/<int:pk>/package/", views.package, name="package"),
]
