"""What is kept of a column in place of its values, made batch by batch and mergeable."""
