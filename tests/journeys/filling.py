"""Fill in the pages of any procedure in a real browser, guided by made-up valid answers."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from kencho.applications.samples import sample_file
from kencho.procedures.definition import Compiled

TURNS = 8


class Filler:
    """Fills the pages of one procedure with one set of answers, the way a person would: see, fill in, press next."""

    def __init__(self, page: Page, plan: Compiled, answers: dict[str, Any], folder: Path) -> None:
        self.page = page
        self.plan = plan
        self.answers = answers
        self.folder = folder
        self._items = {item.id: item for each in plan.pages for item in each.items}

    def run(self) -> None:
        """From the first page to the confirmation."""
        for _turn in range(TURNS * len(self.plan.pages)):
            page_id = self.page.url.rstrip("/").rsplit("/", 1)[1]
            if page_id == "confirm":
                return
            self._fill(page_id)
            self.page.locator('.form-actions button[value="next"]').click()
            self.page.wait_for_load_state()
        raise AssertionError(f"stuck at {self.page.url}: {self.page.locator('main').inner_text()[:800]}")

    def _fill(self, page_id: str) -> None:
        view = self.plan.page_view(page_id, self.answers)
        for item in view.items:
            if item.rows:
                self._rows(item)
            for control in item.inputs:
                self._control(item.name, control)

    def _rows(self, item: Any) -> None:
        add = self.page.locator(f'button[value="add_row:{item.name}"]')
        while self.page.locator(f'[name^="{item.name}.{len(item.rows) - 1}."]').count() == 0:
            if add.count() == 0:
                # Not asked yet: an answer of this very page brings the question up, and the page comes back.
                return
            add.click()
            self.page.wait_for_load_state()
        for row in item.rows:
            for nested in row.items:
                for control in nested.inputs:
                    self._control(nested.name, control)

    def _control(self, name: str, control: Any) -> None:
        found = self.page.locator(f'[name="{control.name}"]')
        if found.count() == 0:
            return
        if control.kind in {"radio", "checkbox"}:
            for option in control.options:
                box = self.page.locator(f'[id="{option.id}"]')
                if option.checked and not box.is_checked():
                    box.check(force=True)
        elif control.kind == "select":
            chosen = next((o.value for o in control.options if o.checked), "")
            found.select_option(chosen)
        elif control.kind == "file":
            self._file(name, found)
        else:
            found.fill(str(control.value))

    def _file(self, name: str, found: Any) -> None:
        if name not in self.answers or self.page.locator(f'[name="{name}.remove"]').count():
            return
        label, content = sample_file(self._items[name])
        file = self.folder / label.replace("/", "_")
        file.write_bytes(content)
        found.set_input_files(file)
