"""What makes the pages of the site that nobody writes by hand; `docs/build.py` puts it together."""
