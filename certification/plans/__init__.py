"""认定计划: one exam on one day under one scheme version, from draft to archive."""
