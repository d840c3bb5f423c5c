from django.urls import path

from courses.venues import views

app_name = "venues"
urlpatterns = [
    path("venues/", views.venues, name="list"),
    path("venues/<int:pk>/book/", views.book, name="book"),
    path("venues/bookings/<str:token>/", views.booking, name="booking"),
    path("venues/bookings/<str:token>/cancel/", views.cancel, name="cancel"),
    path("desk/college/<slug:slug>/venues/", views.open_venue, name="open"),
    path("desk/venues/<int:pk>/", views.day, name="day"),
    path("desk/venues/<int:pk>/call-off/", views.call_off, name="call_off"),
]
