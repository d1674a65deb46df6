//! The service's share of the OpenAPI document.

use serde_json::Value;

const FRAGMENT: &str = include_str!("openapi.json");

/// The service's share of the OpenAPI document.
///
/// # Errors
/// When the file beside this one is not JSON.
pub(crate) fn fragment() -> serde_json::Result<Value> {
    serde_json::from_str(FRAGMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described() {
        let fragment = fragment().unwrap();
        let mut described: Vec<_> = fragment["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        described.sort_unstable();
        let routes: Vec<_> = include_str!("routes.rs").split("web::resource(\"").skip(1).collect();
        let mut routes: Vec<_> = routes.iter().map(|r| r.split('"').next().unwrap()).collect();
        routes.sort_unstable();
        assert_eq!(described, routes);
    }
}
