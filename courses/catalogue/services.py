"""Opening the catalogue and a college's own tree: pages, groups, permissions, collections, review."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from courses.catalogue.models import CollegePage, CourseIndexPage, CoursePage
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import TEACHING_KINDS, Role

AUTHOR_ROLES = (Role.AUTHOR.value, Role.COLLEGE_ADMIN.value)
AUTHOR_PAGE_PERMISSIONS = ("add_page", "change_page")
REVIEWER_PAGE_PERMISSIONS = ("publish_page",)
AUTHOR_FILE_PERMISSIONS = (
    ("catalogue", "add_figure"),
    ("catalogue", "change_figure"),
    ("catalogue", "choose_figure"),
    ("catalogue", "add_glossaryterm"),
    ("catalogue", "change_glossaryterm"),
    ("catalogue", "choose_glossaryterm"),
    ("media", "add_recording"),
    ("media", "change_recording"),
    ("media", "choose_recording"),
    ("packages", "add_package"),
    ("packages", "change_package"),
    ("packages", "choose_package"),
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
)


def authors_group_name(organisation: Organisation) -> str:
    return f"{organisation.slug} authors"


def reviewers_group_name(organisation: Organisation) -> str:
    return f"{organisation.slug} course reviewers"


@transaction.atomic
def open_catalogue() -> CourseIndexPage:
    """Return the course index below the site's root, made when it is missing."""
    present: CourseIndexPage | None = CourseIndexPage.objects.first()
    if present is not None:
        return present
    site = Site.objects.filter(is_default_site=True).first()
    if site is not None and not site.site_name:
        site.site_name = settings.WAGTAIL_SITE_NAME  # or the editors' first page greets with "localhost"
        site.save(update_fields=["site_name"])
    root = site.root_page if site else Page.get_first_root_node()
    index = CourseIndexPage(title="课程", slug="courses", show_in_menus=True)
    root.add_child(instance=index)
    index.save_revision().publish()
    return index


@transaction.atomic
def open_college_tree(organisation: Organisation, *, reviewers: Organisation) -> CollegePage:
    """Return the organisation's college page with everything its authors need; safe to repeat.

    Authors may add and change pages below it and figures in its own collection, and publish
    nothing. What they submit goes to the course reviewers of `reviewers`, who alone may publish.
    Raises `DomainError` "catalogue.not_a_college" for an organisation that does not teach.
    """
    if organisation.kind not in TEACHING_KINDS:
        raise DomainError("catalogue.not_a_college", name=organisation.name)
    page: CollegePage | None = CollegePage.objects.filter(organisation=organisation).first()
    if page is None:
        page = CollegePage(title=organisation.name, slug=organisation.slug, organisation=organisation)
        open_catalogue().add_child(instance=page)
        page.save_revision().publish()
    authors = _admin_group(authors_group_name(organisation))
    approvers = _admin_group(reviewers_group_name(reviewers))
    _grant_pages(authors, page, AUTHOR_PAGE_PERMISSIONS)
    _grant_pages(approvers, page, REVIEWER_PAGE_PERMISSIONS)
    _grant_files(authors, _collection_of(organisation))
    _attach_review(organisation, page, approvers, reviewed_by=reviewers.name)
    for college in (organisation, reviewers):
        for membership in college.memberships.select_related("user", "organisation"):
            seat_editor(membership.user, college)
    return page


@transaction.atomic
def let_write(organisation: Organisation, course: CoursePage) -> None:
    """Let the organisation's authors write in one course of another's tree; who publishes it stays as it is."""
    group = _admin_group(authors_group_name(organisation))
    for permission in _page_permissions(AUTHOR_PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=group, page=course.page_ptr, permission=permission)


@transaction.atomic
def stop_writing(organisation: Organisation, course: CoursePage) -> None:
    """Take back what `let_write` gave."""
    GroupPagePermission.objects.filter(group__name=authors_group_name(organisation), page=course.page_ptr).delete()


def _page_permissions(codenames: tuple[str, ...]) -> QuerySet[Permission]:
    return Permission.objects.filter(codename__in=codenames, content_type__app_label="wagtailcore")


def _admin_group(name: str) -> Group:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    return group


def _grant_pages(group: Group, page: CollegePage, codenames: tuple[str, ...]) -> None:
    for permission in _page_permissions(codenames):
        GroupPagePermission.objects.get_or_create(group=group, page=page.page_ptr, permission=permission)


def _collection_of(organisation: Organisation) -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=organisation.name).first() or root.add_child(name=organisation.name)


def _grant_files(group: Group, collection: Collection) -> None:
    for app_label, codename in AUTHOR_FILE_PERMISSIONS:
        permission = Permission.objects.get(codename=codename, content_type__app_label=app_label)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)


def _attach_review(organisation: Organisation, page: CollegePage, approvers: Group, *, reviewed_by: str) -> None:
    workflow, _ = Workflow.objects.get_or_create(name=f"{organisation.name}：院校起草，协会审核")
    task = GroupApprovalTask.objects.filter(groups=approvers).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=f"课程审核（{reviewed_by}）")
        task.groups.add(approvers)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=page.page_ptr, defaults={"workflow": workflow})


def seat_editor(user: User, organisation: Organisation) -> None:
    """Put the person into the editors' groups that her roles in this organisation call for, and out of the others."""
    roles = set(Membership.objects.filter(user=user, organisation=organisation).values_list("role", flat=True))
    wanted = {
        authors_group_name(organisation): not roles.isdisjoint(AUTHOR_ROLES),
        reviewers_group_name(organisation): Role.COURSE_REVIEWER.value in roles,
    }
    for group in Group.objects.filter(name__in=wanted):
        if wanted[group.name]:
            user.groups.add(group)
        else:
            user.groups.remove(group)
