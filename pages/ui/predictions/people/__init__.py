"""What people believe about the test images, beside what two nets believe."""
