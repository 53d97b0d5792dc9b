"""The Python that visitors copy: a script a page, each of which runs as it stands."""
