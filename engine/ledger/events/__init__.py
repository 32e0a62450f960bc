"""Typed events, one file a family. Each lists the attributes that evidence will need."""
