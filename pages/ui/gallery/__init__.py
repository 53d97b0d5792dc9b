"""The pictures of all pages on the front page."""
