"""Webhooks: other systems of a body are told what happens, signed, and tried again until they take it."""
