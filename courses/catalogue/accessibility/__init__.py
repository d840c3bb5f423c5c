"""The gate before review: which lessons shut somebody out, where, and what to do about it."""
