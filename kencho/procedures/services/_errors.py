"""Why a service refuses; the message is Japanese, for the user."""


class UnableToSaveProcedure(Exception):
    """The definition cannot be kept; the message says why, in Japanese."""


class RevisionConflict(UnableToSaveProcedure):
    """A colleague has saved in the meantime."""


class UnableToPublish(Exception):
    """The version is not in a state from which it can be published."""


class UnableToSubmitVersion(Exception):
    """The version cannot be put before the approvers; the message says why, in Japanese."""


class UnableToDiscardVersion(Exception):
    """Only a version in work can be given up."""
