from django.urls import path

from certification.standards import coverage_views, desk_views, draft_views, exchange_views, views

app_name = "standards"
urlpatterns = [
    path("apply/standards/", views.schemes, name="list"),
    path("apply/standards/<int:pk>/", views.scheme, name="detail"),
    path("coverage/programmes/<int:pk>/", coverage_views.of_curriculum, name="coverage_curriculum"),
    path("coverage/colleges/<slug:slug>/", coverage_views.of_college, name="coverage_college"),
    path("desk/standards/", desk_views.schemes, name="desk"),
    path("desk/standards/upload/", exchange_views.upload, name="upload"),
    path("desk/standards/upload/store/", exchange_views.take, name="take"),
    path("desk/standards/<int:pk>/", desk_views.scheme, name="scheme"),
    path("desk/standards/<int:pk>/compare/", desk_views.compare, name="compare"),
    path("desk/standards/<int:pk>/file/<slug:form>/", exchange_views.download, name="download"),
    path("desk/standards/<int:pk>/new-version/", desk_views.new_version, name="new_version"),
    path("desk/standards/<int:pk>/publish/", desk_views.publish, name="publish"),
    path("desk/standards/<int:pk>/equivalent/", desk_views.equivalent, name="equivalent"),
    path("desk/standards/<int:pk>/discard/", desk_views.discard, name="discard"),
    path("desk/standards/<int:pk>/facts/", draft_views.facts, name="facts"),
    path("desk/standards/<int:pk>/parameters/", draft_views.parameters, name="parameters"),
    path("desk/standards/<int:pk>/levels/<int:number>/", draft_views.level, name="level"),
    path("desk/standards/<int:pk>/levels/<int:number>/conditions/<int:place>/", draft_views.condition, name="condition"),
]
