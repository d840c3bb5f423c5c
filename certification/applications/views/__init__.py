"""Pages of the candidate (candidate, steps), of the reviewers (reviews), and the files of a case (files)."""
