//! Signatures and amounts, against other implementations and against themselves.

use std::collections::BTreeMap;

use api::infra::gateways::alipay::signed_text;
use api::infra::gateways::{GatewayError, Secret, SigningKey, VerifyingKey, fen_of_yuan, yuan_of_fen};
use entities::values::Money;
use proptest::prelude::*;

use super::shared::{file, sign, verifies};

const TEXT: &[u8] = b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n";

#[test]
fn three_implementations_make_and_take_the_same_signature() {
    let key = SigningKey::read(&file("merchant.key.pem")).unwrap();
    let ours = key.sign(TEXT).unwrap();
    // PKCS #1 v1.5 has no random part: aws-lc, ring and OpenSSL's command agree to the byte.
    assert_eq!(ours, sign("merchant.key.pem", TEXT));
    assert_eq!(ours, file("merchant.signature"));
    assert!(verifies("merchant.pub.pem", TEXT, &ours));
    let public = VerifyingKey::read(&file("merchant.pub.pem")).unwrap();
    assert!(public.verifies(TEXT, &ours));
    assert!(!public.verifies(&TEXT[1..], &ours));
    assert!(!VerifyingKey::read(&file("alipay.pub.pem")).unwrap().verifies(TEXT, &ours));
    for rubbish in ["", "=", "AAAA", "WECHATPAY/SIGNTEST/AAAA", &ours[4..]] {
        assert!(!public.verifies(TEXT, rubbish), "{rubbish}");
    }
}

#[test]
fn keys_are_read_with_and_without_their_frame() {
    let bare = |name: &str| file(name).lines().filter(|line| !line.starts_with("---")).collect::<Vec<_>>().join("\n");
    let signature = SigningKey::read(&bare("merchant.key.pem")).unwrap().sign(TEXT).unwrap();
    assert!(VerifyingKey::read(&bare("merchant.pub.pem")).unwrap().verifies(TEXT, &signature));
    let certified = VerifyingKey::read(&file("platform_1.cert.pem")).unwrap();
    assert!(certified.verifies(TEXT, &sign("platform_1.key.pem", TEXT)));
    for wrong in ["", "no key", "AAAA", &file("merchant.pub.pem"), &file("platform_1.cert.pem")] {
        assert_eq!(SigningKey::read(wrong).err(), Some(GatewayError::Credentials("private key")), "{wrong}");
    }
    for wrong in ["", "no key", "AAAA", &file("merchant.key.pem")] {
        assert_eq!(VerifyingKey::read(wrong).err(), Some(GatewayError::Credentials("public key")), "{wrong}");
    }
}

#[test]
fn secrets_do_not_print() {
    let key = SigningKey::read(&file("merchant.key.pem")).unwrap();
    assert_eq!(format!("{key:?} {:?}", Secret::new("0123456789abcdef")), "SigningKey(…) Secret(…)");
}

proptest! {
    #[test]
    fn fen_come_back_from_yuan(fen in any::<i64>()) {
        prop_assert_eq!(fen_of_yuan(&yuan_of_fen(Money(fen))), Some(Money(fen)));
    }

    #[test]
    fn no_fraction_of_a_fen_is_taken(yuan in 0_i64..1_000_000, fen in 0..100, more in 1..10) {
        prop_assert_eq!(fen_of_yuan(&format!("{yuan}.{fen:02}{more}")), None);
        prop_assert_eq!(fen_of_yuan(&format!("{yuan}.{fen:02}0")), Some(Money(yuan * 100 + i64::from(fen))));
    }

    #[test]
    fn whatever_is_said_to_be_an_amount_is_read_or_refused(text in "[-+0-9.eE, ]{0,24}") {
        if let Some(amount) = fen_of_yuan(&text) {
            prop_assert_eq!(fen_of_yuan(&yuan_of_fen(amount)), Some(amount));
        }
    }

    #[test]
    fn the_order_of_parameters_does_not_matter(
        params in proptest::collection::btree_map("[a-z_]{1,12}", "[^=&]{0,12}", 0..12),
        turn in 0_usize..12,
    ) {
        let mut pairs: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = signed_text(pairs.clone());
        let turned = pairs.len().min(turn);
        pairs.rotate_left(turned);
        pairs.push(("sign", "whatever it is"));
        prop_assert_eq!(signed_text(pairs), text.clone());
        let expected: BTreeMap<&String, &String> = params.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
        let expected: Vec<String> = expected.iter().map(|(name, value)| format!("{name}={value}")).collect();
        prop_assert_eq!(text, expected.join("&"));
    }
}
