"""Figures, not tests: what things cost on this machine, as ratios measured in one run."""
