//! `/api`: the OpenAPI 3.1 document, merged from what each service says of its own routes, and `/api.html`.

use std::fmt::Write;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

/// Merges the fragments of the services: `paths`, `tags` and the groups of `components`.
pub(crate) fn merge(fragments: &[Value]) -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Okeanos",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "An open platform on which anyone can build a digital twin of the ocean.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "tags": [],
    });
    for fragment in fragments {
        extend(&mut document["paths"], fragment.get("paths"));
        for group in fragment.get("components").and_then(Value::as_object).into_iter().flatten() {
            let slot = &mut document["components"][group.0];
            if slot.is_null() {
                *slot = Value::Object(Map::new());
            }
            extend(slot, Some(group.1));
        }
        if let (Some(tags), Some(more)) =
            (document["tags"].as_array_mut(), fragment.get("tags").and_then(Value::as_array))
        {
            tags.extend(more.iter().cloned());
        }
    }
    document
}

fn extend(into: &mut Value, from: Option<&Value>) {
    if let (Some(into), Some(from)) = (into.as_object_mut(), from.and_then(Value::as_object)) {
        into.extend(from.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
}

/// Mounts the document and its page.
pub(crate) fn mount(cfg: &mut web::ServiceConfig, document: &Value) {
    let json = document.to_string();
    let api = web::get().to(move || {
        let json = json.clone();
        async move { HttpResponse::Ok().content_type("application/vnd.oai.openapi+json;version=3.1").body(json) }
    });
    let html = page(document);
    let api_html = web::get().to(move || {
        let html = html.clone();
        async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html) }
    });
    cfg.service(web::resource("/api").route(api)).service(web::resource("/api.html").route(api_html));
}

/// The document as a page to read: a table of routes, no script, nothing fetched.
fn page(document: &Value) -> String {
    let mut rows = String::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                rows,
                "<tr><td><b>{}</b></td><td><code>{}</code></td><td>{}</td></tr>",
                escape(&method.to_uppercase()),
                escape(path),
                escape(summary)
            );
        }
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Okeanos API</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#12303f}}\
         table{{border-collapse:collapse;width:100%}}td{{border-bottom:1px solid #d5e3ea;padding:.4rem .6rem;vertical-align:top}}\
         code{{color:#0b6283}}</style>\
         <h1>Okeanos API</h1><p>The machine-readable document is <a href=\"/api\">/api</a> (OpenAPI 3.1).</p>\
         <table>{rows}</table></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_joined() {
        let a = json!({"paths": {"/a": {"get": {"summary": "A <b>"}}}, "components": {"schemas": {"A": {}}}});
        let b = json!({"paths": {"/b": {}}, "components": {"schemas": {"B": {}}}, "tags": [{"name": "b"}]});
        let document = merge(&[a, b]);
        assert_eq!(document["paths"].as_object().unwrap().len(), 2);
        assert_eq!(document["components"]["schemas"].as_object().unwrap().len(), 2);
        assert!(page(&document).contains("A &lt;b&gt;"));
    }
}
