"""What the house has decided must happen to data: rules in text, and what follows from them for the estate. Pure decisions."""
