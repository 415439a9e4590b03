"""Decides what the words of advertising files mean, in the languages and spellings in which they come."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, MatchType, Placement, State, TargetingType
from services.ads.formats.bulk_row import BulkEntity, Operation

_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\uff0d_-]")


@lru_cache(maxsize=4096)
def fold_word(text: str) -> str:
    """The form in which words are compared: NFKC, case folded, dashes and underscores as spaces."""
    return " ".join(_DASHES.sub(" ", unicodedata.normalize("NFKC", text)).casefold().split())


def _words(meanings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold_word(word): meaning for meaning, words in meanings.items() for word in words}


AD_PRODUCTS = _words(
    {
        AdProduct.SPONSORED_PRODUCTS: ("Sponsored Products", "SP", "スポンサープロダクト広告", "商品推广"),
        AdProduct.SPONSORED_BRANDS: ("Sponsored Brands", "SB", "スポンサーブランド広告", "品牌推广"),
        AdProduct.SPONSORED_DISPLAY: ("Sponsored Display", "SD", "スポンサーディスプレイ広告", "展示型推广"),
    }
)

STATES = _words(
    {
        State.ENABLED: ("enabled", "aktiviert", "有効", "已启用"),
        State.PAUSED: ("paused", "pausiert", "一時停止", "已暂停"),
        State.ARCHIVED: ("archived", "archiviert", "アーカイブ済み", "已归档"),
    }
)

MATCH_TYPES = _words(
    {
        MatchType.EXACT: ("exact", "genau", "genau passend", "完全一致", "精准匹配", "精准"),
        MatchType.PHRASE: ("phrase", "wortgruppe", "フレーズ一致", "词组匹配", "词组"),
        MatchType.BROAD: ("broad", "weitgehend passend", "部分一致", "广泛匹配", "广泛"),
        MatchType.NONE: (
            "targeting expression",
            "targeting expression predefined",
            "theme",
            "none",
        ),
    }
)

TARGETING_TYPES = _words(
    {
        TargetingType.MANUAL: (
            "manual",
            "manual targeting",
            "manuell",
            "manuelles Targeting",
            "マニュアルターゲティング",
            "手动投放",
            "手动",
        ),
        TargetingType.AUTO: (
            "auto",
            "automatic",
            "automatic targeting",
            "automatisch",
            "automatisches Targeting",
            "オートターゲティング",
            "自动投放",
            "自动",
        ),
    }
)

BIDDING_STRATEGIES = _words(
    {
        BiddingStrategy.FIXED: ("fixed bid", "fixed bids", "manual", "feste Gebote", "固定額入札", "固定竞价"),
        BiddingStrategy.DOWN_ONLY: (
            "dynamic bids - down only",
            "dynamic bidding (down only)",
            "legacy for sales",
            "legacy",
            "Dynamische Gebote – nur senken",
            "動的な入札額 - ダウンのみ",
            "动态竞价 - 仅降低",
            "动态竞价 - 只降低",
        ),
        BiddingStrategy.UP_AND_DOWN: (
            "dynamic bids - up and down",
            "dynamic bidding (up and down)",
            "auto for sales",
            "optimize for sales",
            "Dynamische Gebote – erhöhen und senken",
            "動的な入札額 - アップとダウン",
            "动态竞价 - 提高和降低",
        ),
        BiddingStrategy.RULE_BASED: ("rule based", "rule based bidding", "rule-based bidding"),
    }
)

# "Other on-Amazon" is how the API and the console of some years call what is neither the top nor a product page.
PLACEMENTS = _words(
    {
        Placement.TOP_OF_SEARCH: (
            "placement top",
            "top of search",
            "top of search on-Amazon",
            "top of search (first page)",
            "top of search (page 1)",
            "first page top of search on Amazon",
            "first page top of search",
        ),
        Placement.REST_OF_SEARCH: (
            "placement rest of search",
            "rest of search",
            "rest of search on Amazon",
            "other on-Amazon",
            "other placements",
        ),
        Placement.PRODUCT_PAGES: (
            "placement product page",
            "product page",
            "product pages",
            "product pages on Amazon",
            "detail page on-Amazon",
            "detail page",
        ),
        Placement.OTHER: (
            "off Amazon",
            "placement amazon business",
            "amazon business",
            "placement off amazon",
            "other",
            "home page on-Amazon",
            "placement home",
            "home",
        ),
    }
)

# What is written where a campaign is in no portfolio.
NO_PORTFOLIO = frozenset(
    fold_word(word)
    for word in ("Not grouped", "No Portfolio", "Nicht gruppiert", "Kein Portfolio", "ポートフォリオなし", "未分组")
)

ENTITIES = _words(
    {
        BulkEntity.CAMPAIGN: ("Campaign", "Kampagne", "キャンペーン", "广告活动"),
        BulkEntity.AD_GROUP: ("Ad Group", "Anzeigengruppe", "広告グループ", "广告组"),
        BulkEntity.PRODUCT_AD: ("Product Ad", "Ad", "Produktanzeige", "商品広告", "商品广告"),
        BulkEntity.KEYWORD: ("Keyword", "キーワード", "关键词"),
        BulkEntity.PRODUCT_TARGETING: (
            "Product Targeting",
            "Produkt-Targeting",
            "商品ターゲティング",
            "商品投放",
            "Contextual Targeting",
            "Audience Targeting",
        ),
        BulkEntity.NEGATIVE_KEYWORD: ("Negative Keyword", "Negatives Keyword", "除外キーワード", "否定关键词"),
        BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD: (
            "Campaign Negative Keyword",
            "Negatives Keyword der Kampagne",
            "キャンペーンの除外キーワード",
            "广告活动否定关键词",
        ),
        BulkEntity.NEGATIVE_PRODUCT_TARGETING: (
            "Negative Product Targeting",
            "Negatives Produkt-Targeting",
            "除外商品ターゲティング",
            "否定商品投放",
        ),
        BulkEntity.BIDDING_ADJUSTMENT: (
            "Bidding Adjustment",
            "Campaign by Placement",
            "Gebotsanpassung",
            "入札額の調整",
            "竞价调整",
        ),
    }
)

OPERATIONS = _words(
    {
        Operation.CREATE: ("Create", "Erstellen", "作成", "创建", "Créer", "Crear", "Crea"),
        Operation.UPDATE: (
            "Update",
            "Aktualisieren",
            "更新",
            "Mettre à jour",
            "Actualizar",
            "Aggiorna",
        ),
        Operation.ARCHIVE: (
            "Archive",
            "Archivieren",
            "アーカイブ",
            "归档",
            "存档",
            "Archiver",
            "Archivar",
            "Archivia",
        ),
    }
)
