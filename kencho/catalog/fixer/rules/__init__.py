"""The fifteen checks of 統一ルール, one module each. Every module lists what it does on the bench."""
