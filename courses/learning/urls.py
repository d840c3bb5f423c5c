from django.urls import path

from courses.learning import views

app_name = "learning"
urlpatterns = [
    path("learn/", views.home, name="home"),
    path("learn/courses/<int:pk>/enrol/", views.enrol, name="enrol"),
    path("learn/courses/<int:pk>/statement/", views.issue_statement, name="issue_statement"),
    path("learn/lessons/<int:pk>/done/", views.complete_lesson, name="complete_lesson"),
    path("learn/quiz/<int:pk>/", views.quiz, name="quiz"),
    path("learn/quiz/attempt/<int:pk>/", views.attempt, name="attempt"),
    path("learn/quiz/attempt/<int:pk>/result/", views.result, name="result"),
    path("learn/statements/<int:pk>/", views.statement, name="statement"),
]
