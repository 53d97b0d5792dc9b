"""Points, a straight line under each of four noises, and what KL has to do with it."""
