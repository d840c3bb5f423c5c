from django.urls import path

from certification.results import case_views, check_views, correction_views, views, void_views

app_name = "results"
urlpatterns = [
    path("desk/results/<int:pk>/", views.plan, name="plan"),
    path("desk/results/<int:pk>/check/", check_views.check, name="check"),
    path("desk/results/<int:pk>/voids/", void_views.voids, name="voids"),
    path("desk/results/<int:pk>/<slug:step>/", views.act, name="act"),
    path("desk/voidings/<int:pk>/", void_views.answer, name="voiding"),
    path("desk/stopped-exams/<int:pk>/", void_views.stop, name="stop"),
    path("desk/objections/<int:pk>/", views.objection, name="objection"),
    path("desk/objections/<int:pk>/accept/", views.accept_objection, name="accept_objection"),
    path("desk/reviews-and-appeals/", case_views.cases, name="cases"),
    path("desk/reviews-and-appeals/<int:pk>/", case_views.case, name="case"),
    path("desk/reviews-and-appeals/<int:pk>/accept/", case_views.accept, name="accept_case"),
    path("desk/reviews-and-appeals/<int:pk>/answer/", case_views.answer, name="answer_case"),
    path("desk/corrections/new/<int:seat_pk>/", correction_views.new_order, name="new_order"),
    path("desk/corrections/<int:pk>/", correction_views.order, name="order"),
    path("desk/corrections/<int:pk>/<slug:step>/", correction_views.order_act, name="order_act"),
    path("publications/", views.publications, name="publications"),
    path("publications/<int:pk>/", views.publication, name="publication"),
    path("publications/<int:pk>/object/", views.object_to, name="object"),
    path("exam/<int:pk>/result/", views.own, name="own"),
    path("exam/<int:pk>/result/review/", case_views.ask_review, name="ask_review"),
    path("results/appeal/<slug:what>/<int:pk>/", case_views.appeal, name="appeal"),
    path("results/asked/<int:pk>/", case_views.own_case, name="own_case"),
    path("results/evidence/<int:pk>/", case_views.evidence, name="evidence"),
]
