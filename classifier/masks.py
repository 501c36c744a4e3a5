"""What may not vote: amounts, dates, numbers, accounts, names, ledgers and officers' tags, found in folded text.

The same spans serve normalising, which blots them out, and redaction, which replaces them by their kind.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Mask(NamedTuple):
    """A span that may not vote, and what it is.

    Parameters
    ----------
    start, end : int
        The span in the folded text.
    kind : str
        One of ``KINDS``.
    """

    start: int
    end: int
    kind: str


_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳焦牧车侯班仰仲伊宫宁仇栾甘厉"
    "戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲鄂索籍赖卓蔺屠蒙池乔胥能苍双闻莘党翟谭贡劳姬申扶堵冉宰桑桂牛寿通边扈燕冀温庄晏柴瞿阎充慕连茹习艾鱼容向古易慎"
    "戈廖终居衡步都耿满弘匡国文寇广东殴沃利蔚越隆师巩聂晁勾敖融冷辛那简饶空曾母沙养鞠须丰巢关蒯相查荆红游权付肖闫涂覃岳佟代邸苟刑尚桓佘兰逯"
)
_BANKS = (
    "工商 农业 建设 交通 招商 邮政储蓄 邮储 邮政 中信 光大 民生 兴业 浦东发展 浦发 平安 华夏 广东发展 广发 渤海 浙商 恒丰 徽商 江苏 南京 宁波 上海 北京 杭州 盛京 哈尔滨 长沙 成都 重庆"
    " 贵阳 西安 郑州 青岛 天津 微众 网商 新网 亿联 中国 国泰世华 中国信托 台北富邦 玉山 台新 合作金库 华南 第一 汇丰 恒生 渣打 中银 农村商业 村镇 城市商业"
).replace(" ", "|")
_LABELS = (
    "银行卡号 银行卡 身份证号码 身份证号 身份证 居民身份证 联系电话 联系方式 电话号码 电话 手机号码 手机号 手机 微信号 微信昵称 微信 qq号码 qq号 qq昵称 qq 支付宝账号 支付宝 账号 账户名 账户 卡号 户名"
    " 户主 昵称 网名 姓名 开户行 开户银行 银行 单号 订单号 交易单号 流水号 商户名称 商户单号 网址 链接 下载链接 app名称 号码 性别 民族 年龄 职业 学历 文化程度 政治面貌 户籍地址 户籍地 户籍 现住地址"
    " 现住址 现住 住址 地址 籍贯 编号 imei码 imei 现场勘验号 现场勘查编号 会议号 群号 案件类别 案件类型 诈骗类型 作案手段 作案手法 案由 类别"
).replace(" ", "|")
_OWNERS = "对方|嫌疑人|受害人|被害人|报警人|报案人|事主|本人|收款人?|付款人?|转账|涉案|我的?|其|双方|转入|转出"
_OWNER = f"(?:(?:{_OWNERS})的?){{0,3}}"
_COUNT = "(?:多|余|来|几)?"
_CURRENCY = "元整?|块钱?|圆|美元|美金|港币|台币|人民币|usdt"
_HAN_DIGITS = "一二三四五六七八九十两几百千万"

_LABELLING = "".join(sorted({word[0] for word in f"{_LABELS}|{_OWNERS}".split("|")}))
_BANKING = "".join(sorted({word[0] for word in _BANKS.split("|")}))

_MONEY = rf"[0-9][0-9,.]*{_COUNT}[百千万亿]*{_COUNT}(?:{_CURRENCY}|万|千|百)(?:人民币|整|左右)?"
_DATE = r"[0-9]{1,4}(?:年度?|月份?|[日号](?!码)|时|点|分(?!钟)|秒)(?:[0-9]{1,2}(?:月份?|[日号](?!码)|时|点|分|秒))*(?:许|左右|前后)?"
_HOSTS = "com|cn|net|org|top|xyz|vip|cc|app|tw|hk|info|shop|club|site|online|icu|fun|me|io|co"

# Letters of which a text must have one for the pattern to be tried at all (none: nearly all texts have one), and the pattern, whose group names the kind. They are tried one
# after the other, each on what the ones before it left. The letters, and the look-aheads at the beginnings, are there for speed.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("([【", r"(?P<tag>[(\[【][^()\[\]【】,。]{2,24}(?:类|诈骗|诈骗案|盗刷|帮信|敲诈)[)\]】])"),
    ("./@", r"(?P<url>(?:https?://|www\.)[^\s\u4e00-\u9fff,;。、)】>]+|(?<![a-z0-9.@+_-])[a-z0-9][a-z0-9_.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
        rf"|(?<![a-z0-9.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{_HOSTS})(?![a-z])(?:/[^\s\u4e00-\u9fff,;。、)】]*)?)"),
    (":", rf"(?P<account>(?=[{_LABELLING}]){_OWNER}(?:{_LABELS})(?:为|是)?:[^,;。、()\n:【】\[\]《》]{{0,30}})"),
    ("", rf"(?P<amount>{_MONEY})|(?P<date>{_DATE})|(?P<number>[0-9][0-9*.,:/\-x%~]*(?:周?岁)?)"),
    ("", rf"(?P<amount>[{_HAN_DIGITS}]{{1,8}}{_COUNT}(?:万|千|百)?(?:元|块钱|块(?![儿头])))"),
    ("", rf"(?P<bank>(?=[{_BANKING}])(?:中国)?(?:{_BANKS})(?:商业)?银行(?:股份有限公司)?(?:手机银行|网上银行|储蓄卡|信用卡|银行卡|卡|账户|账号)?"
        r"|(?<![一-鿿])[工农建中交招]行卡)"),
    ("信商", "(?P<bank>农村信用社(?:联合社)?|信用联社|农商银?行|农信社)"),
    ("", rf"(?P<person>[{_SURNAMES}](?:某{{1,2}}|先生|女士|小姐|大爷|大妈|阿姨|奶奶|爷爷|老太|大姐|大哥))"),
)
_COMPILED = tuple((letters, re.compile(pattern)) for letters, pattern in _PATTERNS)
KINDS = tuple(dict.fromkeys(kind for _, pattern in _COMPILED for kind in pattern.groupindex))


def blot(folded: str, mark: str) -> str:
    """Overwrite what may not vote.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.
    mark : str
        One character.

    Returns
    -------
    str
        Of the same length, every masked character replaced by the mark.
    """
    for letters, pattern in _COMPILED:
        if not letters or any(letter in folded for letter in letters):
            folded = pattern.sub(lambda m: mark * (m.end() - m.start()), folded)
    return folded


def find(folded: str, mark: str = "\ue000") -> list[Mask]:
    """The spans of a folded text that may not vote, with their kinds.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.
    mark : str
        A character that is in no pattern.

    Returns
    -------
    list of Mask
        In the order of the text, none overlapping another; together they are what ``blot`` overwrites.
    """
    found = []
    for letters, pattern in _COMPILED:
        if not letters or any(letter in folded for letter in letters):
            found += [Mask(*m.span(), m.lastgroup or "") for m in pattern.finditer(folded)]
            folded = pattern.sub(lambda m: mark * (m.end() - m.start()), folded)
    return sorted(found)
