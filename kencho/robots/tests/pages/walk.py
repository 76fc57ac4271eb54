"""How the tests of the console read a page and press a button."""

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from kencho.foundation import actors
from kencho.organization.models import StaffMember

ClientOf = Callable[[StaffMember], Client]
SETUP = actors.system("setup")
LIST, LEFT = reverse("robots:robot_list"), reverse("robots:item_left")
TARGETS, VERSIONS = reverse("robots:target_list"), reverse("robots:version_list")


def url(name: str, pk: int) -> str:
    return reverse(f"robots:{name}", args=[pk])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def send(client: Client, view: str, pk: int, **fields: str) -> str:
    """Press a button and read the page that follows."""
    answer = client.post(url(view, pk), fields, follow=True)
    assert answer.status_code in {200, 422}
    return re.sub(r"\s+", " ", answer.content.decode())
