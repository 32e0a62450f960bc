"""Detectors of users."""
