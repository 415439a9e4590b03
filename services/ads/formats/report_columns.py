"""Names the columns of performance reports: console workbooks and CSV of every header generation, custom, API v3.

A column that is known is not always read: ratios follow from the counts, and Amazon restates them with less care.
"""

from services.ads.formats.money_signs import SIGNS
from shared.files.headers import Column

# Attribution windows in the order in which a file that has several is read; see `report_reading`.
WINDOWS = (7, 14, 30, 1)


def _money(*headers: str) -> tuple[str, ...]:
    """The headers of an amount, with and without a sign in brackets."""
    ends = ("", *(f"{space}({sign})" for sign in SIGNS for space in (" ", "")))
    return tuple(f"{header}{end}" for header in headers for end in ends)


def _german(days: int, *rests: str) -> tuple[str, ...]:
    """`7 Tage, …`, `7Tage, …` and `7-Tage, …` occur in one and the same header."""
    return tuple(f"{days}{between}Tage, {rest}" for between in (" ", "", "-") for rest in rests)


def _window(days: int) -> tuple[Column, ...]:
    """The columns of one attribution window. Vendors read "Advertised ASIN" and "Brand Halo ASIN" for SKUs."""
    day = f"{days} Day"
    japanese = f"広告がクリックされてから{days}日間の"
    return (
        Column(
            f"orders_{days}",
            (
                f"{day} Total Orders (#)",
                f"purchases{days}d",
                f"orders{days}d",
                f"{japanese}合計注文数(#)",
                f"{japanese}合計注文数",
                f"{days}天总订单数(#)",
                *_german(days, "Aufträge gesamt (#)", "Bestellungen gesamt (#)"),
            ),
        ),
        Column(
            f"units_{days}",
            (
                f"{day} Total Units (#)",
                f"unitsSoldClicks{days}d",
                f"{japanese}合計販売数(#)",
                f"{japanese}合計販売数",
                f"{days}天总销售量(#)",
                *_german(days, "Einheiten gesamt (#)"),
            ),
        ),
        Column(
            f"sales_{days}",
            (
                *_money(f"{day} Total Sales", f"{japanese}総売上高", f"{days}天总销售额"),
                *_money(*_german(days, "Umsatz gesamt")),
                f"sales{days}d",
            ),
        ),
        Column(
            f"own_units_{days}",
            (
                f"{day} Advertised SKU Units (#)",
                f"{day} Advertised ASIN Units (#)",
                f"unitsSoldSameSku{days}d",
                f"{days}天内广告SKU销售量(#)",
                *_german(days, "Beworbene SKU-Einheiten (#)", "Beworbene ASIN-Einheiten (#)"),
            ),
        ),
        Column(
            f"own_sales_{days}",
            (
                *_money(f"{day} Advertised SKU Sales", f"{day} Advertised ASIN Sales", f"{days}天内广告SKU销售额"),
                *_money(*_german(days, "Beworbene SKU-Umsätze", "Beworbene ASIN-Umsätze")),
                f"attributedSalesSameSku{days}d",
            ),
        ),
        Column(
            f"other_orders_{days}",
            (
                f"{day} Other SKU Orders (#)",
                f"{day} Brand Halo ASIN Orders (#)",
                f"purchasesOtherSku{days}d",
                f"{days}天内其他SKU订单数(#)",
                *_german(days, "Andere SKU-Aufträge (#)"),
            ),
        ),
        Column(
            f"other_units_{days}",
            (
                f"{day} Other SKU Units (#)",
                f"{day} Brand Halo ASIN Units (#)",
                f"unitsSoldOtherSku{days}d",
                f"{days}天内其他SKU销售量(#)",
                *_german(days, "Andere SKU-Einheiten (#)"),
            ),
        ),
        Column(
            f"other_sales_{days}",
            (
                *_money(f"{day} Other SKU Sales", f"{day} Brand Halo ASIN Sales", f"{days}天内其他SKU销售额"),
                *_money(*_german(days, "Andere SKU-Umsätze")),
                f"salesOtherSku{days}d",
            ),
        ),
        Column(f"clicked_orders_{days}", (f"{day} Total Orders (#) - (Click)", f"ordersClicks{days}d")),
        Column(f"clicked_units_{days}", (f"{day} Total Units (#) - (Click)", f"unitsSold{days}d")),
        Column(f"clicked_sales_{days}", (*_money(f"{day} Total Sales - (Click)"), f"salesClicks{days}d")),
        Column(f"own_orders_{days}", (f"purchasesSameSku{days}d",)),
        Column(
            f"conversion_{days}",
            (f"{day} Conversion Rate", f"{days}-Tage-Konversionsrate", f"{days} Tage, Konversionsrate"),
        ),
        Column(f"acos_clicks_{days}", (f"acosClicks{days}d",)),
        Column(f"roas_clicks_{days}", (f"roasClicks{days}d",)),
        Column(f"pages_read_{days}", (f"kindleEditionNormalizedPagesRead{days}d",)),
        Column(f"pages_paid_{days}", (f"kindleEditionNormalizedPagesRoyalties{days}d",)),
    )


_DATES = (
    Column("date", ("Date", "Datum", "日付", "日期")),
    Column("date_range", ("Date range",)),
    Column("start_date", ("Start Date", "startDate", "Startdatum", "開始日", "开始日期")),
    Column("end_date", ("End Date", "endDate", "Enddatum", "終了日", "结束日期")),
)

_WHERE = (
    Column("country", ("Country", "Land", "国", "国家/地区", "countryCode")),
    Column("retailer", ("Retailer", "Händler", "小売業者", "零售商")),
    Column("currency", ("Currency", "Währung", "通貨", "货币", "Budget currency", "campaignBudgetCurrencyCode")),
)

_SUBJECTS = (
    Column(
        "ad_product",
        ("Campaign Type", "Ad product", "adProduct", "Kampagnentyp", "キャンペーンタイプ", "广告活动类型"),
    ),
    Column("portfolio", ("Portfolio name", "Portfolioname", "ポートフォリオ名", "广告组合名称")),
    Column("portfolio_id", ("Portfolio ID", "portfolioId")),
    Column(
        "campaign_name",
        ("Campaign Name", "campaignName", "Kampagnen-Name", "Kampagnenname", "キャンペーン名", "广告活动名称"),
    ),
    Column("campaign_id", ("Campaign ID", "campaignId")),
    Column("campaign_status", ("Status", "Campaign status", "campaignStatus", "ステータス", "状态")),
    Column("budget", ("Budget", "campaignBudgetAmount", "Budget amount", "予算", "预算")),
    Column("budget_type", ("Budget type", "campaignBudgetType")),
    Column(
        "targeting_type",
        ("Targeting Type", "Targeting-Typ", "ターゲティングタイプ", "投放类型"),
    ),
    Column(
        "bidding_strategy",
        ("Bidding strategy", "campaignBiddingStrategy", "Gebotsstrategien", "Gebotsstrategie", "入札戦略", "竞价策略"),
    ),
    Column(
        "ad_group_name",
        ("Ad Group Name", "adGroupName", "Anzeigengruppenname", "広告グループ名", "广告组名称"),
    ),
    Column("ad_group_id", ("Ad Group ID", "adGroupId")),
    Column("targeting", ("Targeting", "Target value", "ターゲティング", "投放")),
    Column("keyword", ("keyword",)),
    Column("keyword_text", ("keywordText",)),
    Column("targeting_text", ("targetingText",)),
    Column("targeting_expression", ("targetingExpression",)),
    Column(
        "match_type",
        ("Match Type", "Target match type", "matchType", "Übereinstimmungstyp", "マッチタイプ", "匹配类型"),
    ),
    Column("keyword_type", ("keywordType",)),
    Column("keyword_id", ("Keyword ID", "keywordId", "Target ID")),
    Column("targeting_id", ("targetingId",)),
    Column("keyword_status", ("adKeywordStatus",)),
    Column("bid", ("keywordBid", "Bid")),
    Column(
        "search_term",
        (
            "Customer Search Term",
            "Search term",
            "searchTerm",
            "Suchbegriff des Kunden",
            "Suchbegriff eines Kunden",
            "Kundensuchbegriff",
            "Suchbegriff",
            "カスタマーの検索キーワード",
            "客户搜索词",
        ),
    ),
    Column(
        "seller_sku",
        ("Advertised SKU", "advertisedSku", "promotedSku", "Advertised product SKU", "Beworbene SKU", "広告対象SKU"),
    ),
    Column(
        "asin",
        (
            "Advertised ASIN",
            "advertisedAsin",
            "promotedAsin",
            "Advertised product ID",
            "Beworbene ASIN",
            "広告対象ASIN",
        ),
    ),
    Column("ad_id", ("Ad ID", "adId")),
    Column("ad_status", ("adStatus", "adCreativeStatus")),
    Column(
        "purchased_asin",
        ("Purchased ASIN", "purchasedAsin", "asinBrandHalo", "Gekaufte ASIN", "購入されたASIN", "已购买的ASIN"),
    ),
    Column(
        "placement",
        (
            "Placement",
            "placementClassification",
            "Placement classification",
            "Platzierung",
            "掲載枠",
            "広告枠",
            "广告位",
        ),
    ),
)

_FIGURES = (
    Column("impressions", ("Impressions", "Impressionen", "インプレッション", "展示量")),
    Column("clicks", ("Clicks", "Klicks", "クリック", "クリック数", "点击量")),
    Column("cost", ("Total cost", "cost")),
    Column("spend", _money("Spend", "Ausgaben", "費用", "広告費", "花费")),
    Column("orders", ("Purchases",)),
    Column("units", ("Units sold", "unitsSold")),
    Column("sales", _money("Sales")),
    Column("clicked_orders", ("purchasesClicks",)),
    Column("clicked_units", ("unitsSoldClicks",)),
    Column("clicked_sales", ("salesClicks",)),
    Column("other_orders", ("conversionsBrandHalo",)),
    Column("other_units", ("unitsSoldBrandHalo",)),
    Column("other_sales", ("salesBrandHalo",)),
    Column(
        "top_of_search_share",
        ("Top-of-search Impression Share", "Top of search impression share", "topOfSearchImpressionShare"),
    ),
)

# Columns that only reports of one family have: by them a file is known that does not name its family.
DISPLAY_MARKS = (
    "bidOptimization",
    "impressionsViews",
    "matchedTargetAsin",
    "purchasesPromotedClicks",
    "salesPromotedClicks",
    "conversionsBrandHaloClicks",
    "salesBrandHaloClicks",
    "unitsSoldBrandHaloClicks",
    "cumulativeReach",
    "impressionsFrequencyAverage",
    "addToCartViews",
    "brandedSearchesViews",
    "Bid Optimization",
)
BRANDS_MARKS = (
    "purchasesPromoted",
    "salesPromoted",
    "attributionType",
    "newToBrandSalesPercentage",
    "newToBrandPurchasesPercentage",
    "newToBrandUnitsSoldPercentage",
    "newToBrandPurchasesRate",
    "video5SecondViews",
    "14 Day New-to-brand Orders (#)",
    "14 Day New-to-brand Sales",
    "14 Day New-to-brand Units (#)",
)

# Known and not read.
_LEFT_OUT = (
    "Click-Thru Rate (CTR)|CTR|clickThroughRate|Klickrate (CTR)|クリックスルー率 (CTR)|クリックスルー率(CTR)"
    "|点击率 (CTR)",
    "Cost Per Click (CPC)|CPC|costPerClick|Kosten pro Klick (CPC)|平均クリック単価 (CPC)|平均クリック単価(CPC)"
    "|每次点击成本(CPC)",
    "Total Advertising Cost of Sales (ACoS)|Advertising Cost of Sales (ACOS)|Zugeschriebene Umsatzkosten (ACOS) gesamt"
    "|Gesamtumsatzkosten für Werbung (ACOS)|広告費売上高比率（ACOS）合計|広告費売上高比率 (ACOS) 合計"
    "|广告投入产出比 (ACOS) 总计|ACOS",
    "Total Return on Advertising Spend (RoAS)|Return on Advertising Spend (ROAS)|ROAS"
    "|Gesamte Rentabilität der Anzeigenkosten (ROAS)"
    "|Gesamtrendite von Werbeausgaben (Return on Advertising Spend, ROAS)"
    "|広告費用対効果（ROAS）合計|広告費用対効果 (ROAS) 合計|总广告投资回报率 (ROAS)",
    "Cost per purchase",
    "Purchase rate",
    "costType",
    "addToList",
    "qualifiedBorrows",
    "royaltyQualifiedBorrows",
    "campaignRuleBasedBudgetAmount",
    "campaignApplicableBudgetRuleId",
    "campaignApplicableBudgetRuleName",
    "detailPageViews",
    "detailPageViewsClicks",
    "newToBrandPurchases",
    "newToBrandPurchasesClicks",
    "newToBrandSales",
    "newToBrandSalesClicks",
    "newToBrandUnitsSold",
    "newToBrandUnitsSoldClicks",
    "viewabilityRate",
    "viewClickThroughRate",
    "viewableImpressions",
)

REPORT_COLUMNS: tuple[Column, ...] = (
    *_DATES,
    *_WHERE,
    *_SUBJECTS,
    *_FIGURES,
    *(column for days in WINDOWS for column in _window(days)),
    *(Column(f"mark {header}", (header,)) for header in dict.fromkeys((*DISPLAY_MARKS, *BRANDS_MARKS))),
    *(Column(f"left out {line.split('|')[0]}", tuple(line.split("|"))) for line in _LEFT_OUT),
)


def report_columns(*required: str) -> tuple[Column, ...]:
    """All columns, those named being required."""
    return tuple(Column(column.name, column.headers, required=column.name in required) for column in REPORT_COLUMNS)
