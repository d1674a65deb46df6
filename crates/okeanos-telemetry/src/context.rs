//! The W3C trace context on its way between processes.

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapPropagator},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

pub(crate) fn install() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(key), http::HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct One<'a>(&'a str);

impl Extractor for One<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

/// Writes the current span's context into the headers of a call.
pub fn inject(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut Headers(headers));
}

/// Makes a span the child of the caller's, as told by the headers of a call.
pub fn adopt(span: &Span, headers: &HeaderMap) {
    if let Some(parent) = headers.get(TRACEPARENT).and_then(|v| v.to_str().ok()) {
        adopt_traceparent(span, parent);
    }
}

/// Makes a span the child of the one that a `traceparent` names.
pub fn adopt_traceparent(span: &Span, parent: &str) {
    let context: Context = TraceContextPropagator::new().extract(&One(parent));
    if let Err(error) = span.set_parent(context) {
        tracing::trace!(%error, "the trace goes on without its parent");
    }
}

/// The current span's `traceparent`, when it is traced.
pub fn traceparent() -> Option<String> {
    let mut headers = HeaderMap::new();
    inject(&mut headers);
    headers.get(TRACEPARENT).and_then(|v| v.to_str().ok()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{TraceContextExt, TracerProvider};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn a_trace_goes_on_in_the_next_process() {
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            let sent = tracing::info_span!("caller").in_scope(traceparent).unwrap();
            let called = tracing::info_span!("called");
            adopt_traceparent(&called, &sent);
            let trace = called.context().span().span_context().trace_id().to_string();
            assert!(sent.contains(&trace), "{sent} {trace}");
        });
    }
}
