from django.urls import path

from courses.sharing import views

app_name = "sharing"
urlpatterns = [
    path("desk/lessons/", views.shared, name="shared"),
    path("desk/lessons/<int:pk>/share/", views.share, name="share"),
    path("desk/lessons/shared/<int:pk>/take/", views.take, name="take"),
    path("desk/lessons/reused/<int:pk>/", views.news, name="news"),
    path("desk/lessons/reused/<int:pk>/take-over/", views.take_over, name="take_over"),
    path("desk/lessons/reused/<int:pk>/leave/", views.leave, name="leave"),
]
