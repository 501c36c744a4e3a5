"""Holds the page to what a person does with it, in a real browser. Skipped, and said so, where there is no Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import Server

from classifier import ScamClassifier
from classifier.case_store import CaseStore

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium fonts-noto-cjk")

# Enough for a slow machine: nothing here is about speed.
expect.set_options(timeout=20_000)
#: A case from the first of the five police bulletins.
TEXT = (
    "2024年1月,桂林居民成某接到一个苹果“FaceTime”视频电话,对方自称是中国银联的工作人员,称成某在微信里面开通了 “百万保障”,如果不及时取消,"
    "每年将会被扣9000元。成某担心被扣钱,就按照对方指导下下载了会议APP,开启了屏幕共享功能,然后把自己银行卡内的钱都转到对方提供的所谓“安全账户”,"
    "共计被骗5.2万余元。"
)
#: Where the picture of README goes; made when this names a file.
PICTURE = os.environ.get("SCAMTYPE_PICTURE")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs rights that root in a container does not have.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=server.address, locale="zh-CN", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto("/")
    yield opened
    assert said == []
    assert all(url.startswith((server.address, "blob:")) for url in asked)
    context.close()


def paste(page: Page, text: str = TEXT) -> None:
    page.locator("#text").fill(text)
    expect(page.locator("#type")).to_be_visible()


def test_what_is_pasted_gets_a_verdict_at_once_with_its_cues_marked(page: Page) -> None:
    paste(page)
    verdict = ScamClassifier.load().classify(TEXT)
    expect(page.locator("#type")).to_have_text("冒充电商物流客服类")
    expect(page.locator("#decision")).to_have_text("确认")
    marked = "".join(page.locator("#narrative .narrative mark").all_text_contents())
    assert all(cue.text in marked for cue in verdict.cues)
    assert {"heavy", "middling"} <= {mark for each in page.locator("#narrative mark").all() for mark in (each.get_attribute("class") or "").split()}
    expect(page.locator(".answer")).to_contain_text("96110")
    if PICTURE:
        page.screenshot(path=PICTURE, full_page=True)


def test_typing_on_changes_the_verdict(page: Page) -> None:
    page.locator("#text").press_sequentially("群里派单让我垫付，", delay=10)
    expect(page.locator("#type")).to_have_text("刷单返利类")
    paste(page, "今天天气很好，我们去公园散步。")
    expect(page.locator("#decision")).to_have_text("不是案情")
    page.locator("#clear").click()
    expect(page.locator("#type")).to_have_count(0)
    expect(page.locator("#text")).to_be_focused()


def test_a_type_of_the_ranking_shows_its_cues(page: Page) -> None:
    paste(page)
    second = page.locator(".ranking button").nth(1)
    code = second.get_attribute("value") or ""
    second.click()
    expect(page.locator("#shown")).to_be_visible()
    expect(page.locator(f'.ranking button[value="{code}"]')).to_have_attribute("aria-pressed", "true")
    marked = "".join(page.locator("#narrative .narrative mark").all_text_contents())
    assert all(cue.text in marked for cue in ScamClassifier.load().cues_of(TEXT, [code])[code])
    expect(page.locator("#type")).to_have_text("冒充电商物流客服类")
    page.locator(".ranking button").first.click()
    expect(page.locator("#shown")).to_have_count(0)


def test_a_correction_is_kept_counted_and_withdrawn(page: Page, server: Server) -> None:
    paste(page)
    page.locator(".correct summary").click()
    page.locator("#category").select_option("fake_authority")
    page.locator("#note").fill("对方后来说是公安")
    page.locator(".correct button").click()
    expect(page.locator(".notice")).to_contain_text("已记下更正")
    with CaseStore(server.home / "scamtype" / "cases.sqlite") as store:
        [case] = store.cases()
    assert (case.text, case.category, case.predicted, case.note) == (TEXT, "fake_authority", "fake_customer_service", "对方后来说是公安")
    expect(page.locator("aside")).to_contain_text("1 条更正等待确认")
    page.get_by_role("link", name="更正", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="撤回 1").click()
    expect(page.locator("main")).to_contain_text("没有等待确认的更正")


def test_the_verdict_is_copied_as_text(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.address, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    paste(page)
    page.locator("#copy").click()
    expect(page.locator("#copy")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("冒充电商物流客服类")
    assert "【百万保障】" in copied
    context.close()


def test_it_prints_as_one_clean_sheet(page: Page, tmp_path: Path) -> None:
    paste(page)
    page.emulate_media(media="print")
    for hidden in ("#paste", ".top", ".correct", "#copy"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("#type")).to_be_visible()
    printed = page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") == 1


def test_a_file_goes_up_and_comes_back_labelled(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "案件.xlsx"
    pd.DataFrame({"编号": range(40), "简要案情": [f"{TEXT}（{number}）" for number in range(40)]}).to_excel(table, index=False)
    page.get_by_role("link", name="批量识别").click()
    page.locator("#file").set_input_files(table)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator("#preview tbody tr")).to_have_count(5)
    expect(page.locator("#column")).to_have_value("简要案情")
    page.locator("#start").click()
    expect(page.locator("#state")).to_have_text("完成", timeout=60_000)
    for name, ending in (("下载识别后的文件", "案件_labelled.xlsx"), ("下载报告", "案件_report.html")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == ending
        download.value.save_as(tmp_path / ending)
    labelled = pd.read_excel(tmp_path / "案件_labelled.xlsx", engine="calamine")
    assert set(labelled["诈骗类型"]) == {"冒充电商物流客服类"}
    page.locator("#delete").click()
    expect(page.locator("main")).to_contain_text("还没有任务")


def test_a_dropped_file_is_taken(page: Page) -> None:
    page.goto("/batch")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["案情\\n群里派单让我垫付，提不了现\\n"], "落.csv"));
          document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#preview tbody tr")).to_have_count(1)


def test_a_job_is_watched_through_a_restart_and_another_is_cancelled(browser: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--workers", "1")
    context = browser.new_context(base_url=server.address)
    page = context.new_page()
    table = tmp_path / "案件.csv"
    table.write_text("案情\n" + "".join(f"{TEXT}{number}\n" for number in range(15_000)), encoding="utf-8")
    try:
        page.goto("/batch")
        page.locator("#file").set_input_files(table)
        page.get_by_role("button", name="上传并预览").click()
        page.locator("#start").click()
        expect(page.locator("#rows")).to_contain_text("/ 15,000", timeout=30_000)
        server.stop(signal.SIGKILL)
        time.sleep(1.5)
        server.start(server.port)
        expect(page.locator("#state")).to_have_text("完成", timeout=90_000)
        expect(page.locator("#rows")).to_have_text("15,000 / 15,000 行")
        page.goto("/batch")
        page.locator("#file").set_input_files(table)
        page.get_by_role("button", name="上传并预览").click()
        page.locator("#start").click()
        page.locator("#cancel").click()
        expect(page.locator("#state")).to_have_text("已取消")
    finally:
        context.close()
        server.stop()


def test_the_keyboard_alone_is_enough(page: Page, server: Server) -> None:
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.insert_text(TEXT)
    expect(page.locator("#type")).to_be_visible()

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(selector)

    tab_to(".ranking li:nth-child(2) button")
    page.keyboard.press("Enter")
    expect(page.locator("#shown")).to_be_visible()
    expect(page.locator(".ranking li:nth-child(2) button")).to_be_focused()
    tab_to(".correct summary")
    page.keyboard.press("Enter")
    tab_to("#category")
    page.keyboard.press("ArrowDown")
    tab_to(".correct button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("已记下更正")
    with CaseStore(server.home / "scamtype" / "cases.sqlite") as store:
        assert len(store.cases()) == 1


@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1920, False)])
def test_narrow_and_wide_dark_and_light_nothing_is_cut_off(browser: Browser, server: Server, width: int, dark: bool, tmp_path: Path) -> None:
    context = browser.new_context(
        base_url=server.address, viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", has_touch=width < 500
    )
    page = context.new_page()
    for path in ("/", "/batch", "/corrections", "/docs"):
        page.goto(path)
        if path == "/":
            paste(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/")
    paste(page)
    # Contrast of the text, the soft text and a button with what they stand on (WCAG AA: 4.5).
    for selector in ("#type", ".soft", "#decision", "#go"):
        assert contrast(page, selector) >= 4.5, selector
    context.close()


def contrast(page: Page, selector: str) -> float:
    return float(
        page.evaluate(
            """selector => {
              const light = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const element = document.querySelector(selector);
              let under = element;
              while (under && /rgba\\(0, 0, 0, 0\\)/.test(getComputedStyle(under).backgroundColor)) under = under.parentElement;
              const pair = [light(getComputedStyle(element).color), light(getComputedStyle(under ?? document.body).backgroundColor)];
              return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
            }""",
            selector,
        )
    )


def test_without_javascript_all_but_the_comfort_is_there(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#go").click()
    expect(page.locator("#type")).to_have_text("冒充电商物流客服类")
    expect(page.locator("#text")).to_have_value(TEXT)
    page.locator(".ranking button").nth(1).click()
    expect(page.locator("#shown")).to_be_visible()
    page.locator(".correct summary").click()
    page.locator(".correct button").click()
    expect(page.locator(".notice")).to_be_visible()
    expect(page.locator("#copy")).to_be_hidden()
    context.close()


def test_every_field_and_button_has_a_name_for_who_cannot_see_it(page: Page) -> None:
    paste(page)
    for path in ("/", "/batch", "/corrections"):
        if path != "/":
            page.goto(path)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a, progress")]
              .filter(each => each.offsetParent && !(each.labels?.length || each.textContent.trim() || each.getAttribute("aria-label")))
              .map(each => each.outerHTML)"""
        )
        assert nameless == []
    page.goto("/")
    expect(page.locator("#result")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_label("粘贴或输入当事人说的话、案情描述")).to_be_visible()


def test_english_is_a_click_away_and_stays(page: Page) -> None:
    page.get_by_role("link", name="English").click()
    paste(page)
    expect(page.locator("#decision")).to_have_text("Accepted")
    page.get_by_role("link", name="A file").click()
    expect(page.locator("h1")).to_have_text("A file")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_have_text("批量识别")
    expect(page.locator(".brand")).to_have_text("诈骗案情识别")


def test_a_text_full_of_markup_does_nothing(page: Page) -> None:
    paste(page, "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>群里派单让我垫付，提不了现")
    assert page.title() != "hacked"
    assert page.locator("#result img, #result script").count() == 0
