"""Many organisations under one roof: joining, joint courses, the look of each, and the review of a whole course."""
