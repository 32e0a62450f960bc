"""plan -> read -> classify -> merge -> record: the chunk table is the truth of progress."""
