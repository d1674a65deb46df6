//! A connection to a platform, as somebody.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use okeanos_blob::s3::{S3Blobs, S3Config};
use reqwest::{Client, Method, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Target, print_json, print_line};

const DEFAULT_URL: &str = "http://127.0.0.1:8080";
const DEFAULT_TOKEN_FILE: &str = "okeanos-data/admin.token";

/// What `okeanos login` keeps.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    url: Option<String>,
    s3: Option<String>,
    token: Option<String>,
}

/// A connection to a platform, as somebody.
#[derive(Debug)]
pub struct Session {
    http: Client,
    url: String,
    s3: Option<String>,
    token: Option<String>,
}

impl Session {
    /// With a known address, S3 address and token.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(url: &str, s3: &str, token: &str) -> anyhow::Result<Self> {
        Self::with(url, Some(s3.to_owned()), Some(token.to_owned()))
    }

    fn with(url: &str, s3: Option<String>, token: Option<String>) -> anyhow::Result<Self> {
        let http =
            Client::builder().connect_timeout(Duration::from_secs(5)).timeout(Duration::from_secs(300)).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), s3, token })
    }

    /// From the command line, the environment, what login kept, and the defaults, in this order.
    ///
    /// # Errors
    /// When what login kept cannot be read.
    pub(super) fn open(target: &Target) -> anyhow::Result<Self> {
        let local = || fs::read_to_string(DEFAULT_TOKEN_FILE).ok().map(|t| t.trim().to_owned());
        let Kept { url, s3, token } = resolve(target, kept()?, local);
        Self::with(&url.unwrap_or_else(|| DEFAULT_URL.to_owned()), s3, token)
    }

    /// Checks the credentials with the platform and keeps them.
    pub(super) async fn login(target: &Target) -> anyhow::Result<()> {
        // What an earlier login kept is about to be replaced: it need not be good.
        let known = resolve(target, kept().unwrap_or_default(), || None);
        let session = Self::with(&known.url.unwrap_or_else(|| DEFAULT_URL.to_owned()), known.s3, known.token)?;
        let me = session.get("/iam/me").await?;
        let name = me["name"].as_str().filter(|n| !n.is_empty());
        let name = name.context("the platform does not know who you are: give --token")?;
        let kept = Kept { url: Some(session.url.clone()), s3: session.s3.clone(), token: session.token.clone() };
        let path = kept_path().context("there is no home folder to keep credentials in")?;
        write_private(&path, &serde_json::to_vec_pretty(&kept)?)?;
        if target.json {
            print_json(&json!({"url": session.url, "name": name}));
        } else {
            print_line(&format!("signed in to {} as {name}", session.url));
        }
        Ok(())
    }

    /// The answer to a GET, as JSON.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        document(self.send(Method::GET, path, None, &[]).await?).await
    }

    /// The answer to a POST, as JSON.
    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        document(self.send(Method::POST, path, Some(body), &[]).await?).await
    }

    /// The answer to a request; a refusal becomes an error in the platform's words.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Response> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        // A link of another host never gets our token.
        let own = url.strip_prefix(&self.url).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        let mut request = self.http.request(method, &url);
        if let Some(token) = self.token.as_ref().filter(|_| own) {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body.filter(|b| !b.is_null()) {
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.with_context(|| format!("asking {url}"))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let problem: Value = response.json().await.unwrap_or_default();
        let field = problem["field"].as_str().map(|f| format!("{f}: ")).unwrap_or_default();
        bail!("{status}: {field}{}", problem["detail"].as_str().unwrap_or("no explanation"))
    }

    /// The bucket of whom the session belongs to.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub async fn own_bucket(&self) -> anyhow::Result<String> {
        let me = self.get("/iam/me").await?;
        me["buckets"][0].as_str().map(str::to_owned).context("you are not signed in: give --token or use okeanos login")
    }

    /// The platform's S3 interface, with fresh credentials.
    ///
    /// # Errors
    /// When no credentials are given.
    pub async fn storage(&self) -> anyhow::Result<S3Blobs> {
        let keys = self.post("/iam/s3-credentials", &Value::Null).await?;
        let text = |name: &str| keys[name].as_str().map(str::to_owned).with_context(|| format!("no {name} was given"));
        let endpoint = match &self.s3 {
            Some(endpoint) => endpoint.clone(),
            None => {
                let me = self.get("/iam/me").await?;
                me["s3_endpoint"].as_str().map(str::to_owned).context("the platform does not tell its S3 address")?
            }
        };
        let config = S3Config::new(endpoint, "us-east-1", text("AccessKeyId")?, text("SecretAccessKey")?);
        Ok(S3Blobs::new(S3Config { session_token: Some(text("SessionToken")?), ..config }))
    }
}

async fn document(response: Response) -> anyhow::Result<Value> {
    response.json().await.context("the answer is not JSON")
}

/// Where to, and as whom. What login kept goes to the address that it was kept for and to no other; the token of a platform
/// in this folder goes to this machine only.
fn resolve(target: &Target, kept: Kept, local: impl FnOnce() -> Option<String>) -> Kept {
    let url = target.url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    let kept = if url.is_none() || url == kept.url { kept } else { Kept::default() };
    let url = url.or(kept.url);
    let here = url.as_deref().is_none_or(is_this_machine);
    let token = target.token.clone().or(kept.token).or_else(|| if here { local() } else { None });
    Kept { url, s3: target.s3.clone().or(kept.s3), token }
}

fn is_this_machine(url: &str) -> bool {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]"))
}

fn kept_path() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".config/okeanos/login.json"))
}

fn kept() -> anyhow::Result<Kept> {
    let Some(path) = kept_path().filter(|p| p.exists()) else { return Ok(Kept::default()) };
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)
        .and_then(|()| fs::rename(&draft, path))
        .with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: Option<&str>) -> Target {
        Target { url: url.map(str::to_owned), s3: None, token: None, json: false }
    }

    fn kept() -> Kept {
        let text = |text: &str| Some(text.to_owned());
        Kept { url: text("https://a.example"), s3: text("https://s3.a.example"), token: text("okp_a") }
    }

    fn local() -> Option<String> {
        Some("okp_local".to_owned())
    }

    #[test]
    fn what_was_kept_goes_to_its_own_address_only() {
        for url in [None, Some("https://a.example"), Some("https://a.example/")] {
            let known = resolve(&target(url), kept(), local);
            assert_eq!((known.token.as_deref(), known.s3.as_deref()), (Some("okp_a"), Some("https://s3.a.example")));
        }
        let other = resolve(&target(Some("https://b.example")), kept(), local);
        assert_eq!((other.token, other.s3), (None, None), "neither is for b");
    }

    #[test]
    fn the_token_in_this_folder_is_for_this_machine() {
        let token = |url: Option<&str>| resolve(&target(url), Kept::default(), local).token;
        assert_eq!(token(None), local());
        assert_eq!(token(Some("http://localhost:8081")), local());
        assert_eq!(token(Some("http://127.0.0.1.evil.example")), None);
        assert_eq!(token(Some("http://127.0.0.1@evil.example")), None);
    }
}
