//! A small price list as property companies publish it (有偿服务价格表), for the demo.

use entities::values::{Money, PriceKind};

/// An entry of it.
pub struct SamplePrice {
    /// Stable code.
    pub code: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Labour or material.
    pub kind: PriceKind,
    /// Code of the category that it belongs to.
    pub category: &'static str,
    /// Unit of measure.
    pub unit: &'static str,
    /// The lowest and highest price; missing when it is found on site.
    pub range: Option<(Money, Money)>,
}

const fn price(
    code: &'static str,
    names: (&'static str, &'static str),
    kind: PriceKind,
    category: &'static str,
    unit: &'static str,
    yuan: (i64, i64),
) -> SamplePrice {
    let range = Some((Money(yuan.0 * 100), Money(yuan.1 * 100)));
    SamplePrice { code, name_zh: names.0, name_en: names.1, kind, category, unit, range }
}

use PriceKind::{Labour, Material};

/// The entries.
pub const SAMPLE_PRICES: &[SamplePrice] = &[
    price("DRAIN", ("疏通下水", "Unstop a drain"), Labour, "PLUMBING", "次", (50, 120)),
    price("TOILET", ("疏通马桶", "Unstop a toilet"), Labour, "PLUMBING", "次", (60, 150)),
    price("TAP", ("换水龙头（人工）", "Replace a tap (labour)"), Labour, "PLUMBING", "个", (20, 40)),
    price("ANGLE_VALVE", ("换角阀（人工）", "Replace an angle valve (labour)"), Labour, "PLUMBING", "个", (15, 30)),
    price("HOSE", ("进水软管", "Supply hose"), Material, "PLUMBING", "根", (15, 35)),
    price("LAMP_TUBE", ("更换灯管（人工）", "Replace a lamp tube (labour)"), Labour, "ELECTRICAL", "根", (10, 10)),
    price("LAMP", ("安装灯具", "Install a lamp"), Labour, "ELECTRICAL", "盏", (30, 150)),
    price(
        "SOCKET",
        ("换插座、开关（人工）", "Replace a socket or switch (labour)"),
        Labour,
        "ELECTRICAL",
        "个",
        (10, 20),
    ),
    price("CIRCUIT", ("排查电路故障", "Find an electrical fault"), Labour, "ELECTRICAL", "次", (50, 200)),
    price("LOCK", ("换锁芯（人工）", "Replace a lock cylinder (labour)"), Labour, "DOORS_WINDOWS", "个", (50, 100)),
    price("CLEANING_HOUR", ("家庭保洁", "Cleaning at home"), Labour, "CLEANING", "小时", (40, 40)),
    price("WINDOW_CLEANING", ("擦玻璃", "Window cleaning"), Labour, "CLEANING", "平方米", (5, 8)),
    SamplePrice {
        code: "PIPE",
        name_zh: "改水管",
        name_en: "Move water pipes",
        kind: Labour,
        category: "PLUMBING",
        unit: "米",
        range: None,
    },
];
