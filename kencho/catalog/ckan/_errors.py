"""Errors in CKAN's shape: a type that its client turns into an exception, and the HTTP status it comes with."""

from typing import Any


class CkanError(Exception):
    """Base; ``type`` is what CKAN calls it."""

    type = "Internal Server Error"
    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def shown(self) -> dict[str, Any]:
        """The member ``error`` of the answer."""
        return {"__type": self.type, "message": self.message}


class NotFound(CkanError):
    """There is no such thing for the public."""

    type = "Not Found Error"
    status = 404


class Invalid(CkanError):
    """A parameter that cannot be understood; CKAN says 409."""

    type = "Validation Error"
    status = 409

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name

    def shown(self) -> dict[str, Any]:
        """CKAN names the parameter with a list of sentences."""
        return {"__type": self.type, self.name: [self.message], "message": self.message}


class Busy(CkanError):
    """It passes by itself."""

    type = "Service Unavailable"
    status = 503
