"""Pages: `exam` for candidates, `scoring` for assessors, `office` for the exam officer."""
