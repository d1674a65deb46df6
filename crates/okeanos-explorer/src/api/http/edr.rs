//! `/edr`: values at a position (the position query of OGC API EDR 1.1). A catalogued item is an instance of its collection.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use serde::Deserialize;

use crate::{
    app::{
        Explorer,
        position::{LevelFilter, PositionQuery},
    },
    domain::{
        error::Error,
        params::{self, TimeFilter},
    },
};

const CRS84: [&str; 3] = ["CRS84", "OGC:CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"];

/// Parameters of a position query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    coords: Option<String>,
    datetime: Option<String>,
    z: Option<String>,
    #[serde(rename = "parameter-name")]
    parameter_name: Option<String>,
    crs: Option<String>,
    f: Option<String>,
}

/// What an answer is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    CoverageJson,
    Csv,
}

impl Params {
    fn query(&self) -> Result<PositionQuery, Error> {
        if self.crs.as_deref().is_some_and(|crs| !CRS84.contains(&crs)) {
            return Err(Error::parameter("crs", "only CRS84 is offered: longitude and latitude in degrees"));
        }
        let (longitude, latitude) = params::point(self.coords.as_deref())?;
        Ok(PositionQuery {
            longitude,
            latitude,
            times: TimeFilter::parse(self.datetime.as_deref())?,
            levels: levels(self.z.as_deref())?,
            parameters: params::names("parameter-name", self.parameter_name.as_deref())?,
        })
    }

    fn format(&self) -> Result<Format, Error> {
        match self.f.as_deref() {
            None | Some("CoverageJSON" | "json") => Ok(Format::CoverageJson),
            Some("csv" | "CSV") => Ok(Format::Csv),
            Some(_) => Err(Error::parameter("f", "there are CoverageJSON and csv")),
        }
    }
}

/// A depth, or two with a slash between them, either of which may be open.
fn levels(text: Option<&str>) -> Result<LevelFilter, Error> {
    let wrong = || Error::parameter("z", "one depth or min/max is expected; lists and R…/…/… are not offered");
    let depth = |text: &str| text.trim().parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(wrong);
    let end = |text: &str, open: f64| if text.trim() == ".." { Ok(open) } else { depth(text) };
    match text.map(|t| t.split_once('/').ok_or(t)) {
        None => Ok(LevelFilter::All),
        Some(Err(one)) => depth(one).map(LevelFilter::Nearest),
        Some(Ok((a, b))) => {
            let (a, b) = (end(a, f64::NEG_INFINITY)?, end(b, f64::INFINITY)?);
            Ok(LevelFilter::Between(a.min(b), a.max(b)))
        }
    }
}

pub(super) async fn position(
    explorer: Data<Explorer>,
    Caller(who): Caller,
    path: Path<(String, String)>,
    params: Query<Params>,
) -> Result<HttpResponse, Fault> {
    let (query, format) = (params.query()?, params.format()?);
    let position = explorer.position(&who, &path.0, &path.1, query).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    Ok(match format {
        Format::CoverageJson => {
            let body = serde_json::to_vec(&position.to_json()).map_err(Fault::internal)?;
            response.content_type("application/prs.coverage+json").body(body)
        }
        Format::Csv => response
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"position.csv\""))
            .body(position.to_csv()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_one_or_a_range_in_either_order() {
        assert_eq!(levels(None).unwrap(), LevelFilter::All);
        assert_eq!(levels(Some("10")).unwrap(), LevelFilter::Nearest(10.0));
        assert_eq!(levels(Some("50/10")).unwrap(), LevelFilter::Between(10.0, 50.0));
        assert_eq!(levels(Some("../10")).unwrap(), LevelFilter::Between(f64::NEG_INFINITY, 10.0));
        for text in ["deep", "1/", "10,20", "R5/100/50", "1/2/3", ""] {
            let refused = levels(Some(text)).unwrap_err().to_string();
            assert!(refused.contains("min/max"), "{text}: {refused}");
        }
    }
}
