"""What pages are made of. Never a page itself."""
