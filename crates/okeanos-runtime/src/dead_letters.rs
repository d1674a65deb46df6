//! `/events/dead-letters`: what consumers gave up, for an administrator to look at and to replay.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use okeanos_auth::{Caller, access::require_admin};
use okeanos_events::{DeadLetter, EventBus};
use okeanos_fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

/// How many are listed when the request does not say, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1_000;

/// The routes.
#[derive(Clone)]
pub(crate) struct DeadLetters(web::Data<dyn EventBus>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    consumer: String,
    limit: Option<usize>,
}

impl DeadLetters {
    pub(crate) fn new(bus: Arc<dyn EventBus>) -> Self {
        Self(web::Data::from(bus))
    }

    pub(crate) fn mount(self, cfg: &mut web::ServiceConfig) {
        cfg.app_data(self.0);
        cfg.service(web::resource("/events/dead-letters").route(web::get().to(list)));
        cfg.service(web::resource("/events/dead-letters/{id}/replay").route(web::post().to(replay)));
    }
}

async fn list(caller: Caller, asked: web::Query<Asked>, bus: web::Data<dyn EventBus>) -> Result<HttpResponse, Fault> {
    require_admin(&caller.0)?;
    // It becomes part of a subject: no wildcard, no other level.
    let named = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if asked.consumer.is_empty() || !asked.consumer.chars().all(named) {
        let message = "the name of a consumer has letters, digits, - and _";
        return Err(Fault::invalid("platform/bad-query", "consumer", message));
    }
    let limit = asked.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Fault::invalid("platform/bad-query", "limit", format!("1 to {LIMIT_MAX} are listed")));
    }
    let letters = bus.dead_letters(&asked.consumer, limit).await?;
    let letters = letters.iter().map(letter).collect::<Result<Vec<_>, _>>()?;
    Ok(HttpResponse::Ok().json(json!({"dead_letters": letters})))
}

async fn replay(caller: Caller, id: web::Path<Uuid>, bus: web::Data<dyn EventBus>) -> Result<HttpResponse, Fault> {
    require_admin(&caller.0)?;
    if !bus.replay(*id).await? {
        return Err(Fault::not_found("platform/no-such-dead-letter", format!("there is no dead letter {id}")));
    }
    tracing::info!(by = caller.0.name, letter = %id, "a dead letter is delivered again");
    Ok(HttpResponse::NoContent().finish())
}

fn letter(letter: &DeadLetter) -> Result<Value, Fault> {
    let at = letter.at.format(&Rfc3339).map_err(Fault::internal)?;
    let DeadLetter { id, consumer, reason, event, .. } = letter;
    Ok(json!({"id": id, "consumer": consumer, "reason": reason, "at": at, "event": event}))
}

/// What the document says of the routes.
pub(crate) fn openapi() -> Value {
    let problem = |what: &str| json!({"description": format!("{what} (a problem document)")});
    let (nobody, other) = (problem("Not signed in"), problem("Not an administrator"));
    json!({
        "tags": [{"name": "events", "description": "Events that could not be handled."}],
        "paths": {
            "/events/dead-letters": {"get": {
                "tags": ["events"],
                "summary": "List the newest dead letters of a consumer; for administrators",
                "security": [{"bearer": []}],
                "parameters": [
                    {"name": "consumer", "in": "query", "required": true, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query",
                     "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}},
                ],
                "responses": {
                    "200": {"description": "Newest first", "content": {"application/json": {"schema": {
                        "type": "object", "required": ["dead_letters"], "properties": {"dead_letters": {
                            "type": "array", "items": {"$ref": "#/components/schemas/DeadLetter"}}}}}}},
                    "400": problem("A parameter that cannot be used"), "401": nobody, "403": other,
                },
            }},
            "/events/dead-letters/{id}/replay": {"post": {
                "tags": ["events"],
                "summary": "Deliver a dead letter to its consumer again; for administrators",
                "security": [{"bearer": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
                ],
                "responses": {
                    "204": {"description": "It is on its way"},
                    "401": nobody, "403": other, "404": problem("There is none of this id"),
                },
            }},
        },
        "components": {"schemas": {"DeadLetter": {
            "type": "object",
            "required": ["id", "consumer", "reason", "at", "event"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "consumer": {"type": "string"},
                "reason": {"type": "string", "description": "Why it was given up"},
                "at": {"type": "string", "format": "date-time"},
                "event": {"type": "object", "description": "The event, a CloudEvent"},
            },
        }}},
    })
}
