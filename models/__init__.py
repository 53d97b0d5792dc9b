"""Networks, their data, their training, and their recorded runs."""
