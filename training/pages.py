"""From a stored page to clean lines: markup, debris and the page's own furniture go, every character keeps its place in the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

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


# Markup and what broken conversions leave of it. Group 1, where there is one, is what stays.
_MARKUP = re.compile(
    r"\[!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)\]\([^)\n]{0,2000}\)"  # linked images
    r"|!\[[^\]\n]{0,300}\]\((?:[^()\n]|\([^()\n]*\)){0,2000}\)"  # images
    r"|\[([^\[\]\n]{0,300})\]\((?:[^()\n]|\([^()\n]*\)){0,2000}\)"  # links
    r"|<!--.*?-->|</?[a-zA-Z][^<>\n]{0,2000}>"  # tags
    r"|[?？]?[!！]?[?？]/?[a-zA-Z]{1,6}\d?>"  # the end of a tag whose beginning was lost with a character
    r"|[?？][,，]?F(?=[\u3400-\u9fff])"  # "。現" read in the wrong encoding
    r"|(?<=[\u3400-\u9fff])\?(?=[至于於在到了的等])"  # a lost character inside a word
    r"|^[ \t\u3000]*(?:#{1,6}|>|[-*+●•■◆▶△▲☞]+)(?=[ \t\u3000]|[^\s*\d-])[ \t]*"  # heading and list marks
    r"|\*\*|__|`|^\s*\*\s+|&(?:nbsp|ensp|emsp|amp|lt|gt|quot|ldquo|rdquo|mdash|middot|#\d{1,6});?|\ufeff|[\u200b-\u200f\u2060\ufe0f]",
    re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)
# A line ends with a line end or with an image: what is written on both sides of one are two lines.
_PAGE_LINE = re.compile(
    r"\[!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)\]\([^)\n]{0,2000}\)|(?:(?!\[?!\[[^\]\n]{0,300}\]\()[^\n])*(?:!\[[^\]\n]{0,300}\]\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\n|!|\Z)"
)
_BOLD = re.compile(r"\s*(?:#{1,6}\s|<(?:b|strong|h[1-6])\b|__[^_]*__\s*$|\*\*[^*]*(?:\*\*\s*\*\*[^*]*)*\*\*\s*$|【[^】]*】\s*$)")

# Lines of the page, not of the article: sources, captions, imprints whatever their length up to a limit; and navigation and buttons, which
# are short. Asked of folded text.
_FURNITURE = re.compile(
    r"^(?:【来源】|\(?(?:图文|文字|稿件|文章|信息)?(?:来源|发布|编辑|审核|校对|责编|作者|监制|记者|通讯员)\s*[:/]|\[?责任?编辑|原标题:|原文(?:链接)?:|相关链接:|邮发代号|征订热线"
    r"|联系电话:|监督电话:|电话:|邮箱:|地址:|版权|声明:|\[?免责声明|.{0,12}icp备|互联网新闻|title:|url:|source:|date:|fetch_date:|---|关键词:|标签:|发布(?:日期|县市|时间):"
    r"|https?://\S+$|[\w-]+\.(?:jpe?g|png|gif|webp|bmp)$|[^\w]*$)"
)
_SHORT_FURNITURE = re.compile(
    r"^(?:首页|当前(?:所在|位置)|您?(?:的|现在的)?位置|网易首页|欢迎(?:访问|关注)|扫码(?:订阅|关注|下载)|扫一扫|微信扫|分享到?|点击(?:下图|上方|蓝字|关注|查看)|关注(?:我们|该公众号)|未经授权"
    r"|阅读原文|继续滑动|向[上左右]滑动|轻触阅读|知道了$|使用(?:小程序|完整服务)|取消$|允许$|查看全部|\||上一篇|下一篇|打印|字号|浏览次数|点击:|\d{3,}$|0$|转自|供图|资料图|\(资料图|cover_image"
    r"|\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*\S{2,10})?$|.*(?:[\u4e00-\u9fff] ?摄|供图)$|图为[^。]{0,40}$)"
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
    for match in _PAGE_LINE.finditer(_COMMENT.sub(lambda comment: re.sub("[^\n]", "\u200b", comment.group()), page)):
        line = _clean(match.group(), match.start())
        if _OTHER_PAGES.search(line.folded) and len(line.text) <= 60:
            if sum(len(kept.text) for kept in found) > 300:
                break
            continue
        if line.text and not _is_furniture(line):
            found.append(line)
    return found


def _is_furniture(line: Line) -> bool:
    if len(line.text) <= 30 and not line.folded.endswith("。") and _SHORT_FURNITURE.search(line.folded):
        return True
    return len(line.text) <= 120 and _FURNITURE.search(line.folded) is not None


def _clean(raw: str, start: int) -> Line:
    kept: list[tuple[str, int]] = []
    done = 0
    for match in _MARKUP.finditer(raw):
        kept += zip(raw[done : match.start()], range(start + done, start + match.start()), strict=True)
        if match.group().startswith("&"):
            kept += [(char, start + match.start()) for char in unescape(match.group()) if not char.isspace()][:1]
        if match.group(1):
            kept += zip(match.group(1), range(start + match.start(1), start + match.end(1)), strict=True)
        done = match.end()
    kept += zip(raw[done:], range(start + done, start + len(raw)), strict=True)
    line = Line("".join(char for char, _ in kept), tuple(place for _, place in kept), bool(_BOLD.match(raw.rstrip("\n"))))
    return line.part(0, len(line.text))
