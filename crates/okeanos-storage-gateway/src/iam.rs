//! Access keys from the iam service, remembered for a short time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use okeanos_auth::Principal;
use okeanos_proto::iam::v1::{GetS3KeyRequest, GetS3KeyResponse, iam_service_client::IamServiceClient};
use okeanos_runtime::{Clock, RpcChannel};
use time::OffsetDateTime;
use tonic::Code;

use crate::{
    domain::Error,
    ports::{AccessKey, Keys},
};

/// Longest time for which iam may let an answer be kept.
const KNOWN_FOR_MAX: Duration = Duration::from_secs(60);
/// How long a new key may be unknown after somebody tried it.
const UNKNOWN_FOR: Duration = Duration::from_secs(2);
/// How many answers are kept.
const ENTRIES_MAX: usize = 10_000;
/// Longest id that is looked up.
const ID_BYTES_MAX: usize = 128;

/// Asks iam, keeps its answers.
pub(crate) struct IamKeys {
    iam: IamServiceClient<RpcChannel>,
    clock: Clock,
    answers: Answers,
}

/// The answers that are kept.
#[derive(Default)]
struct Answers(Mutex<HashMap<String, Answer>>);

#[derive(Clone)]
struct Answer {
    key: Option<AccessKey>,
    until: OffsetDateTime,
}

impl IamKeys {
    pub(crate) fn new(iam: RpcChannel, clock: Clock) -> Self {
        Self { iam: IamServiceClient::new(iam), clock, answers: Answers::default() }
    }
}

impl Answers {
    fn known(&self, id: &str, now: OffsetDateTime) -> Option<Answer> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(id).filter(|a| a.until > now).cloned()
    }

    fn keep(&self, id: &str, key: Option<AccessKey>, known_for: Duration, now: OffsetDateTime) {
        let until = now + if key.is_some() { known_for.min(KNOWN_FOR_MAX) } else { UNKNOWN_FOR };
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= ENTRIES_MAX {
            answers.retain(|_, a| a.until > now);
        }
        if answers.len() < ENTRIES_MAX {
            answers.insert(id.to_owned(), Answer { key, until });
        }
    }
}

fn access_key(answer: GetS3KeyResponse) -> Option<AccessKey> {
    let principal = Principal::from(answer.principal?);
    let complete = !principal.is_anonymous() && !answer.secret_access_key.is_empty();
    complete.then(|| AccessKey {
        secret: answer.secret_access_key,
        session_token: Some(answer.session_token).filter(|t| !t.is_empty()),
        principal,
        // A time that does not exist has passed.
        expires_at: (answer.expires_at != 0)
            .then(|| OffsetDateTime::from_unix_timestamp(answer.expires_at).unwrap_or(OffsetDateTime::UNIX_EPOCH)),
    })
}

#[async_trait]
impl Keys for IamKeys {
    async fn find(&self, id: &str) -> Result<AccessKey, Error> {
        if id.len() > ID_BYTES_MAX {
            return Err(Error::UnknownKey);
        }
        if let Some(answer) = self.answers.known(id, self.clock.now()) {
            return answer.key.ok_or(Error::UnknownKey);
        }
        let request = GetS3KeyRequest { access_key_id: id.to_owned() };
        let (key, known_for) = match self.iam.clone().get_s3_key(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                let known_for = Duration::from_secs(answer.cache_s.into());
                (access_key(answer), known_for)
            }
            Err(status) if status.code() == Code::NotFound => (None, UNKNOWN_FOR),
            Err(status) => return Err(Error::away(status)),
        };
        self.answers.keep(id, key.clone(), known_for, self.clock.now());
        key.ok_or(Error::UnknownKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_for_as_long_as_iam_says_and_no_longer_than_a_minute() {
        let key = || {
            let principal = Principal::person("ann", []);
            Some(AccessKey { secret: "s".into(), session_token: None, principal, expires_at: None })
        };
        let at = |s| OffsetDateTime::UNIX_EPOCH + Duration::from_secs(s);
        for (says, known_at, gone_at) in [(5, 4, 5), (3600, 59, 60), (0, 0, 0)] {
            let answers = Answers::default();
            answers.keep("k", key(), Duration::from_secs(says), at(0));
            assert_eq!(answers.known("k", at(known_at)).is_some(), says > 0, "{says}");
            assert!(answers.known("k", at(gone_at)).is_none(), "{says}");
        }
    }
}
