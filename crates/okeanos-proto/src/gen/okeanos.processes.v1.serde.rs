impl serde::Serialize for GetProcessRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.process_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.processes.v1.GetProcessRequest", len)?;
        if !self.process_id.is_empty() {
            struct_ser.serialize_field("processId", &self.process_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetProcessRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "process_id",
            "processId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ProcessId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "processId" | "process_id" => Ok(GeneratedField::ProcessId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetProcessRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.processes.v1.GetProcessRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetProcessRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut process_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ProcessId => {
                            if process_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("processId"));
                            }
                            process_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetProcessRequest {
                    process_id: process_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.processes.v1.GetProcessRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetProcessResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.description_json.is_empty() {
            len += 1;
        }
        if !self.execution_unit_json.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.processes.v1.GetProcessResponse", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.description_json.is_empty() {
            struct_ser.serialize_field("descriptionJson", &self.description_json)?;
        }
        if !self.execution_unit_json.is_empty() {
            struct_ser.serialize_field("executionUnitJson", &self.execution_unit_json)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetProcessResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "version",
            "description_json",
            "descriptionJson",
            "execution_unit_json",
            "executionUnitJson",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Version,
            DescriptionJson,
            ExecutionUnitJson,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "version" => Ok(GeneratedField::Version),
                            "descriptionJson" | "description_json" => Ok(GeneratedField::DescriptionJson),
                            "executionUnitJson" | "execution_unit_json" => Ok(GeneratedField::ExecutionUnitJson),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetProcessResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.processes.v1.GetProcessResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetProcessResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut version__ = None;
                let mut description_json__ = None;
                let mut execution_unit_json__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DescriptionJson => {
                            if description_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("descriptionJson"));
                            }
                            description_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExecutionUnitJson => {
                            if execution_unit_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionUnitJson"));
                            }
                            execution_unit_json__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetProcessResponse {
                    id: id__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    description_json: description_json__.unwrap_or_default(),
                    execution_unit_json: execution_unit_json__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.processes.v1.GetProcessResponse", FIELDS, GeneratedVisitor)
    }
}
