"""The one way to alter a store: a plan, another person's approval, batches under a guard, and what became of each row."""
