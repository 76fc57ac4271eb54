"""Fixtures: a store of the test, and the routes of the seeds."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as site

from kencho.approvals import services as approvals
from kencho.foundation import actors, clock
from kencho.organization.testing import Cast, make_staff, make_unit

SEEDS = Path(site.BASE_DIR) / "seeds" / "organization"


@pytest.fixture
def own_store(settings: Any, tmp_path: Path) -> None:
    """Files of the test in a folder of the test."""
    settings.FILES_DIR = tmp_path / "files"
    settings.CATALOG_DROPS = tmp_path / "drops"
    settings.CATALOG_CACHE = tmp_path / "cache"


@pytest.fixture
def dataset_route(cast: Cast) -> None:
    """The routes and the 専決規程 of the seeds."""
    data = {
        **yaml.safe_load((SEEDS / "routes.yaml").read_text(encoding="utf-8")),
        **yaml.safe_load((SEEDS / "delegated_decisions.yaml").read_text(encoding="utf-8")),
    }
    make_staff(cast.division, "S0091", "班長 八郎", post="SECTION_CHIEF")
    disclosure = make_unit(cast.body, "02006", "情報公開課", parent=cast.department)
    make_staff(disclosure, "S0092", "公開 九子", post="SECTION_CHIEF")
    approvals.load_routes(body=cast.body, data=data, by=actors.system("setup"), at=clock.now())
