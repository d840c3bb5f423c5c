from django.urls import path

from courses.questionbank.views import imports, items, quizzes

app_name = "questionbank"
urlpatterns = [
    path("desk/bank/", items.listing, name="items"),
    path("desk/bank/new/", items.new, name="new"),
    path("desk/bank/<int:pk>/", items.item, name="item"),
    path("desk/bank/<int:pk>/edit/", items.edit, name="edit"),
    path("desk/bank/<int:pk>/retire/", items.retire, name="retire"),
    path("desk/bank/<int:pk>/restore/", items.restore, name="restore"),
    path("desk/bank/import/", imports.check, name="import"),
    path("desk/bank/import/take/", imports.take, name="take"),
    path("desk/bank/import/table.xlsx", imports.table, name="table"),
    path("desk/bank/quizzes/", quizzes.listing, name="quizzes"),
    path("desk/bank/quizzes/new/", quizzes.new, name="new_quiz"),
    path("desk/bank/quizzes/<int:pk>/", quizzes.quiz, name="quiz"),
]
