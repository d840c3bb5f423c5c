"""What may come in a package, what it is, and what it reports. Knows no framework."""
