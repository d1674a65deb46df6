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
    answers: Mutex<HashMap<String, Answer>>,
}

#[derive(Clone)]
struct Answer {
    key: Option<AccessKey>,
    until: OffsetDateTime,
}

impl IamKeys {
    pub(crate) fn new(iam: RpcChannel, clock: Clock) -> Self {
        Self { iam: IamServiceClient::new(iam), clock, answers: Mutex::default() }
    }

    fn known(&self, id: &str) -> Option<Answer> {
        let now = self.clock.now();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(id).filter(|a| a.until > now).cloned()
    }

    fn keep(&self, id: &str, key: Option<AccessKey>, known_for: Duration) {
        let now = self.clock.now();
        let until = now + if key.is_some() { known_for.min(KNOWN_FOR_MAX) } else { UNKNOWN_FOR };
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
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
        if let Some(answer) = self.known(id) {
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
        self.keep(id, key.clone(), known_for);
        key.ok_or(Error::UnknownKey)
    }
}
