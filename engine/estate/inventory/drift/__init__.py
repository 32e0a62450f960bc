"""Drift: what changed in the estate since the scan before, as records and in sentences."""
