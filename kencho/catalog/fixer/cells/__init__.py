"""Reading single cells: characters, blanks, marks, numbers with their units, points in time. Pure functions."""
