//! What a client may keep, and whether what it has is still good (RFC 9110, RFC 9111).

use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};

/// A weak entity tag of everything that an answer is made of.
pub(super) fn tag(parts: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    // Another release may draw the same data differently.
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    parts.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Whether the client already has this one.
pub(super) fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}

/// Data is kept only with asking again, lest the picture of an overwritten file stand beside its new values; what is
/// public may also be kept by a proxy.
pub(super) fn data_policy(public: bool) -> &'static str {
    if public { "public, max-age=0, must-revalidate" } else { "private, no-cache" }
}

/// An answer with its tag and policy. What is answered depends on who asks.
pub(super) fn tagged(mut response: HttpResponseBuilder, tag: &str, policy: &'static str) -> HttpResponseBuilder {
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, policy));
    response
}

/// Nothing new.
pub(super) fn unchanged(tag: &str, policy: &'static str) -> HttpResponse {
    tagged(HttpResponse::NotModified(), tag, policy).finish()
}
