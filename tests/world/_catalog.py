"""The catalogue: a published dataset with two versions, an opinion and a work on show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kencho.catalog import services
from kencho.catalog.exports import FORMS, make
from kencho.catalog.models import Dataset, Preparation, Resource, ResourceVersion
from kencho.catalog.testing import add_version, facilities, make_dataset
from kencho.foundation import actors, clock
from kencho.organization.testing import Cast, desk

SETUP = actors.system("setup")


@dataclass(frozen=True)
class Catalog:
    """One of each thing of the catalogue."""

    dataset: Dataset
    resource: Resource
    version: ResourceVersion
    preparation: Preparation


def make_catalog(cast: Cast) -> Catalog:
    """Through the real services."""
    at = clock.now()
    made = make_dataset(cast, at=at - timedelta(days=3))
    version = add_version(made.resource, rows=facilities(20), by=desk(cast.clerk).actor, at=at)
    make(version, FORMS["csv_cp932"])
    request = services.request_data(
        body=cast.body, title="公園の一覧", details="市町別", purpose="", email="", by=SETUP, at=at
    )
    services.answer_request(request=request, state="in_review", answer="", is_shown=True, by=SETUP, at=at)
    work = services.propose_showcase(
        body=cast.body,
        title="図書館マップ",
        description="地図のアプリ",
        url="https://example.jp/",
        maker="有志",
        datasets=[made.dataset],
        by=SETUP,
        at=at,
    )
    services.decide_showcase(showcase=work, is_shown=True, by=SETUP, at=at)
    opinion = services.give_feedback(
        dataset=made.dataset, text="役に立ちます。", is_useful=True, by=SETUP, at=at
    )
    services.answer_feedback(feedback=opinion, answer="励みになります。", is_shown=True, by=SETUP, at=at)
    made.dataset.refresh_from_db()
    preparation = Preparation.objects.get(version=version)
    return Catalog(made.dataset, made.resource, version, preparation)


def _one(c: Catalog) -> dict[str, Any]:
    return {"body": c.dataset.body.slug, "code": c.dataset.code}


def _table(c: Catalog) -> dict[str, Any]:
    return {**_one(c), "table": c.resource.code}


def _file(c: Catalog) -> dict[str, Any]:
    return {**_table(c), "name": "data.cp932.csv"}


THINGS: dict[str, Callable[[Catalog], dict[str, Any]]] = {
    **{
        f"catalog:{name}": lambda c: {"body": c.dataset.body.slug}
        for name in ("body_search", "request_list", "request_create", "showcase_list", "showcase_create")
    },
    **{f"catalog:{name}": _one for name in ("dataset_show", "feedback_create")},
    **{
        f"catalog:{name}": _table
        for name in ("table_show", "table_chart", "table_map", "table_versions", "table_diff")
    },
    **{
        f"catalog:{name}": _file
        for name in ("table_file", "table_file_wait", "table_file_state", "table_file_replaced")
    },
    "catalog:feed_dataset": lambda c: {**_one(c), "ending": "ttl"},
    "catalog:feed_catalog": lambda c: {"ending": "ttl"},
    **{
        f"catalog:{name}": lambda c: {"action": "package_list"}
        for name in ("ckan_action", "ckan_action_slashed", "ckan_action_unversioned")
    },
    **{
        f"catalog:{name}": lambda c: {"pk": c.dataset.pk}
        for name in ("dataset_desk", "dataset_edit", "dataset_withdraw")
    },
    **{f"catalog:{name}": lambda c: {"pk": c.resource.pk} for name in ("drop_create", "drop_begin")},
    **{
        f"catalog:{name}": lambda c: {"pk": c.preparation.pk}
        for name in ("drop_show", "drop_part", "drop_state", "drop_choose", "drop_stop")
    },
    **{
        f"catalog:version_{name}": lambda c: {"pk": c.version.pk}
        for name in ("show", "changes", "override", "publish", "withdraw")
    },
}
