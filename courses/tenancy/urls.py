from django.urls import path

from courses.tenancy.views import courses, invitations, joining, looks, members, owners, parts

app_name = "tenancy"
urlpatterns = [
    path("desk/invitations/", invitations.listing, name="invitations"),
    path("desk/invitations/organisation/", invitations.invite_organisation, name="invite_organisation"),
    path("desk/invitations/person/", invitations.invite_member, name="invite_member"),
    path("desk/invitations/<int:pk>/again/", invitations.again, name="again"),
    path("desk/invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw"),
    path("desk/members/", members.listing, name="members"),
    path("desk/members/<int:pk>/end/", members.end, name="end_role"),
    path("join/<str:token>/", joining.join, name="join"),
    path("desk/college/<slug:slug>/", joining.first_steps, name="first_steps"),
    path("desk/college/<slug:slug>/look/", looks.edit, name="look"),
    path("desk/courses/", courses.listing, name="courses"),
    path("desk/courses/joint/", owners.joint, name="joint"),
    path("desk/courses/joint/<int:pk>/agree/", owners.agree, name="agree"),
    path("desk/courses/joint/<int:pk>/decline/", owners.decline, name="decline"),
    path("desk/courses/<int:pk>/", courses.course, name="course"),
    path("desk/courses/<int:pk>/submit/", courses.submit, name="submit_course"),
    path("desk/courses/<int:pk>/return/", courses.give_back, name="return_course"),
    path("desk/courses/<int:pk>/approve/", courses.approve, name="approve_course"),
    path("desk/courses/<int:pk>/parts/<int:part_pk>/order/", parts.order, name="order_part"),
    path("desk/courses/<int:pk>/parts/<int:part_pk>/out/", parts.take_out, name="take_out"),
    path("desk/courses/<int:pk>/parts/<int:part_pk>/stay/", parts.leave_in, name="leave_in"),
    path("desk/courses/<int:pk>/parts/<int:part_pk>/back/", parts.bring_back, name="bring_back"),
    path("desk/courses/<int:pk>/owners/", owners.owners, name="owners"),
    path("desk/courses/<int:pk>/owners/<int:owner_pk>/end/", owners.end, name="end_owner"),
    path("brand/<slug:slug>/<slug:sha>.css", looks.style_sheet, name="style_sheet"),
    path("brand/<slug:slug>/<slug:sha>/logo", looks.logo, name="logo"),
]
