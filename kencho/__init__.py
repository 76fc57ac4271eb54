"""Kencho: one platform for the smart-government work of a prefecture and its municipalities."""
