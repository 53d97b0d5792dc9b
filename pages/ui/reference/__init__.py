"""The pages Reference and Sources."""
