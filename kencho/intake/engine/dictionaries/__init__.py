"""What is known about the words of forms: names and their readings, places and their codes, e-mail domains.

Dictionaries say how likely a reading is; none of them overwrites kanji that both readers saw alike.
"""
