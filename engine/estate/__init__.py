"""The estate: stores, what is in them, and the inventory made of it. Rooms: scan > inventory > stores > formats."""
