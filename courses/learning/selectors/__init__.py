"""Reads of the learning room."""

from courses.learning.selectors.progress import CourseProgress, enrolment_of, progress_in_all, progress_of

__all__ = ["CourseProgress", "enrolment_of", "progress_in_all", "progress_of"]
