"""What tests of sign-in need: an identity provider of their own on this machine."""
