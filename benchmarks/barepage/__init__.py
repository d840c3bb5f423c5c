"""What Wagtail costs by itself: a page of eight blocks, nothing of the product. Installed by `pages.py` alone."""
