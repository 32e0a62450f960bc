"""The verdict for a whole column: from its sketch, its name and its neighbours."""
