"""The keys with which a body signs: where they lie, how they are opened, made, exchanged and allowed."""
