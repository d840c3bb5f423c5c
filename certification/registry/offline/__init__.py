"""The verification page that needs no server: one file with all keys and what has ended. Read: snapshot → builder."""
