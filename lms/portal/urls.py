from django.urls import path

from lms.portal import views
from lms.portal.desk import calendar_views
from lms.portal.desk import views as desk_views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("pathways/", views.pathways, name="pathways"),
    path("start/", views.start, name="start"),
    path("desk/", desk_views.desk, name="desk"),
    path("desk/act/", desk_views.act, name="act"),
    path("desk/act/<uuid:token>/", desk_views.act_done, name="act_done"),
    path("desk/views/", desk_views.save_view, name="save_view"),
    path("desk/views/<int:pk>/delete/", desk_views.remove_view, name="remove_view"),
    path("desk/calendar/", calendar_views.calendar, name="calendar"),
    path("desk/calendar/<str:token>/plans.ics", calendar_views.feed, name="calendar_feed"),
    path("preferences/", views.preferences, name="preferences"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
