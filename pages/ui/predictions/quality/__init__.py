"""How good two nets' beliefs are, and whether another loss changes more than another seed."""
