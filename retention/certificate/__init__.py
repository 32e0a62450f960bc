"""Certificates of disposal: what a plan did to a store, how that was checked, who accepted it, and what remains until when."""
