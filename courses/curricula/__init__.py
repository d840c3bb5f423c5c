"""Programmes of study (专业课程方案): a college arranges courses over terms and says which functions each teaches."""
