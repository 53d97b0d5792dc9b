"""Every source with its full reference and what it is used for."""

from pages.ui import layout
from pages.ui.reference import sections

layout.page("pages/sources.py")
sections.bibliography()
layout.turn_page("pages/sources.py")
