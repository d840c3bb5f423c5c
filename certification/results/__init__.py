"""From signed sheets to a published decision: part results, decision, confirmation, publication, objections."""
