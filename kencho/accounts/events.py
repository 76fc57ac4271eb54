"""Facts about accounts that apps above may react to."""

from dataclasses import dataclass

from kencho.foundation.events import Event


@dataclass(frozen=True)
class AccountErased(Event):
    """A resident gave up the account; what apps keep about it beyond legal retention must go as well."""

    user_id: int
