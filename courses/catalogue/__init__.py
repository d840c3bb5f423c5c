"""Courses as Wagtail pages: index → college → course → module → lesson; figures and search."""
