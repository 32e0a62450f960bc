"""Lists of names of people and towns, and the checks that ask them about whole cells."""
