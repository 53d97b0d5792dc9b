"""How long an example takes says nothing where other tests keep the machine busy."""

from hypothesis import settings

settings.register_profile("busy", settings.default, deadline=None)
settings.load_profile("busy")
