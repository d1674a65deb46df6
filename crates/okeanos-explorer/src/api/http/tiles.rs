//! `/tiles`: pictures of an item's data (paths and documents of OGC API Tiles 1).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;

use super::freshness::{data_policy, is_known, tag, tagged, unchanged};
use crate::{
    app::{Explorer, picture::Look},
    domain::{error::Error, mercator::Tile, params},
};

/// Parameters of tiles and legends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LookQuery {
    variable: Option<String>,
    datetime: Option<String>,
    depth: Option<String>,
    range: Option<String>,
    palette: Option<String>,
}

impl LookQuery {
    fn look(self) -> Result<Look, Error> {
        Ok(Look {
            variable: self.variable,
            time: self.datetime.as_deref().map(params::instant).transpose()?,
            depth: params::number("depth", self.depth.as_deref())?,
            range: params::range(self.range.as_deref())?,
            palette: params::palette(self.palette.as_deref())?,
        })
    }
}

pub(super) async fn tile(
    explorer: Data<Explorer>,
    Caller(who): Caller,
    path: Path<(String, String, u8, u32, u32)>,
    query: Query<LookQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let (collection, item, z, y, x) = path.into_inner();
    let (tile, look) = (Tile::new(z, y, x)?, query.into_inner().look()?);
    let source = explorer.source(&who, &collection, &item).await?;
    let (tag, policy) = (tag((&source.data.id, tile, request.query_string())), data_policy(source.public));
    if is_known(&request, &tag) {
        return Ok(unchanged(&tag, policy));
    }
    let picture = explorer.tile(source, look, tile).await?;
    Ok(tagged(HttpResponse::Ok(), &tag, policy).content_type("image/png").body(picture))
}

pub(super) async fn legend(
    explorer: Data<Explorer>,
    Caller(who): Caller,
    path: Path<(String, String)>,
    query: Query<LookQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let (collection, item) = path.into_inner();
    let look = query.into_inner().look()?;
    let source = explorer.source(&who, &collection, &item).await?;
    let (tag, policy) = (tag((&source.data.id, "legend", request.query_string())), data_policy(source.public));
    if is_known(&request, &tag) {
        return Ok(unchanged(&tag, policy));
    }
    let svg = explorer.legend(source, look).await?;
    let mut response = tagged(HttpResponse::Ok(), &tag, policy);
    // Opened by itself it is a document: it has no scripts, and may have none.
    response.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"));
    Ok(response.content_type("image/svg+xml").body(svg))
}

pub(super) async fn tileset(
    explorer: Data<Explorer>,
    Caller(who): Caller,
    path: Path<(String, String)>,
    query: Query<LookQuery>,
    base: Base,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let (collection, item) = path.into_inner();
    let look = query.into_inner().look()?;
    let here = base.url(request.path().trim_end_matches('/').trim_end_matches("/tiles"));
    let document = explorer.tileset(&who, &collection, &item, look, here).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-cache")).json(document))
}
