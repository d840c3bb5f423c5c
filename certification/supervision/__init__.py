"""Quality supervision 质量督导: who watches a session writes down what was seen, and without that no session ends (I18)."""
