//! Ids of items.

use uuid::{Uuid, uuid};

/// The namespace of the UUIDs that items answer to, the same as EDITO's.
pub const ITEM_NAMESPACE: Uuid = uuid!("92708059-2077-45a3-a4f3-1eb428789cff");

/// The UUID that an item answers to besides its id: the id itself when it is a UUID, otherwise UUIDv5 of it.
pub fn item_uuid(id: &str) -> Uuid {
    Uuid::try_parse(id).unwrap_or_else(|_| Uuid::new_v5(&ITEM_NAMESPACE, id.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_pair_of_edito() {
        let id = "INSITU_NWS_PHYBGCWAV_DISCRETE_MYNRT_013_036-cmems_obs-ins_nws_phybgcwav_mynrt_na_irr-202311-latest-\
                  arco-platform-series-air_temperature-DRYT";
        assert_eq!(item_uuid(id), uuid!("25aaed46-b135-576e-8f7a-676a7371a7da"));
    }

    #[test]
    fn a_uuid_is_kept() {
        let id = "25aaed46-b135-576e-8f7a-676a7371a7da";
        assert_eq!(item_uuid(id).to_string(), id);
    }
}
