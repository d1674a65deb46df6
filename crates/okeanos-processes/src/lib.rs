//! The functions on ocean data that the platform brings along, and the runner that executes one of them in a process of its own.
//!
//! In reading order: [`Function`] (which there are, their OGC API Processes descriptions, the validation of inputs),
//! [`Request`] (validated inputs), [`execute`] (a function over an open data set, into a folder), [`run`] (the process that
//! a job dispatcher starts: environment in, files and progress out) and its [`sandbox`].
//!
//! ```
//! use okeanos_processes::Function;
//!
//! let subset = Function::of("subset").unwrap();
//! assert_eq!(subset.description()["id"], "subset");
//! let inputs = serde_json::json!({ "source": "s3://user-ada/sst.nc", "bbox": [-10, 40, 5, 50], "format": "csv" });
//! assert!(subset.validate(&inputs).is_ok());
//! let errors = subset.validate(&serde_json::json!({ "bbox": [1, 2] })).unwrap_err();
//! assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["source", "bbox"]);
//! ```

mod describe;
mod error;
mod execute;
mod function;
mod inputs;
mod region;
pub mod run;
pub mod sandbox;

pub use self::{
    error::Error,
    execute::{Progress, execute},
    function::Function,
    inputs::{FieldError, FileFormat, Interval, Request},
};
