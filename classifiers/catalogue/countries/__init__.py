"""National numbers, one file a country."""
