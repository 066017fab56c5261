"""What the corridor says of a month to be closed: figures, differences, deadlines; and its facts, held."""
