"""The data sets, and how they come here."""
