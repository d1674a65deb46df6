//! Messages, clients and servers generated from `proto/` by `cargo xtask codegen`. Nothing here is written by hand but the
//! module tree; event payloads have the JSON mapping of protobuf as serde implementations.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated code")]

/// Catalog: STAC records.
pub mod catalog {
    pub mod v1 {
        include!("gen/okeanos.catalog.v1.rs");
        include!("gen/okeanos.catalog.v1.serde.rs");
    }
}
/// Cataloguer: check reports.
pub mod cataloguer {
    pub mod v1 {
        include!("gen/okeanos.cataloguer.v1.rs");
        include!("gen/okeanos.cataloguer.v1.serde.rs");
    }
}
/// Identity and access.
pub mod iam {
    pub mod v1 {
        include!("gen/okeanos.iam.v1.rs");
        include!("gen/okeanos.iam.v1.serde.rs");
    }
}
/// Jobs.
pub mod jobs {
    pub mod v1 {
        include!("gen/okeanos.jobs.v1.rs");
        include!("gen/okeanos.jobs.v1.serde.rs");
    }
}
/// Processes.
pub mod processes {
    pub mod v1 {
        include!("gen/okeanos.processes.v1.rs");
        include!("gen/okeanos.processes.v1.serde.rs");
    }
}
/// Object storage.
pub mod storage {
    pub mod v1 {
        include!("gen/okeanos.storage.v1.rs");
        include!("gen/okeanos.storage.v1.serde.rs");
    }
}
