"""Short words for kinds, places and states, as tables and calendars show them."""

from django.utils.translation import gettext_lazy as _

from kencho.foundation.ui import Kind as Look
from kencho.foundation.ui import Status
from kencho.workplace.models import DayState, Kind, Place, SessionState

SHORT = {Kind.HOME.value: _("在宅"), Kind.MOBILE.value: _("モバイル"), Kind.SATELLITE.value: _("サテライト")}
SIGN = {Kind.HOME.value: _("在"), Kind.MOBILE.value: _("モ"), Kind.SATELLITE.value: _("サ")}
PLACE = dict(Place.choices)
_DAY_LOOKS = {
    DayState.DRAFT.value: Look.NEUTRAL,
    DayState.SUBMITTED.value: Look.INFO,
    DayState.APPROVED.value: Look.SUCCESS,
    DayState.REFUSED.value: Look.DANGER,
    DayState.CANCELLED.value: Look.NEUTRAL,
}
_SESSION_LOOKS = {
    SessionState.RUNNING.value: Look.INFO,
    SessionState.CONFIRMED.value: Look.SUCCESS,
    SessionState.CANCELLED.value: Look.NEUTRAL,
}


def day_status(state: str) -> Status:
    """The state of a planned day."""
    return Status(DayState(state).label, _DAY_LOOKS[state])


def session_status(state: str) -> Status:
    """The state of a session."""
    return Status(SessionState(state).label, _SESSION_LOOKS[state])
