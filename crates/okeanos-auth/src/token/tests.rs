//! Bad tokens that every verifier must refuse, each as one change to a good one.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, JwkSet, KeyAlgorithm},
};
use serde_json::{Value, json};
use sha2::Sha256;
use time::OffsetDateTime;

use super::verify;

const NOW: i64 = 1_767_225_600;
const ISSUER: &str = "https://ocean.example";

struct Issuer {
    key: EncodingKey,
    keys: JwkSet,
}

impl Issuer {
    fn new() -> Self {
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = EncodingKey::from_ec_der(der.as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("k1".into());
        Self { key, keys: JwkSet { keys: vec![jwk] } }
    }

    /// Signs whatever it is given, well formed or not.
    fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::ES256).unwrap();
        format!("{message}.{signature}")
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        self.sign(&header.to_string(), &claims.to_string())
    }

    fn accepts(&self, token: &str) -> bool {
        self.accepts_at(token, NOW)
    }

    fn accepts_at(&self, token: &str, at: i64) -> bool {
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        verify(token, &self.keys, ISSUER, "okeanos", now).is_ok()
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "at+jwt", "kid": "k1"})
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "ann", "aud": "okeanos", "iat": NOW, "nbf": NOW, "exp": NOW + 900, "jti": "1",
        "scope": "read write", "groups": ["reef"],
    })
}

/// A good document with one member set, or removed when the value is `None`.
fn with(mut document: Value, member: &str, value: Option<Value>) -> Value {
    let object = document.as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(member.to_owned(), value)),
        None => drop(object.remove(member)),
    }
    document
}

#[test]
fn a_good_token_is_accepted_until_it_ends() {
    let issuer = Issuer::new();
    let token = issuer.token(&header(), &claims());
    assert!(issuer.accepts(&token));
    assert!(issuer.accepts_at(&token, NOW + 905) && !issuer.accepts_at(&token, NOW + 911));
    assert!(issuer.accepts_at(&token, NOW - 10) && !issuer.accepts_at(&token, NOW - 11));
    assert!(issuer.accepts(&issuer.token(&with(header(), "typ", Some(json!("AT+JWT"))), &claims())));
}

#[test]
fn bad_headers() {
    let issuer = Issuer::new();
    for (member, value) in [
        ("alg", Some(json!("none"))),
        ("alg", Some(json!("None"))),
        ("alg", Some(json!("NONE"))),
        ("alg", Some(json!(""))),
        ("alg", Some(json!(null))),
        ("alg", None),
        ("alg", Some(json!("HS256"))),
        ("alg", Some(json!("RS256"))),
        ("alg", Some(json!("ES384"))),
        ("alg", Some(json!("EdDSA"))),
        ("typ", None),
        ("typ", Some(json!("JWT"))),
        ("typ", Some(json!("logout+jwt"))),
        ("typ", Some(json!("dpop+jwt"))),
        ("typ", Some(json!(null))),
        ("typ", Some(json!(["at+jwt"]))),
        ("kid", None),
        ("kid", Some(json!(""))),
        ("kid", Some(json!("k2"))),
        ("kid", Some(json!("../../dev/null"))),
        ("kid", Some(json!("x' UNION SELECT '1';--"))),
        ("kid", Some(json!("k1\u{0}"))),
        ("kid", Some(json!(1))),
        ("kid", Some(json!(["k1"]))),
        ("crit", Some(json!(["x"]))),
        ("crit", Some(json!([]))),
        ("crit", Some(json!(null))),
        ("b64", Some(json!(false))),
        ("b64", Some(json!(true))),
    ] {
        let header = with(header(), member, value);
        assert!(!issuer.accepts(&issuer.token(&header, &claims())), "{header}");
    }
}

#[test]
fn bad_claims() {
    let issuer = Issuer::new();
    for (member, value) in [
        ("iss", None),
        ("iss", Some(json!("https://ocean.example/"))),
        ("iss", Some(json!("http://ocean.example"))),
        ("iss", Some(json!("https://ocean.example.evil"))),
        ("iss", Some(json!([ISSUER]))),
        ("sub", None),
        ("sub", Some(json!(""))),
        ("sub", Some(json!(7))),
        ("sub", Some(json!(null))),
        ("aud", None),
        ("aud", Some(json!([]))),
        ("aud", Some(json!("other"))),
        ("aud", Some(json!("okeanos-evil"))),
        ("aud", Some(json!("Okeanos"))),
        ("aud", Some(json!(["okeanos", "evil"]))),
        ("exp", None),
        ("exp", Some(json!(null))),
        ("exp", Some(json!("1999999999"))),
        ("exp", Some(json!(-1))),
        ("exp", Some(json!(1e300))),
        ("exp", Some(json!(u64::MAX))),
        ("exp", Some(json!(i64::MAX))),
        ("exp", Some(json!(NOW as f64 + 0.5))),
        ("exp", Some(json!(NOW - 30))),
        ("exp", Some(json!(NOW + 901))),
        ("exp", Some(json!(NOW + 10 * 365 * 86400))),
        ("nbf", None),
        ("nbf", Some(json!(NOW + 3600))),
        ("nbf", Some(json!("0"))),
        ("nbf", Some(json!(null))),
        ("iat", None),
        ("iat", Some(json!(NOW + 3600))),
        ("iat", Some(json!(i64::MIN))),
        ("scope", None),
        ("scope", Some(json!(["read", "admin"]))),
        ("groups", Some(json!("reef"))),
        ("admin", Some(json!("true"))),
        ("jti", None),
    ] {
        let claims = with(claims(), member, value);
        assert!(!issuer.accepts(&issuer.token(&header(), &claims)), "{claims}");
    }
}

#[test]
fn bad_forms() {
    let issuer = Issuer::new();
    let good = issuer.token(&header(), &claims());
    let parts: Vec<_> = good.split('.').collect();
    let (head, body, signature) = (parts[0], parts[1], parts[2]);
    let long = issuer.token(&header(), &with(claims(), "x", Some(json!("x".repeat(8 << 20)))));
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let deep = issuer.sign(&header().to_string(), &claims().to_string().replacen('{', &format!("{{\"x\":{deep},"), 1));
    let twice = issuer.sign(&header().to_string(), &claims().to_string().replacen('{', "{\"sub\":\"root\",", 1));
    for bad in [
        String::new(),
        "..".to_owned(),
        "...".to_owned(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{good}.x"),
        format!("{good}.x.y"),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}.{}", "A".repeat(signature.len())),
        format!("{head}.{body}.{}", BASE64.encode([0u8; 64])),
        format!("{head}.{}.{signature}", BASE64.encode(with(claims(), "sub", Some(json!("bob"))).to_string())),
        issuer.sign("{}", &claims().to_string()),
        issuer.sign("[]", &claims().to_string()),
        issuer.sign("\u{0}", &claims().to_string()),
        issuer.sign(&header().to_string(), "null"),
        issuer.sign(&header().to_string(), "[]"),
        json!({"payload": body, "protected": head, "signature": signature}).to_string(),
        long,
        deep,
        twice,
    ] {
        assert!(!issuer.accepts(&bad), "{}", &bad[..bad.len().min(200)]);
    }
}

#[test]
fn a_public_key_is_not_a_shared_secret() {
    let issuer = Issuer::new();
    let jwk = serde_json::to_string(&issuer.keys.keys[0]).unwrap();
    let point = serde_json::to_value(&issuer.keys.keys[0]).unwrap();
    let coordinate = |name: &str| BASE64.decode(point[name].as_str().unwrap()).unwrap();
    let raw = [vec![4], coordinate("x"), coordinate("y")].concat();
    let header = with(header(), "alg", Some(json!("HS256"))).to_string();
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims().to_string()));
    for secret in [jwk.as_bytes(), &raw, &raw[1..], b""] {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(message.as_bytes());
        let token = format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes()));
        assert!(!issuer.accepts(&token));
    }
}

#[test]
fn the_key_of_another_issuer_does_not_count_even_embedded() {
    let (ours, theirs) = (Issuer::new(), Issuer::new());
    assert!(!ours.accepts(&theirs.token(&header(), &claims())));
    let embedded = with(header(), "jwk", Some(serde_json::to_value(&theirs.keys.keys[0]).unwrap()));
    assert!(!ours.accepts(&theirs.token(&embedded, &claims())));
    let pointed = with(header(), "jku", Some(json!("https://evil.example/jwks")));
    assert!(!ours.accepts(&theirs.token(&pointed, &claims())));
}

#[test]
fn a_key_signs_with_its_own_algorithm_and_for_signing_only() {
    let mut issuer = Issuer::new();
    let token = issuer.token(&header(), &claims());
    issuer.keys.keys[0].common.key_algorithm = Some(KeyAlgorithm::RS256);
    assert!(!issuer.accepts(&token));
    issuer.keys.keys[0].common.key_algorithm = None;
    assert!(!issuer.accepts(&token));
    issuer.keys.keys[0].common.key_algorithm = Some(KeyAlgorithm::ES256);
    issuer.keys.keys[0].common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Encryption);
    assert!(!issuer.accepts(&token));
}
