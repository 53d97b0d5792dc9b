"""The formulas of `kl_core.kl`: one function a pair of families."""
