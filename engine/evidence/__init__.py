"""SOC 2: criteria, controls, and what the records say of them. Reads records; never asks the rooms that made them."""
