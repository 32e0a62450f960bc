"""What must go, and its removal. The floor stands between engine and api; its rooms are built with the first sweep."""
