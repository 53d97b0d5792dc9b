"""Accuracy, calibration and agreement of networks: what another loss or seed changes."""
