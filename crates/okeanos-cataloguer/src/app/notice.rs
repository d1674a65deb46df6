//! Something was written or removed: which unit is to be looked at, and when.

use okeanos_blob::{BlobError, Location};
use okeanos_fault::Fault;

use super::{Cataloguer, commit};
use crate::{
    domain::unit::{Guess, MARKERS, UnitKind, guess, is_metadata},
    store::units,
};

impl Cataloguer {
    /// Takes note of an object that was written or removed. What it is now is looked at later: events may come twice or out of
    /// order.
    pub(crate) async fn notice(&self, object: &Location) -> Result<(), Fault> {
        let Some((at, kind)) = self.unit_of(object).await? else { return Ok(()) };
        let tx = self.begin().await?;
        units::changed(&*tx, &at, kind, self.now(), self.config.quiet()).await?;
        commit(tx).await?;
        self.due.notify_one();
        Ok(())
    }

    /// The unit that an object belongs to; none for a folder's marker.
    pub(super) async fn unit_of(&self, object: &Location) -> Result<Option<(Location, UnitKind)>, Fault> {
        let store = |root: String| Some((Location::new(&object.bucket, root), UnitKind::Store));
        Ok(match guess(&object.key) {
            Guess::Folder => None,
            Guess::Alone => Some((object.clone(), UnitKind::Object)),
            Guess::PartOf(root) => store(root),
            Guess::MaybePartOf(prefixes) => match self.root_among(&object.bucket, &prefixes).await? {
                Some(root) => store(root),
                None => match object.key.rsplit_once('/').filter(|(_, name)| is_metadata(name)) {
                    Some((folder, _)) => store(folder.to_owned()),
                    None => Some((object.clone(), UnitKind::Object)),
                },
            },
        })
    }

    /// The topmost prefix that is a Zarr store, as far as can be told now.
    pub(super) async fn root_among(&self, bucket: &str, prefixes: &[String]) -> Result<Option<String>, Fault> {
        for prefix in prefixes {
            for marker in MARKERS {
                match self.blobs.head(&Location::new(bucket, format!("{prefix}/{marker}"))).await {
                    Ok(_) => return Ok(Some(prefix.clone())),
                    Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_) | BlobError::InvalidName(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        // Its metadata may be gone already: then it was known before.
        units::known_store(self.db.conn(), bucket, prefixes).await
    }
}
