from django.urls import path

from certification.panels.views import candidate, files, member, naming, office

app_name = "panels"
urlpatterns = [
    path("apply/<int:pk>/dossier/", candidate.dossier, name="dossier"),
    path("apply/dossier-files/<int:pk>/", files.own, name="own_file"),
    path("apply/dossier-files/<int:pk>/remove/", candidate.remove, name="remove_file"),
    path("desk/panels/", member.sittings, name="sittings"),
    path("desk/panels/plan/<int:pk>/", office.progress, name="plan"),
    path("desk/panels/plan/<int:pk>/setup/", office.setup, name="setup"),
    path("desk/panels/plan/<int:pk>/new/", naming.new, name="new"),
    path("desk/panels/plan/<int:pk>/schedule/", office.schedule, name="schedule"),
    path("desk/panels/panel/<int:pk>/", naming.change, name="panel"),
    path("desk/panels/dossier/<int:pk>/", office.dossier, name="check"),
    path("desk/panels/file/<int:pk>/cover/", office.cover, name="cover"),
    path("desk/panels/file/<int:pk>/", files.officer, name="officer_file"),
    path("desk/panels/difference/<int:pk>/", office.difference, name="difference"),
    path("desk/panels/absence/<int:pk>/", office.absence, name="absence"),
    path("desk/panels/sit/<int:pk>/", member.sit, name="sit"),
    path("desk/panels/candidate/<int:pk>/", member.hearing, name="hearing"),
    path("desk/panels/paper/<int:pk>/", files.panel, name="panel_file"),
    path("desk/panels/sheet/<int:pk>/", member.sheet, name="sheet"),
    path("desk/panels/sheet/<int:pk>/point/", member.point, name="point"),
    path("desk/panels/sheet/<int:pk>/sign/", member.sign, name="sign"),
    path("desk/panels/look/<int:pk>/", member.look, name="look"),
]
