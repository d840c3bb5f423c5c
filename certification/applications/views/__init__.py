"""Pages of the candidate (candidate, steps), of the reviewers (reviews), of both about accommodations (needs), of officers
who enter people (tables), and the files of a case (files).
"""
