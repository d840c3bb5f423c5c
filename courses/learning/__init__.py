"""Enrolments, progress, quizzes and completion statements."""
