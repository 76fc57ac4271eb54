"""The public page for checking notices: open to all, but not without end."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

CHECKS = 20


@pytest.mark.django_db
def test_checking_is_limited_for_each_visitor() -> None:
    cache.clear()
    client, page = Client(), reverse("records:verify")

    def checked() -> int:
        return client.post(page, {"file": SimpleUploadedFile("a.pdf", b"no pdf")}).status_code

    assert [checked() for _n in range(CHECKS + 1)] == [200] * CHECKS + [429]
    assert client.get(page).status_code == 200
