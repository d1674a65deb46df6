//! How far a new credential reaches: never beyond its owner, nor beyond the credential that asked for it.

use std::{collections::BTreeSet, time::Duration};

use okeanos_auth::Scope;

use super::Error;

/// Scopes as they are kept and as they travel in an access token.
pub(crate) fn join(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(" ")
}

/// The scopes of a text; names that are not known give nothing.
pub(crate) fn split(text: &str) -> BTreeSet<Scope> {
    text.split(' ').filter_map(Scope::parse).collect()
}

/// The scopes asked for, or all that are held.
pub(crate) fn narrow(asked: Option<&[String]>, held: &BTreeSet<Scope>) -> Result<BTreeSet<Scope>, Error> {
    let Some(asked) = asked else {
        return if held.is_empty() { Err(Error::BadScope) } else { Ok(held.clone()) };
    };
    let scopes = asked.iter().map(|s| Scope::parse(s)).collect::<Option<BTreeSet<_>>>().ok_or(Error::BadScope)?;
    if scopes.is_empty() {
        return Err(Error::BadScope);
    }
    match scopes.difference(held).next() {
        Some(missing) => Err(Error::ScopeNotHeld(missing.as_str())),
        None => Ok(scopes),
    }
}

/// A lifetime within its bounds, or the default.
pub(crate) fn lifetime(
    field: &'static str,
    asked: Option<u32>,
    default: u32,
    (min, max): (u32, u32),
) -> Result<Duration, Error> {
    let seconds = asked.unwrap_or(default.min(max));
    if (min..=max).contains(&seconds) {
        Ok(Duration::from_secs(seconds.into()))
    } else {
        Err(Error::BadLifetime { field, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn nothing_grows() {
        let held: BTreeSet<_> = [Scope::Read, Scope::Write].into();
        assert_eq!(narrow(None, &held).unwrap(), held);
        assert_eq!(narrow(Some(&names(&["read"])), &held).unwrap(), [Scope::Read].into());
        assert_eq!(narrow(Some(&names(&["read", "admin"])), &held), Err(Error::ScopeNotHeld("admin")));
        for bad in [&[][..], &["Read"], &["read write"], &["read", "fly"]] {
            assert_eq!(narrow(Some(&names(bad)), &held), Err(Error::BadScope), "{bad:?}");
        }
        assert_eq!(narrow(None, &BTreeSet::new()), Err(Error::BadScope));
    }

    #[test]
    fn scopes_survive_their_text() {
        let all: BTreeSet<_> = Scope::ALL.into();
        assert_eq!(split(&join(&all)), all);
        assert!(split("root  ").is_empty());
    }

    #[test]
    fn lifetimes_have_bounds() {
        assert_eq!(lifetime("s", None, 900, (60, 600)).unwrap().as_secs(), 600);
        assert_eq!(lifetime("s", Some(60), 900, (60, 600)).unwrap().as_secs(), 60);
        for bad in [0, 59, 601, u32::MAX] {
            assert!(lifetime("s", Some(bad), 900, (60, 600)).is_err(), "{bad}");
        }
    }
}
