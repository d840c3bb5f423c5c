"""One case for each candidate and plan: facts, evidence, two reviews, a seat."""
