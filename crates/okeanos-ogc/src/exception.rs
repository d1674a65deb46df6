//! Exception types that OGC API Processes names: the `type` of a problem document.

/// There is no such process: 404.
pub const NO_SUCH_PROCESS: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process";
/// There is no such job: 404.
pub const NO_SUCH_JOB: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
/// The job has not ended yet: 404.
pub const RESULT_NOT_READY: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready";
/// The process has no such output: 400.
pub const NO_SUCH_OUTPUT: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-output";
/// A query parameter cannot be used: 400.
pub const INVALID_QUERY_PARAMETER: &str =
    "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/invalid-query-parameter-value";
