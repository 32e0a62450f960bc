"""What changes stores: the only code that is opened with a write credential."""
