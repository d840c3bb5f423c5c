from django.urls import path

from certification.registry.machine import views

urlpatterns = [
    path("issuers/keys.json", views.every_key, name="every_key"),
    path("issuers/<slug:slug>/did.json", views.did_document, name="did_document"),
    path("issuers/<slug:slug>/jwks.json", views.jwks, name="jwks"),
    path("issuers/<slug:slug>/keys.json", views.key_history, name="key_history"),
    path("issuers/<slug:slug>/status/<str:purpose>/<int:number>/", views.status_list, name="status_list"),
    path("credentials/<str:token>/", views.credential, name="credential"),
]
