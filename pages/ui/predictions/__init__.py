"""What two trained networks predict for one picture."""
