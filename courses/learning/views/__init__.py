"""Pages of learners and teachers, one noun a module."""
