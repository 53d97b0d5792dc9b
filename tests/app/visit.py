"""A page opened by Streamlit without a browser, and what stands on it."""

from streamlit.testing.v1 import AppTest


def opened(file: str, **query: str) -> AppTest:
    """A page by its file, with these values in its address."""
    app = AppTest.from_file("../../app.py", default_timeout=60)
    if file != "app.py":
        app.switch_page(file)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """All prose of the page."""
    return " ".join(element.value for element in app.markdown)
