"""What can be a person's name: Han surnames, the name elements of Tibetan, Mongolian and Turkic names, Latin names."""

from __future__ import annotations

import re

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左"
    "石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲家封储靳糜松井段富巫乌焦巴弓牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司"
    "韶黎薄印白怀蒲从索赖卓屠蒙池乔阴胥能苍闻党翟谭贡劳申扶堵冉宰雍桑桂牛寿通边扈燕冀尚农温庄晏柴瞿阎充慕连习艾鱼容向古易慎戈廖终衡步"
    "耿满弘国文寇广东殳沃利蔚越师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关查后荆红游竺权逯盖桓公肖岳付闫覃仝冼鹿佟么"
    "陳張劉楊趙黃吳孫馬羅鄭謝韓馮於葉蕭許鄧蔣餘潘盧陸賈鍾範譚龍萬錢湯賴顧龔嚴歐蘇呂魯鄒湯莊畢奧商苟撒冶妥哈祈铁尕拜衣代候麦"
    "兰佘谌逄亓隗缑尧綦邸阙郗邝邰粟禤栗"
)
_DOUBLE = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "東方",
    "东方",
    "尉迟",
    "皇甫",
    "司徒",
    "令狐",
    "慕容",
    "范姜",
    "端木",
    "夏侯",
    "公孙",
    "长孙",
    "独孤",
    "南宫",
    "西门",
)
_ELEMENTS = (
    # Tibetan
    "才让|才旦|才仁|才项|卓玛|扎西|多杰|多吉|旦增|丹增|桑吉|桑杰|索南|索朗|格桑|次仁|次旦|尼玛|达娃|拉毛|拉姆|仁青|仁增|项秀|娘吉|边觉|边巴|"
    "央金|曲珍|群培|平措|罗布|顿珠|旺堆|旺姆|旺杰|旺加|白玛|德吉|措姆|巴桑|强巴|洛桑|江村|加措|嘉措|完么|尕玛|昂毛|昂旺|阿旺|文毛|"
    "尖措|尖参|坚赞|公保|官却|贡保|更登|更尕|华旦|普布|米玛|琼达|玉珍|吉毛|杰布|东智|南杰|赤列|晋美|久美|周太|太本|"
    "益西|泽仁|邓珠|拥忠|罗绒|达瓦|斯朗|加央|土登|丁增|仁真|志玛|"
    # Mongolian
    "巴图|额尔敦|其其格|孟和|宝音|特木尔|敖特根|阿木尔|青格勒|通拉嘎|娜日|苏日|萨日|乌日|牧仁|道尔吉|那顺|朝克|满都|吉日嘎拉|"
    "巴特尔|图雅|其木格|格日勒|格日乐|高娃|朝鲁|娜仁|乌云|乌兰|斯琴|萨仁|哈斯|巴雅尔|苏和|阿拉腾|呼和|布和|那仁|托娅|塔娜|毕力格|"
    # Turkic
    "古丽|买买提|艾力|吐尔逊|吐尔洪|阿不都|阿布都|热合曼|买提|依明|努尔|别克|木拉提|木拉特|克里木|艾合买提|阿依|迪力|夏提|帕尔哈提|娜尔|"
    "麦麦提|图尔荪|阿卜杜|艾尔肯|塔依尔|库尔班|吾买尔|沙吾提|卡德尔|"
    "热依汗|依汗|江|克孜|努力|赛力克|哈那提|叶尔|玛依拉"
)
_MADE_OF_ELEMENTS = re.compile(rf"(?:{_ELEMENTS})(?:{_ELEMENTS}|加|措|吉|本|太|杰|花|汗)")
_ENDS_IN_ELEMENT = re.compile(rf"[\u4e00-\u9fff]{{1,4}}(?:{_ELEMENTS})")
_HAN = "\u3400-\u4e27\u4e29-\u9fff"  # without 丨, which stands for a bar
_SHORT = re.compile(rf"[{_HAN}]{{2,4}}")
_DOTTED = re.compile(rf"[{_HAN}]{{1,8}}(?:·[{_HAN}]{{1,8}}){{1,3}}")
_LATIN = re.compile(r"[A-Z][A-Za-z.'’-]+(?: [A-Z][A-Za-z.'’-]*){1,3}")
_OFFICE = re.compile(
    r"(?:书记|部长|主任|局长|厅长|市长|省长|县长|区长|州长|处长|科长|院长|校长|教授|研究员|博士|主席|常委|委员|经理|董事长|总裁|会长|"
    r"秘书长|组长|队长|站长|社长|主编|编辑|记者|通讯员|干部|讲师|学者|专家|成员|代表|先生|女士|律师|博士后|院士|所长|导师|老师|馆员|人员|"
    r"学员|评论员|工程师|医师|医生|护士|村官|硕士|干事|主播|部队)$"
)
_BODY = re.compile(
    r"(?:部|局|报|報|社|网|網|院|厅|委|办|室|所|台|站|校|大学|公司|集团|中心|频道|客户端|新闻|周刊|杂志|政府|协会|学会|平台|发布|"
    r"在线|通讯|文旅|融媒体?|财经|科技|工会|支部|党委|[县区镇乡村州省市庄处股科])$"
)
_OF_MEDIA = re.compile(r"(?:新华社|中新社|中央社|人民网|本报|本刊|本网|视觉中国|图虫)")
_WORDS = frozenset(
    re.split(
        r"\|",
        "查看更多|返回搜狐|本文|来源|作者|编辑|记者|本报|本网|本站|本刊|原创|转载|未知|佚名|匿名|管理员|网络|互联网|综合|无|暂无|我们|"
        "报道|消息|分享|新闻|首席|见习|实习|全媒体|文字|图片|视频|摄影|责编|校对|审核|整合|今年|去年|日前|昨日|近日|昨天|今天|今日|图文|"
        "文图|讯|小编|通讯员|本报讯|特约|手记|观察|调查|简介|走访|获悉|了解|注意|采访|体验|编者|编者按|时评|评论|评论员|发自|整理|受访者|"
        "供图|系统|资料|资讯|文中|上图|下图|左图|右图|文章|作品|单位|专题|专访|特稿|快讯|电讯|完|待续|编译|翻译|导读|后记|前言|题|"
        "党组|组织|宣传|群众|干部|人才|高校|高层|公开|通知|公告|成果|成功|任务|任职|安全|安排|方案|方法|方式|时间|时代|"
        "平安|平均|和谐|常态|常务|明天|明年|文明|文化|文件|全国|全省|全市|全县|国家|国际|国内|农村|农业|向上|向前|公司|公布|"
        "房地产|关注我|全屏看|时政类|高清图|全媒体|高质量|安全感|于今日|和讯网|农产品|农民工|公积金|应届生|博物馆|白名单|房产|时尚|时政|党建网|您好|你好|谢谢|好的|是的|不是|广西|广大|广场|广告|东部|东方|关于|关注|游客|后来|从严|从业|终于|通过|通报|连续|连日|习惯|应当|应该|解决|管理|"
        "单独|计划|成立|强化|强调|江苏|江西|安徽|云南|山东|山西|宁夏|石家庄|马鞍山|连云港|张家口|张家界|平顶山|景德镇|牡丹江|"
        "乐山|温州|常州|金华|东莞|白银|石嘴山|包头|项目|支持|支部|金融|水利|路透社|美联社|法新社|高清|高端|大图|全文|展开|收起|"
        "白皮书|和平|富强|时评人|文旅|于是|车间|花絮|万元|明确|应用|能力|能源|党建|党员|利用|利益|公益|公安|公务员",
    )
)

# words and places that begin with a surname and stand alone on pages
_ORDINARY = frozenset(
    re.split(
        " ",
        "广州 广东 广西 温州 常州 沈阳 安阳 安庆 衡水 衡阳 焦作 江门 吉林 吉安 荆州 荆门 龙岩 娄底 宁波 宁德 平凉 "
        "兰州 兰考 兰花 兰亭 "
        "商丘 商洛 随州 唐山 通化 通辽 万州 乌海 武汉 武威 云浮 张掖 郑州 周口 诸暨 和田 怀化 黄石 黄冈 黄南 惠州 "
        "柳州 梅州 许昌 岳阳 昌吉 昌都 常德 成都 楚雄 东营 东京 高雄 桂林 杭州 贺州 林芝 秦皇岛 曲靖 曲阜 邵阳 松原 "
        "苏州 铁岭 吴忠 邢台 徐州 伊春 伊犁 印度 伊拉克 乌克兰 纪委 江南 华语 华为 华人 唐人街 河南 车险 车型库 车市 "
        "车辆 车主 车型 车讯 商业 商情 商贸 商界 商城 游戏 游泳 游记 明星 家居 家电 家具 家长 家庭 家园 卫浴 卫视 "
        "卫生 衣柜 景点 景区 高考 高中 高速 高温 高铁 高新 支付 支撑 支援 关键字 关键词 关键帧 关闭 关心 关系 关爱 "
        "花边 盛大 盛典 金山 金牌 平板 平等 温度计 温度 温馨 文化课 文艺 文艺范 文学 文献 文娱 文档 房地產 房產 房价 "
        "房市 房屋 焦點 焦点 焦虑 暴力 暴雨 通信 通道 通行 通用 通车 通胀 通讯 通告 通稿 严选 云阅读 应急 应聘 应对 "
        "应届 公园 公交 公示 公文 公函 公众 公正 公证 公告栏 向后 向导 向来 路演 路线 路况 富翁 富裕 空间 空气 空调 "
        "空军 宣传片 宣讲 宣言 党政 党史 党网 党课 党群 党风 须知 利好 利率 利润 利息 广播 成长 成绩 成员 成本 成交 "
        "成人 和解 毛利 万能 万象 万一 方便 方针 时刻 时期 时讯 时事 平移 常见 常识 乐园 乐队 安装 安置 安康 安居 "
        "计算 计量 纪录 纪念 纪检 纪实 纪律 祝福 祝贺 董事 蓝图 季度 季节 颜色 夏季 田园 胡同 凌晨 管线 管控 解读 "
        "解答 解码 解释 宗旨 宗教 单一 单车 包装 包括 左右 石油 石化 程序 程度 陆续 陆地 荣誉 荣获 曲线 曲艺 封面 "
        "封锁 储备 储蓄 段落 山区 山水 谷歌 谷雨 全景 全球 全线 全民 全集 全部 班级 秋季 宫廷 厉害 武器 武术 武警 "
        "龙头 幸福 幸运 司法 司机 印象 印刷 白领 白酒 白天 怀孕 从容 索引 卓越 能够 闻名 党委 劳动 劳务 申请 申报 "
        "申论 扶贫 扶持 牛市 牛奶 寿险 边境 边缘 农民 农产 农商 庄园 柴油 充电 充值 连锁 连载 连线 容易 容量 古代 "
        "古典 慎重 终端 步行 步骤 满足 满意 弘扬 国产 国足 国债 国学 国企 国考 国资 国防 东西 师资 师范 师生 巩固 "
        "融合 融资 融媒 冷门 那些 那么 简单 简历 简体 沙发 养老 养生 养殖 丰富 丰收 红色 红包 红酒 权益 权威 权力 "
        "付款 付费 花田 贺电 贺信 丁字裤 沙拉酱 能见度 国内游 谈视频 时光社 民意调查 后台 后勤 候选 麦克风 商标 商务 "
        "易信 易购 越南 越来越 师傅 巡视 山川 山村 段子 万元 水平 水电 水务 水产 水库",
    )
)


def looks_like_name(token: str) -> bool:
    """Whether `token` alone, without any label, is to be taken for a person's name.

    That is two or three characters that begin with a surname, four with a double surname, or a name made of
    elements of Tibetan, Mongolian or Turkic names (才让卓玛). Common words, offices and places are none.
    """
    if not _SHORT.fullmatch(token):
        return bool(len(token) <= 6 and _MADE_OF_ELEMENTS.fullmatch(token))
    if token in _WORDS or token in _ORDINARY or (len(token) > 2 and _OFFICE.search(token)):
        return False
    if len(token) > 2 and ((_BODY.search(token) and token[-1] not in "校市网站台社") or token[-1] in "员等"):
        return False
    return _begins_with_surname(token) or bool(_MADE_OF_ELEMENTS.fullmatch(token))


def is_name(token: str) -> bool:
    """Whether `token`, printed where a name belongs (behind 记者, 作者：), can be one: pen names and 青组 too."""
    if token in _WORDS or token in _ORDINARY or _OF_MEDIA.match(token):
        return False
    if (
        len(token) == 4
        and _SHORT.fullmatch(token)
        and not (token[0] in _SURNAMES or token.startswith(_DOUBLE) or is_minority(token))
    ):
        return False
    if _LATIN.fullmatch(token):
        return True
    if _DOTTED.fullmatch(token):
        return not _BODY.search(token)
    if not _SHORT.fullmatch(token):
        return 5 <= len(token) <= 6 and bool(_ENDS_IN_ELEMENT.fullmatch(token) or _MADE_OF_ELEMENTS.fullmatch(token))
    return looks_like_name(token) or not (_OFFICE.search(token) or _BODY.search(token) or token[0] in "的是在了将被")


_COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文"
)


def two_names(token: str) -> tuple[str, ...]:
    """The names of a run without separator (张海李静), when it can be cut in only one way; else the run."""
    if not 4 <= len(token) <= 6 or looks_like_name(token) or token.startswith(_DOUBLE) or is_minority(token):
        return (token,)
    cuts = [
        (token[:at], token[at:])
        for at in (2, 3)
        if 2 <= len(token) - at <= 3
        and all(part[0] in _COMMON and looks_like_name(part) for part in (token[:at], token[at:]))
    ]
    return cuts[0] if len(cuts) == 1 and not (len(token) == 6 and looks_like_name(token[2:4])) else (token,)


def is_minority(token: str) -> bool:
    """Whether `token` holds a name element of a Tibetan, Mongolian or Turkic name."""
    return bool(re.search(_ELEMENTS.replace("|江|", "|"), token))


def is_media(text: str) -> bool:
    """Whether `text` is the name of a paper, station, agency or account that publishes: an origin, no author."""
    return bool(_MEDIA.search(text))


_MEDIA = re.compile(
    r"(?:[报報网網社刊台]|客户端|新闻|網絡版|网络版|在线|周刊|周報|海外版|频道|快报|时报|电视台|广播|发布|财经|头条|融媒体?(?:中心)?|"
    r"公众号|澎湃号|早报|晨报|晚报|杂志|观察|视界|云)》?$"
)


# characters that given names are made of; most other words hold at least one that is not among them
_GIVEN = frozenset(
    "伟芳娜秀英敏静丽磊军勇艳杰娟涛超霞刚桂辉建国志海林峰鹏宇轩昊然子涵雨欣怡佳琪思嘉豪浩博睿哲晨旭凯鑫振栋宏云龙翔玉春雪梅兰凤莲荣永祥庆瑞俊雅婷倩雯"
    "颖慧琳莉蕾丹萍红燕玲淑珍贞素爱彩少广德福寿继绍祖景启承泽润沛洪江河淼森木彬斌武威猛雄铁钢锋剑锐立诗梓若依诺晓小铭兆铮宪仁义礼信忠孝廉世清正天光明亚贤"
    "先克强洋华琦源航阳帆东亮飞柱山松柏楠桐波涌泉川霖霄虹岩石坤乾玮瑜璐珊琴瑶盛业宁昌贵平维以友良根富宝珠芬芝香秋冬月星卫民安顺和胜达发旺茂隆兴邦伯仲君"
    "元亨佑佩侠冰凌勤卓占吉培奇奎妍妮姗姣娅娇婉媛守宗宜宽宾尚岚峻崇巧希康延弘彦彤征心忆怀恒恩悦惠慈慕成扬捷敬文斐新昆昕显晋晴智曙曦朋权枫柔树桃楚殿"
    "毅汉沁泰津洁洲淳渊湘满滨潇炎炜炳焕煜照熙献玫珂珏甫益盈真知硕碧秉筠紫纯绮缘美群翠耀耘腾臣致芙芮苗茜茵荷菁菊菲萱蓉蓓蔚薇虎裕谦豫贝赞跃远逸遥钊钧铎"
    "闯隽雁霁露韬韵颂骁骏魁鲁鸣鸿鹤麒麟黎长生学书喜利"
)


def is_made_like_a_name(name: str) -> bool:
    """Whether `name` is a surname with two characters that given names are made of (柳承业), so that any verb may
    follow it; rarer surnames that are common words too (占, 向) are believed only so."""
    return MADE_LIKE_A_NAME.fullmatch(name) is not None


MADE_LIKE_A_NAME = re.compile(f"[{''.join(sorted(_SURNAMES))}占阳银][{''.join(sorted(_GIVEN))}]{{2}}")


def elements_at(text: str, start: int) -> str:
    """The name of a people without Han surnames that begins at `start`, made of two known elements or more; else ""."""
    found = _ELEMENTS_IN_A_ROW.match(text, start)
    return found.group() if found else ""


_ELEMENTS_IN_A_ROW = re.compile(rf"(?:(?!江)(?:{_ELEMENTS})){{2,3}}")


def _begins_with_surname(token: str) -> bool:
    return token[0] in _SURNAMES and (len(token) < 4 or token.startswith(_DOUBLE))
