//! What an invoice must say: to whom it is made out.

use entities::values::InvoiceKind;

/// Longest title, in characters.
pub const TITLE_MAX: usize = 100;

/// Whoever an invoice is made out to, as it is entered or kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Buyer {
    /// A person or a company.
    pub kind: InvoiceKind,
    /// Whose name stands on it.
    pub title: String,
    /// A company's number at the tax office.
    pub tax_number: Option<String>,
    /// Where the invoice is sent to.
    pub email: Option<String>,
}

/// What is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuyerFault {
    /// The tax number is missing.
    NoTaxNumber,
    /// The tax number is none.
    TaxNumber,
    /// A person has no tax number.
    PersonsTaxNumber,
    /// The address is none.
    Email,
}

/// Checks the tax number and the address; the title is a text like any other.
pub fn checked(buyer: Buyer) -> Result<Buyer, BuyerFault> {
    let tax_number = match (buyer.kind, buyer.tax_number.as_deref().map(str::trim).filter(|text| !text.is_empty())) {
        (InvoiceKind::Person, None) => None,
        (InvoiceKind::Person, Some(_)) => return Err(BuyerFault::PersonsTaxNumber),
        (InvoiceKind::Company, None) => return Err(BuyerFault::NoTaxNumber),
        (InvoiceKind::Company, Some(text)) => Some(tax_number(text).ok_or(BuyerFault::TaxNumber)?),
    };
    let email = match buyer.email.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) if is_email(text) => Some(text.to_owned()),
        Some(_) => return Err(BuyerFault::Email),
    };
    Ok(Buyer { tax_number, email, ..buyer })
}

/// The signs of a unified social credit code (GB 32100-2015): without I, O, S, V and Z.
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A tax number (纳税人识别号) as it is kept: 15, 17, 18 or 20 letters and digits; one of 18 is a unified social credit code
/// whose last sign checks the others.
pub fn tax_number(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let right = matches!(text.len(), 15 | 17 | 20) || (text.len() == 18 && credit_code(text.as_bytes()));
    (plain && right).then_some(text)
}

/// GB 32100-2015: the sum of the signs' values times 3 to the power of their place, by 31; the last sign makes it 31.
fn credit_code(text: &[u8]) -> bool {
    let mut sum = 0;
    let mut weight = 1;
    for byte in text.iter().take(17) {
        let Some(value) = SIGNS.iter().position(|sign| sign == byte) else { return false };
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    SIGNS.get((31 - sum) % 31) == text.last()
}

/// Whether a text looks like an e-mail address: something, `@`, and a domain with a dot; 254 characters at most (RFC 5321).
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels = || domain.split('.');
    let label = |it: &str| {
        let inner = it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !it.is_empty() && inner && !it.starts_with('-') && !it.ends_with('-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_graphic() && !b"@\"(),:;<>[\\]".contains(&byte))
        && labels().count() >= 2
        && labels().all(label)
}

/// An invoice's number as it is kept: 8 to 20 digits.
pub fn invoice_number(text: &str) -> Option<String> {
    let text = text.trim();
    let right = (8..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_is_checked_by_its_last_sign() {
        for good in ["91110108551385082Q", "9144030071526726XG", " 91330100799655058b ", "9135010500000000XX"] {
            let known = tax_number(good);
            assert_eq!(known.is_some(), good != "9135010500000000XX", "{good}");
        }
        let good = "91110108551385082Q";
        for at in 0..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            assert_eq!(tax_number(std::str::from_utf8(&bytes).expect("ASCII")), None, "{at}");
        }
        assert_eq!(tax_number("91110108551385O82Q"), None, "an O is no sign");
    }

    #[test]
    fn other_numbers_are_counted_only() {
        for length in 0..24 {
            let text: String = "84920571639402857163940".chars().take(length).collect();
            assert_eq!(tax_number(&text).is_some(), matches!(length, 15 | 17 | 20), "{length}");
        }
        assert_eq!(tax_number("11010119900101123-"), None);
        assert_eq!(tax_number("１１０１０"), None);
        assert_eq!(invoice_number(" 25312000000123456789 ").as_deref(), Some("25312000000123456789"));
        for wrong in ["1234567", "123456789012345678901", "12345678a", ""] {
            assert_eq!(invoice_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_company_has_a_number_and_a_person_has_none() {
        let buyer = |kind, tax: Option<&str>, email: Option<&str>| Buyer {
            kind,
            title: "甲".to_owned(),
            tax_number: tax.map(str::to_owned),
            email: email.map(str::to_owned),
        };
        let check = |kind, tax, email| checked(buyer(kind, tax, email)).map(|it| (it.tax_number, it.email));
        let number = "91110108551385082Q";
        assert_eq!(
            check(InvoiceKind::Company, Some(number), Some(" a.b@c.cn ")),
            Ok((Some(number.to_owned()), Some("a.b@c.cn".to_owned())))
        );
        assert_eq!(check(InvoiceKind::Person, None, Some("")), Ok((None, None)));
        assert_eq!(check(InvoiceKind::Person, Some(number), None), Err(BuyerFault::PersonsTaxNumber));
        assert_eq!(check(InvoiceKind::Company, Some(" "), None), Err(BuyerFault::NoTaxNumber));
        assert_eq!(check(InvoiceKind::Company, Some("1"), None), Err(BuyerFault::TaxNumber));
        for wrong in ["a", "@b.cn", "a@b", "a@b..cn", "a b@c.cn", "a@-b.cn", "a@b.cn@"] {
            assert_eq!(check(InvoiceKind::Person, None, Some(wrong)), Err(BuyerFault::Email), "{wrong}");
        }
    }
}
