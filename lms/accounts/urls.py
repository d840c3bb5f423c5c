from django.urls import path

from lms.accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/", views.home, name="home"),
    # Before allauth's own page at the same address, which would take an unproved address for the main one.
    path("accounts/email/", views.EmailPage.as_view(), name="email"),
]
