"""The mail as a browser shows it: on a phone and on a desk, light and dark, with names of any length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.alerts import AlertParams, MailContext, next_states
from orchestration.alerts.digest import build_digest
from orchestration.alerts.render import render
from orchestration.alerts.view import view_of
from orchestration.settings import Settings
from orchestration.store import Severity

from .cases import CFO, DAY, Evaluate

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]

# the colours a person really sees: the text's own, and the nearest background that is not transparent
SEEN = """
() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const c = parse(getComputedStyle(node).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const worst = {};
  for (const node of document.body.querySelectorAll('*')) {
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(node);
    const [a, b] = [lum(parse(style.color)), lum(behind(node))].sort((x, y) => y - x);
    worst[node.tagName + '.' + node.className] = [(a + 0.05) / (b + 0.05), parseFloat(style.fontSize)];
  }
  return {width: document.documentElement.scrollWidth, worst};
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is not installed; the mail was not looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 700])
def test_the_mail_fits_and_can_be_read(
    browser: Any, settings: Settings, evaluate: Evaluate, width: int, scheme: str
) -> None:
    severities = list(Severity)
    found = [
        evaluate(f"C-{n}", severity=severities[n % 4], customer_name="W" * 200 if n == 0 else f"Cliente número {n}")
        for n in range(13)
    ]
    states = next_states({}, found, DAY, AlertParams(), baseline=True).states
    html = render(view_of(build_digest(CFO, DAY, states, None), settings, MailContext())).html
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.set_content(html)
    seen = page.evaluate(SEEN)
    context.close()
    assert seen["width"] <= width, "a reader would have to scroll sideways"
    assert {"H1.", "P.lead", "TD.big", "SPAN.badge critical"} <= set(seen["worst"])
    assert {name: facts for name, facts in seen["worst"].items() if facts[0] < 4.5 or facts[1] < 16} == {}
