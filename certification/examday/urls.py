from django.urls import path

from certification.examday.views import dispatch, door, papers, printing, record, seating

app_name = "examday"
urlpatterns = [
    path("desk/plans/<int:pk>/seating/", seating.overview, name="seating"),
    path("desk/plans/<int:pk>/seating/propose/", seating.propose, name="propose"),
    path("desk/plans/<int:pk>/seating/move/", seating.move, name="move"),
    path("desk/plans/<int:pk>/seating/confirm/", seating.confirm, name="confirm"),
    path("desk/plans/<int:pk>/seating/rooms/<int:room_pk>/", seating.room, name="room"),
    path("desk/plans/<int:pk>/tickets/", printing.tickets, name="tickets"),
    path("desk/plans/<int:pk>/tickets/<int:job_pk>/", printing.progress, name="printing"),
    path("desk/plans/<int:pk>/tickets/<int:job_pk>/file/", printing.printed, name="printed"),
    path("desk/plans/<int:pk>/sheets/<slug:kind>/", printing.sheets, name="sheets"),
    path("desk/plans/<int:pk>/draw/", dispatch.draw, name="draw"),
    path("desk/plans/<int:pk>/draw/rooms/", dispatch.rooms, name="deal"),
    path("desk/plans/<int:pk>/papers/", papers.log, name="papers"),
    path("desk/papers/<int:pk>/receive/", papers.receive, name="receive"),
    path("desk/plans/<int:pk>/door/", door.room, name="door"),
    path("desk/plans/<int:pk>/record/", record.whole, name="whole_record"),
    path("desk/plans/<int:pk>/door/absent/", record.absent, name="absent"),
    path("desk/plans/<int:pk>/door/record/", record.record, name="record"),
    path("desk/door/record/<int:pk>/sign/", record.sign, name="countersign"),
    path("desk/door/seats/<int:pk>/photo/", door.photo, name="photo"),
    path("desk/door/seats/<int:pk>/withdraw/", door.withdraw, name="withdraw"),
    path("desk/door/<str:token>/", door.arrival, name="arrival"),
    path("apply/<int:pk>/ticket.pdf", printing.own, name="own_ticket"),
]
