//! Logs, traces and the context that ties them together over HTTP, gRPC and events.
//!
//! [`init`] once per process: logs to standard error, traces by OTLP when an endpoint is configured. [`inject`] and
//! [`adopt`] carry the W3C trace context (`traceparent`) from one process to the next.

mod context;

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, Layer, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

pub use self::context::{adopt, adopt_traceparent, inject, traceparent};

/// How the program tells what it does.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// Which log lines: `info`, or per module `info,okeanos_catalog=debug`.
    pub log: String,
    /// How log lines look: `text` or `json`.
    pub format: LogFormat,
    /// Where traces go: the URL of an OTLP/gRPC collector; empty for nowhere.
    pub otlp: String,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            log: "info,sqlx=warn,s3s=off,sea_orm_migration=warn,actix_server=warn".to_owned(),
            format: LogFormat::Text,
            otlp: String::new(),
        }
    }
}

impl TelemetryConfig {
    /// Whether the filter can be read.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> anyhow::Result<()> {
        self.filter().map(drop)
    }

    fn filter(&self) -> anyhow::Result<EnvFilter> {
        EnvFilter::try_new(&self.log).context("which log lines cannot be read")
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: an object a line.
    Json,
}

/// Keep it until the process ends: dropping it sends what is still buffered.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(traces) = &self.traces {
            // A collector that is away must not hold up the end.
            drop(traces.shutdown_with_timeout(Duration::from_secs(2)));
        }
    }
}

/// Starts logging and tracing for a process. Does nothing more when somebody did already (in tests).
///
/// # Errors
/// When the filter or the collector's URL cannot be read.
pub fn init(config: &TelemetryConfig, process: &'static str) -> anyhow::Result<Telemetry> {
    context::install();
    let filter = config.filter().context("telemetry.log")?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(true);
    let lines = match config.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // Of the lines only: a quiet log must not tear traces apart.
    let lines = lines.with_filter(filter);
    let traces = (!config.otlp.is_empty()).then(|| provider(&config.otlp, process)).transpose()?;
    let spans = traces.as_ref().map(|p| {
        let layer = tracing_opentelemetry::layer().with_tracer(p.tracer("okeanos"));
        layer.with_filter(LevelFilter::INFO)
    });
    let already = tracing_subscriber::registry().with(spans).with(lines).try_init();
    if already.is_err() {
        tracing::debug!("telemetry was started before");
    }
    Ok(Telemetry { traces })
}

fn provider(endpoint: &str, process: &'static str) -> anyhow::Result<SdkTracerProvider> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(Duration::from_secs(5))
        .build()
        .context("telemetry.otlp")?;
    let resource = Resource::builder().with_attribute(KeyValue::new("service.name", process)).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
