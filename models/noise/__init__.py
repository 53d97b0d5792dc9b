"""Which noise model gives the most accurate line: a simulation, and its record."""
