//! The arithmetic of paid work: whether a price lies in its range, what lines come to, and whether work kept to its quote.

use entities::values::{Money, PriceItemId, PriceKind, Quantity};

/// Most lines of a quote or completion.
pub const LINES_MAX: usize = 50;
/// Largest quantity of a line: 10,000 units.
pub const QUANTITY_MAX: Quantity = Quantity(10_000_000);
/// Highest unit price: 1,000,000 units of a currency with two decimals.
pub const PRICE_MAX: Money = Money(100_000_000);

/// The price of one unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Price {
    /// From a price list.
    Listed {
        /// The lowest price.
        low: Money,
        /// The highest; a fixed price where it is the lowest.
        high: Money,
    },
    /// Found on site.
    OnSite,
}

impl Price {
    /// The price, where the list leaves no choice.
    pub fn fixed(self) -> Option<Money> {
        match self {
            Self::Listed { low, high } if low == high => Some(low),
            _ => None,
        }
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// No such price item where the ticket is.
    UnknownItem,
    /// The price item was retired.
    RetiredItem,
    /// Neither item nor words.
    WordsMissing,
    /// Words longer than so many characters.
    WordsTooLong(usize),
    /// A unit of measure longer than so many characters.
    UnitTooLong(usize),
    /// Labour or material was not said.
    KindMissing,
    /// Nothing, less than nothing, finer than 1/1,000, or more than [`QUANTITY_MAX`].
    Quantity,
    /// No price, where the list leaves a choice.
    PriceMissing,
    /// Less than nothing, finer than the currency, or more than [`PRICE_MAX`].
    PriceInvalid,
    /// Outside the range of the price list.
    PriceOutOfRange {
        /// The lowest price.
        low: Money,
        /// The highest.
        high: Money,
        /// Decimals of the currency.
        decimals: u32,
    },
    /// More than the quote has, or something that does not stand on it.
    OverQuote,
}

/// Checks a quantity.
pub fn check_quantity(quantity: Quantity) -> Result<Quantity, LineFault> {
    if quantity.0 > 0 && quantity <= QUANTITY_MAX { Ok(quantity) } else { Err(LineFault::Quantity) }
}

/// The unit price that counts, and what it comes to for the quantity, rounded half up to the currency's minor unit.
pub fn price_line(
    price: Price,
    given: Option<Money>,
    quantity: Quantity,
    decimals: u32,
) -> Result<(Money, Money), LineFault> {
    check_quantity(quantity)?;
    let unit_price = given.or(price.fixed()).ok_or(LineFault::PriceMissing)?;
    match price {
        Price::Listed { low, high } if !(low..=high).contains(&unit_price) => {
            return Err(LineFault::PriceOutOfRange { low, high, decimals });
        }
        _ if !(Money::ZERO..=PRICE_MAX).contains(&unit_price) => return Err(LineFault::PriceInvalid),
        _ => {}
    }
    let amount = unit_price.times(quantity).ok_or(LineFault::Quantity)?;
    Ok((unit_price, amount))
}

/// What lines come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// All labour.
    pub labour: Money,
    /// All material.
    pub material: Money,
    /// Both.
    pub total: Money,
}

/// Adds lines up; `None` when the sum does not fit.
pub fn sums(lines: impl IntoIterator<Item = (PriceKind, Money)>) -> Option<Sums> {
    lines.into_iter().try_fold(Sums::default(), |mut sums, (kind, amount)| {
        let part = match kind {
            PriceKind::Labour => &mut sums.labour,
            PriceKind::Material => &mut sums.material,
        };
        *part = part.plus(amount)?;
        sums.total = sums.total.plus(amount)?;
        Some(sums)
    })
}

/// What a line is about: a price item, or something in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// An entry of the price list.
    Item(PriceItemId),
    /// Anything else.
    Words(String),
}

/// Finds the first of the `used` lines that goes beyond what was `quoted`: something that does not stand there, or more
/// of it than all lines about it have together.
pub fn first_over(quoted: &[(Subject, Quantity)], used: &[(Subject, Quantity)]) -> Option<usize> {
    let so_far = |lines: &[(Subject, Quantity)], subject: &Subject| {
        lines.iter().filter(|(about, _)| about == subject).map(|(_, quantity)| i128::from(quantity.0)).sum::<i128>()
    };
    (0..used.len()).find(|at| so_far(&used[..=*at], &used[*at].0) > so_far(quoted, &used[*at].0))
}
