"""From a stored page to clean lines: markup, debris and the page's own furniture go, every character keeps its place in the page."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from classifier.errors import InputError
from classifier.normalise import fold


@dataclass(frozen=True)
class Line:
    """A line of a page without its markup.

    Parameters
    ----------
    text : str
        What a reader sees, in the page's own script.
    places : tuple of int
        For each character its offset in the page.
    strong : bool
        Whether the whole line was set apart: a markdown heading, bold, or in brackets.
    """

    text: str
    places: tuple[int, ...]
    strong: bool

    @cached_property
    def folded(self) -> str:
        """The text in simplified characters and ASCII punctuation, character for character."""
        return fold(self.text)

    def part(self, start: int, end: int) -> Line:
        """The characters from start to end, without blanks at the ends."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return Line(self.text[start:end], self.places[start:end], self.strong)


def read_page(path: str | os.PathLike[str]) -> str:
    """Read a stored page.

    Parameters
    ----------
    path : path
        A text file in UTF-8 or GB18030.

    Returns
    -------
    str
        The page, line ends as they are.

    Raises
    ------
    InputError
        If it is missing or cannot be decoded.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError("file_missing", path=path) from error
    except OSError as error:
        raise InputError("file_unreadable", path=path, reason=error.strerror or error) from error
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("file_undecodable", path=path)


# Markup and what broken conversions leave of it. Group 1, where there is one, is what stays.
_MARKUP = re.compile(
    r"!\[[^\]\n]*\]\([^)\n]*\)"  # images
    r"|\[([^\]\n]*)\]\([^)\n]*\)"  # links
    r"|<!--.*?-->|</?[a-zA-Z][^<>\n]{0,200}>"  # tags
    r"|[?？]?[!！]?[?？]/?[a-z]{1,6}>"  # the end of a tag whose beginning was lost with a character
    r"|[?？][,，]?F(?=[\u3400-\u9fff])"  # "。現" read in the wrong encoding
    r"|(?<=[\u3400-\u9fff])[?？](?=[至于於在到了的等])"  # a lost character inside a word
    r"|^[ \t\u3000]*(?:#{1,6}|>|[-*+●•■◆▶△▲☞]+)(?=[ \t\u3000]|[^\s*\d-])[ \t]*"  # heading and list marks
    r"|\*\*|__|`|^\s*\*\s+|&nbsp;?|\ufeff|[\u200b-\u200f\u2060\ufe0f]",
    re.MULTILINE,
)
# A line ends with a line end or with an image: what is written on both sides of one are two lines.
_PAGE_LINE = re.compile(r"(?:(?!!\[[^\]\n]*\]\()[^\n])*(?:!\[[^\]\n]*\]\([^)\n]*\)|\n|\Z)")
_BOLD = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]*(?:\*\*\s*\*\*[^*]*)*\*\*\s*$|【[^】]*】\s*$)")

# Lines of the page, not of the article: navigation, sharing, sources, captions, imprints. Asked of folded text.
_FURNITURE = re.compile(
    r"^(?:首页|当前(?:所在|位置)|您?(?:的|现在的)?位置|网易首页|欢迎(?:访问|关注)|扫码|扫一扫|微信扫|分享到?|分享至|点击(?:下图|上方|蓝字|关注)|关注(?:我们|该公众号)"
    r"|来源[:：]|【来源】|\(来源|(?:图文|文字|稿件)?(?:来源|发布|编辑|审核|校对|责编|作者|监制|记者|通讯员)\s*[:/]|\[?责任?编辑|原标题|原文链接|相关链接|邮发代号|征订热线|联系电话|监督电话|电话[:：]|邮箱|地址[:：]"
    r"|版权|声明[:：]|\[?免责声明|.{0,12}icp备|互联网新闻|未经授权|阅读原文|继续滑动|向上滑动|向右滑动|轻触阅读|知道了|使用(?:小程序|完整服务)|取消|允许|发布(?:日期|县市|时间)[:：]|查看全部|\|"
    r"|title:|url:|source:|date:|fetch_date:|---|关键词|标签[:：]|上一篇|下一篇|打印|字号|浏览次数|点击[:：]|(?:0|\d+)$|转自|供图|资料图|\(资料图|cover_image)"
    r"|(?:[\w-]+\.(?:jpe?g|png|gif|webp|bmp))$|https?://\S+$|^[\W_]*$|^\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*\S{2,10})?$|(?:摄|供图|图为.{0,40})$"
)
# From such a line on the page shows other pages.
_OTHER_PAGES = re.compile(
    r"^[\W_]*(?:相关(?:推荐|焦点|新闻|阅读|文章|报道)|热点推荐|推荐阅读|热门(?:推荐|文章)|猜你喜欢|为您推荐|往期(?:回顾|推荐|精选)|延伸阅读|更多(?:精彩|推荐|阅读)|网友评论|特别声明|免责声明"
    r"|\[免责声明|notice:|预览时标签|分享网络安全知识|关键词[:：]|微信扫一扫)"
)


def lines_of(page: str) -> list[Line]:
    """The lines of a page that belong to its article.

    Parameters
    ----------
    page : str
        As stored.

    Returns
    -------
    list of Line
        In the order of the page; lines of furniture are left out, and all from where the page turns to other pages.
    """
    found: list[Line] = []
    start = 0
    for raw in _PAGE_LINE.findall(page):
        line = _clean(raw, start)
        start += len(raw)
        if _OTHER_PAGES.search(line.folded) and len(line.text) <= 60:
            if sum(len(kept.text) for kept in found) > 300:
                break
            continue
        if line.text and not (_FURNITURE.search(line.folded) and len(line.text) <= 120):
            found.append(line)
    return found


def _clean(raw: str, start: int) -> Line:
    kept: list[tuple[str, int]] = []
    done = 0
    for match in _MARKUP.finditer(raw):
        kept += zip(raw[done : match.start()], range(start + done, start + match.start()), strict=True)
        if match.group(1):
            kept += zip(match.group(1), range(start + match.start(1), start + match.end(1)), strict=True)
        done = match.end()
    kept += zip(raw[done:], range(start + done, start + len(raw)), strict=True)
    line = Line("".join(char for char, _ in kept), tuple(place for _, place in kept), bool(_BOLD.match(raw.rstrip("\n"))))
    return line.part(0, len(line.text))
