impl serde::Serialize for CollectionChanged {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.CollectionChanged", len)?;
        if !self.collection_id.is_empty() {
            struct_ser.serialize_field("collectionId", &self.collection_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CollectionChanged {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection_id",
            "collectionId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CollectionId,
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
                            "collectionId" | "collection_id" => Ok(GeneratedField::CollectionId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CollectionChanged;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.CollectionChanged")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CollectionChanged, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CollectionId => {
                            if collection_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collectionId"));
                            }
                            collection_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CollectionChanged {
                    collection_id: collection_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.CollectionChanged", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EnsureCollectionRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection_json.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.EnsureCollectionRequest", len)?;
        if !self.collection_json.is_empty() {
            struct_ser.serialize_field("collectionJson", &self.collection_json)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EnsureCollectionRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection_json",
            "collectionJson",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CollectionJson,
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
                            "collectionJson" | "collection_json" => Ok(GeneratedField::CollectionJson),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EnsureCollectionRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.EnsureCollectionRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EnsureCollectionRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection_json__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CollectionJson => {
                            if collection_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collectionJson"));
                            }
                            collection_json__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(EnsureCollectionRequest {
                    collection_json: collection_json__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.EnsureCollectionRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EnsureCollectionResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.created {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.EnsureCollectionResponse", len)?;
        if self.created {
            struct_ser.serialize_field("created", &self.created)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EnsureCollectionResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "created",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Created,
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
                            "created" => Ok(GeneratedField::Created),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EnsureCollectionResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.EnsureCollectionResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EnsureCollectionResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut created__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Created => {
                            if created__.is_some() {
                                return Err(serde::de::Error::duplicate_field("created"));
                            }
                            created__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(EnsureCollectionResponse {
                    created: created__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.EnsureCollectionResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetItemRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection_id.is_empty() {
            len += 1;
        }
        if !self.item_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.GetItemRequest", len)?;
        if !self.collection_id.is_empty() {
            struct_ser.serialize_field("collectionId", &self.collection_id)?;
        }
        if !self.item_id.is_empty() {
            struct_ser.serialize_field("itemId", &self.item_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetItemRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection_id",
            "collectionId",
            "item_id",
            "itemId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CollectionId,
            ItemId,
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
                            "collectionId" | "collection_id" => Ok(GeneratedField::CollectionId),
                            "itemId" | "item_id" => Ok(GeneratedField::ItemId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetItemRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.GetItemRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetItemRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection_id__ = None;
                let mut item_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CollectionId => {
                            if collection_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collectionId"));
                            }
                            collection_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ItemId => {
                            if item_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemId"));
                            }
                            item_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetItemRequest {
                    collection_id: collection_id__.unwrap_or_default(),
                    item_id: item_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.GetItemRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetItemResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.item_json.is_empty() {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if !self.visibility.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.GetItemResponse", len)?;
        if !self.item_json.is_empty() {
            struct_ser.serialize_field("itemJson", &self.item_json)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if !self.visibility.is_empty() {
            struct_ser.serialize_field("visibility", &self.visibility)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetItemResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "item_json",
            "itemJson",
            "owner",
            "visibility",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ItemJson,
            Owner,
            Visibility,
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
                            "itemJson" | "item_json" => Ok(GeneratedField::ItemJson),
                            "owner" => Ok(GeneratedField::Owner),
                            "visibility" => Ok(GeneratedField::Visibility),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetItemResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.GetItemResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetItemResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut item_json__ = None;
                let mut owner__ = None;
                let mut visibility__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ItemJson => {
                            if item_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemJson"));
                            }
                            item_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Visibility => {
                            if visibility__.is_some() {
                                return Err(serde::de::Error::duplicate_field("visibility"));
                            }
                            visibility__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetItemResponse {
                    item_json: item_json__.unwrap_or_default(),
                    owner: owner__.unwrap_or_default(),
                    visibility: visibility__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.GetItemResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ItemChanged {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection_id.is_empty() {
            len += 1;
        }
        if !self.item_id.is_empty() {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if !self.visibility.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.ItemChanged", len)?;
        if !self.collection_id.is_empty() {
            struct_ser.serialize_field("collectionId", &self.collection_id)?;
        }
        if !self.item_id.is_empty() {
            struct_ser.serialize_field("itemId", &self.item_id)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if !self.visibility.is_empty() {
            struct_ser.serialize_field("visibility", &self.visibility)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ItemChanged {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection_id",
            "collectionId",
            "item_id",
            "itemId",
            "owner",
            "visibility",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CollectionId,
            ItemId,
            Owner,
            Visibility,
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
                            "collectionId" | "collection_id" => Ok(GeneratedField::CollectionId),
                            "itemId" | "item_id" => Ok(GeneratedField::ItemId),
                            "owner" => Ok(GeneratedField::Owner),
                            "visibility" => Ok(GeneratedField::Visibility),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ItemChanged;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.ItemChanged")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ItemChanged, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection_id__ = None;
                let mut item_id__ = None;
                let mut owner__ = None;
                let mut visibility__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CollectionId => {
                            if collection_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collectionId"));
                            }
                            collection_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ItemId => {
                            if item_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemId"));
                            }
                            item_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Visibility => {
                            if visibility__.is_some() {
                                return Err(serde::de::Error::duplicate_field("visibility"));
                            }
                            visibility__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ItemChanged {
                    collection_id: collection_id__.unwrap_or_default(),
                    item_id: item_id__.unwrap_or_default(),
                    owner: owner__.unwrap_or_default(),
                    visibility: visibility__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.ItemChanged", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ItemRecord {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection_id.is_empty() {
            len += 1;
        }
        if !self.item_json.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.ItemRecord", len)?;
        if !self.collection_id.is_empty() {
            struct_ser.serialize_field("collectionId", &self.collection_id)?;
        }
        if !self.item_json.is_empty() {
            struct_ser.serialize_field("itemJson", &self.item_json)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ItemRecord {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection_id",
            "collectionId",
            "item_json",
            "itemJson",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            CollectionId,
            ItemJson,
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
                            "collectionId" | "collection_id" => Ok(GeneratedField::CollectionId),
                            "itemJson" | "item_json" => Ok(GeneratedField::ItemJson),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ItemRecord;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.ItemRecord")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ItemRecord, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection_id__ = None;
                let mut item_json__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::CollectionId => {
                            if collection_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collectionId"));
                            }
                            collection_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ItemJson => {
                            if item_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemJson"));
                            }
                            item_json__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ItemRecord {
                    collection_id: collection_id__.unwrap_or_default(),
                    item_json: item_json__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.ItemRecord", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ObjectRef {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.ObjectRef", len)?;
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ObjectRef {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "bucket",
            "key",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Bucket,
            Key,
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
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ObjectRef;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.ObjectRef")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ObjectRef, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut bucket__ = None;
                let mut key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ObjectRef {
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.ObjectRef", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PutObjectItemsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.object.is_some() {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if !self.visibility.is_empty() {
            len += 1;
        }
        if !self.items.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.PutObjectItemsRequest", len)?;
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if !self.visibility.is_empty() {
            struct_ser.serialize_field("visibility", &self.visibility)?;
        }
        if !self.items.is_empty() {
            struct_ser.serialize_field("items", &self.items)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PutObjectItemsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "object",
            "owner",
            "visibility",
            "items",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Object,
            Owner,
            Visibility,
            Items,
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
                            "object" => Ok(GeneratedField::Object),
                            "owner" => Ok(GeneratedField::Owner),
                            "visibility" => Ok(GeneratedField::Visibility),
                            "items" => Ok(GeneratedField::Items),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PutObjectItemsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.PutObjectItemsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PutObjectItemsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut object__ = None;
                let mut owner__ = None;
                let mut visibility__ = None;
                let mut items__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Visibility => {
                            if visibility__.is_some() {
                                return Err(serde::de::Error::duplicate_field("visibility"));
                            }
                            visibility__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Items => {
                            if items__.is_some() {
                                return Err(serde::de::Error::duplicate_field("items"));
                            }
                            items__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PutObjectItemsRequest {
                    object: object__,
                    owner: owner__.unwrap_or_default(),
                    visibility: visibility__.unwrap_or_default(),
                    items: items__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.PutObjectItemsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PutObjectItemsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.created != 0 {
            len += 1;
        }
        if self.updated != 0 {
            len += 1;
        }
        if self.removed != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.PutObjectItemsResponse", len)?;
        if self.created != 0 {
            struct_ser.serialize_field("created", &self.created)?;
        }
        if self.updated != 0 {
            struct_ser.serialize_field("updated", &self.updated)?;
        }
        if self.removed != 0 {
            struct_ser.serialize_field("removed", &self.removed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PutObjectItemsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "created",
            "updated",
            "removed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Created,
            Updated,
            Removed,
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
                            "created" => Ok(GeneratedField::Created),
                            "updated" => Ok(GeneratedField::Updated),
                            "removed" => Ok(GeneratedField::Removed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PutObjectItemsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.PutObjectItemsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PutObjectItemsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut created__ = None;
                let mut updated__ = None;
                let mut removed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Created => {
                            if created__.is_some() {
                                return Err(serde::de::Error::duplicate_field("created"));
                            }
                            created__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Updated => {
                            if updated__.is_some() {
                                return Err(serde::de::Error::duplicate_field("updated"));
                            }
                            updated__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Removed => {
                            if removed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("removed"));
                            }
                            removed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PutObjectItemsResponse {
                    created: created__.unwrap_or_default(),
                    updated: updated__.unwrap_or_default(),
                    removed: removed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.PutObjectItemsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveObjectItemsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.object.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.RemoveObjectItemsRequest", len)?;
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveObjectItemsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "object",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Object,
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
                            "object" => Ok(GeneratedField::Object),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveObjectItemsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.RemoveObjectItemsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveObjectItemsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut object__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RemoveObjectItemsRequest {
                    object: object__,
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.RemoveObjectItemsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveObjectItemsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.removed != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("okeanos.catalog.v1.RemoveObjectItemsResponse", len)?;
        if self.removed != 0 {
            struct_ser.serialize_field("removed", &self.removed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveObjectItemsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "removed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Removed,
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
                            "removed" => Ok(GeneratedField::Removed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveObjectItemsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct okeanos.catalog.v1.RemoveObjectItemsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveObjectItemsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut removed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Removed => {
                            if removed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("removed"));
                            }
                            removed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(RemoveObjectItemsResponse {
                    removed: removed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("okeanos.catalog.v1.RemoveObjectItemsResponse", FIELDS, GeneratedVisitor)
    }
}
