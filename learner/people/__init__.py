"""People as values: how they answer tiles, what it costs them, what they get wrong."""
