"""What trained nets, and people, believe about pictures."""
