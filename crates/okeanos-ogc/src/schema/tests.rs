use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use serde_json::{Value, json};

use super::{check, check_schema};

fn pointer(schema: &Value, value: &Value) -> Option<String> {
    check_schema(schema, "").unwrap();
    check(schema, value, "").err().map(|e| e.pointer)
}

#[test]
fn values_against_schemas() {
    let number = json!({"type": "number", "minimum": 0, "exclusiveMaximum": 10});
    let flags = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
    let list = json!({"type": "array", "items": {"type": "string", "maxLength": 2}, "minItems": 1, "maxItems": 2});
    let object = json!({
        "type": "object", "required": ["a"], "properties": {"a": {"type": ["string", "null"]}},
        "additionalProperties": false,
    });
    let choice = json!({"oneOf": [{"type": "string", "enum": ["x"]}, {"type": "number"}]});
    let overlap = json!({"oneOf": [{"type": "number"}, {"type": "integer"}]});
    let any_of = json!({"anyOf": [{"type": "number"}, {"type": "integer"}]});
    let when = json!({"type": "string", "format": "date-time", "nullable": true});
    let span = json!({"type": "string", "format": "datetime-interval"});
    let wrong = |pointer: &str| Some(pointer.to_owned());
    for (schema, value, expected) in [
        (&number, json!(0), None),
        (&number, json!(9.999), None),
        (&number, json!(10), wrong("")),
        (&number, json!(-0.1), wrong("")),
        (&number, json!("1"), wrong("")),
        (&flags, json!(1), wrong("")),
        (&flags, json!(2.0), None),
        (&flags, json!(2.5), wrong("")),
        (&list, json!(["äö"]), None),
        (&list, json!([]), wrong("")),
        (&list, json!(["a", "b", "c"]), wrong("")),
        (&list, json!(["a", "abc"]), wrong("/1")),
        (&object, json!({"a": null}), None),
        (&object, json!({}), wrong("/a")),
        (&object, json!({"a": "", "b": 1}), wrong("/b")),
        (&choice, json!("x"), None),
        (&choice, json!("y"), wrong("")),
        (&overlap, json!(1.5), None),
        (&overlap, json!(1), wrong("")),
        (&any_of, json!(1), None),
        (&when, Value::Null, None),
        (&when, json!("2026-01-31T12:00:00Z"), None),
        (&when, json!("2026-02-31T12:00:00Z"), wrong("")),
        (&span, json!("2026-01-01/.."), None),
        (&span, json!("2026-01-01/2025-01-01"), wrong("")),
        (&json!({"enum": [1, "a"]}), json!(1.0), None),
        (&json!({"const": "a"}), json!("b"), wrong("")),
        (&json!({}), json!({"anything": [1]}), None),
    ] {
        assert_eq!(pointer(schema, &value), expected, "{value} against {schema}");
    }
}

#[test]
fn schemas_that_say_more_than_is_checked() {
    for (schema, pointer) in [
        (json!({"pattern": "^a"}), "/pattern"),
        (json!({"type": "text"}), "/type"),
        (json!({"allOf": [{"not": {}}]}), "/allOf/0/not"),
        (json!({"items": {"properties": {"a/b": {"if": {}}}}}), "/items/properties/a~1b/if"),
        (json!({"additionalProperties": {"type": "string"}}), "/additionalProperties"),
        (json!({"items": true}), "/items"),
        (json!([]), ""),
    ] {
        assert_eq!(check_schema(&schema, "").unwrap_err().pointer, pointer, "{schema}");
    }
}

#[test]
fn depth_is_bounded() {
    let (mut schema, mut value) = (json!({}), json!(1));
    for _ in 0..100 {
        schema = json!({"items": schema});
        value = json!([value]);
    }
    assert!(check_schema(&schema, "").is_err() && check(&schema, &value, "").is_err());
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z/~]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z/~]{0,4}", inner, 0..4).prop_map(|m| m.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn the_pointer_of_an_error_leads_into_the_value(value in json_value()) {
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {
            "a": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            "b": {"type": "object", "properties": {"a": {"type": "number", "minimum": 0}}},
        }});
        if let Err(error) = check(&schema, &value, "") {
            assert!(value.pointer(&error.pointer).is_some(), "{error}");
        }
    }

    #[test]
    fn no_schema_and_no_value_makes_it_panic(schema in json_value(), value in json_value()) {
        let _ = check_schema(&schema, "").and_then(|()| check(&schema, &value, ""));
    }
}
