"""Pages of the review: the office, the panel, the candidate, and files for each of them."""
