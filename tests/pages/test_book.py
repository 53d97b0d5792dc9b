from pathlib import Path

from pages.ui.book import BOOK
from tests.theme import CONFIG

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_is_in_the_book_and_every_entry_is_a_page():
    files = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")} | {"app.py"}
    assert {page.file for page in BOOK} == files


def test_the_app_protects_its_visitors():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["server"]["enableCORS"] is True
    assert CONFIG["server"]["maxUploadSize"] <= 20
    assert CONFIG["server"]["maxMessageSize"] <= 10
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["client"]["showSidebarNavigation"] is False
