"""Item banks, blueprints, papers and attempts: rules → models → services → selectors → access."""
