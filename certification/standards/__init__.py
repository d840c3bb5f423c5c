"""Occupations and versioned schemes: levels, weights, parts, who may apply."""
