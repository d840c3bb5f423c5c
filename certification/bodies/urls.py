from django.urls import path

from certification.bodies.views import filings, impartiality, own, public, sites, staff

app_name = "bodies"
urlpatterns = [
    path("apply/bodies/", public.bodies, name="list"),
    path("desk/bodies/staff/", staff.register, name="register"),
    path("desk/bodies/staff/new/", staff.enter, name="enter"),
    path("desk/bodies/staff/<int:pk>/", staff.person, name="person"),
    path("desk/bodies/staff/<int:pk>/card/", staff.new_card, name="new_card"),
    path("desk/bodies/staff/<int:pk>/record/", staff.add_record, name="add_record"),
    path("desk/bodies/cards/<int:pk>/withdraw/", staff.withdraw_card, name="withdraw_card"),
    path("desk/bodies/filings/", filings.filings, name="filings"),
    path("desk/bodies/filings/new/", filings.new_filing, name="new_filing"),
    path("desk/bodies/filings/<int:pk>/", filings.filing, name="filing"),
    path("desk/bodies/filings/<int:pk>/end/", filings.end_filing, name="end_filing"),
    path("desk/bodies/sites/", sites.sites, name="sites"),
    path("desk/bodies/sites/new/", sites.new_site, name="new_site"),
    path("desk/bodies/sites/<int:pk>/", sites.site, name="site"),
    path("desk/bodies/sites/<int:pk>/rooms/new/", sites.new_room, name="new_room"),
    path("desk/bodies/rooms/<int:pk>/", sites.room, name="room"),
    path("desk/bodies/rooms/<int:pk>/equipment/", sites.add_equipment, name="add_equipment"),
    path("desk/bodies/equipment/<int:pk>/remove/", sites.remove_equipment, name="remove_equipment"),
    path("desk/bodies/declarations/", impartiality.declarations, name="declarations"),
    path("desk/bodies/<int:pk>/conflicts/", impartiality.settings, name="settings"),
    path("desk/cards/", own.own, name="own"),
    path("desk/cards/<int:pk>/declare/", own.declare, name="declare"),
    path("desk/cards/ties/new/", own.new_tie, name="new_tie"),
    path("desk/cards/ties/<int:pk>/end/", own.end_tie, name="end_tie"),
]
