"""Which assumed noise finds a line best: a simulation, and its record."""
