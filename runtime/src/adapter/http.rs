//! One HTTP request out, one body in: time limits, size limit, and what a status means. Knows no protocol above HTTP.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};

use super::error::{Cause, DETAIL};
use super::limit::LONGEST_QUIET;

/// How long and how large an exchange may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Until there is a connection.
    pub connect_timeout: Duration,
    /// From the first byte sent to the last received.
    pub timeout: Duration,
    /// The largest answer in bytes.
    pub body_limit: u64,
}

impl Options {
    /// 10 s to connect, 25 s in all, which is less than the lease of a job; 32 MiB.
    pub fn standard() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(25),
            body_limit: 32 * 1024 * 1024,
        }
    }
}

/// An answer of which nothing is known but that it is all there.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Servers keep an idle connection for 5 s or longer; giving it up first saves the calls that would meet its end.
const IDLE: Duration = Duration::from_secs(4);

/// How much of the body of an error a message shows, in characters.
const EXCERPT: usize = 160;

#[derive(Debug)]
pub(super) struct Http {
    client: Client,
    options: Options,
}

impl Http {
    /// A client for one address. It follows no redirects: they would carry a key to another host, or turn a POST into a GET.
    pub(super) fn new(address: &Url, options: Options) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .user_agent(concat!("tenon/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .pool_idle_timeout(IDLE);
        // This machine is never behind a proxy.
        let builder = if is_loopback(address) {
            builder.no_proxy()
        } else {
            builder
        };
        Ok(Self {
            client: builder.build()?,
            options,
        })
    }

    /// Sends a body and takes in the whole answer, whatever its status.
    pub(super) async fn post(
        &self,
        address: &Url,
        (content_type, header): (&'static str, Option<(&'static str, &str)>),
        body: String,
    ) -> Result<Reply, Cause> {
        let request = self.client.post(address.clone()).header(CONTENT_TYPE, content_type);
        let request = match header {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let response = request
            .body(body)
            .send()
            .await
            .map_err(|error| self.cause(address, error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self.body(address, response).await?;
        Ok(Reply { status, headers, body })
    }

    async fn body(&self, address: &Url, mut response: Response) -> Result<Vec<u8>, Cause> {
        let too_large = Cause::TooLarge {
            limit: self.options.body_limit,
        };
        let limit = usize::try_from(self.options.body_limit).unwrap_or(usize::MAX);
        let announced = response.content_length().unwrap_or(0);
        if announced > self.options.body_limit {
            return Err(too_large);
        }
        // What a server announces is not believed: it must send the bytes before they take memory.
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.cause(address, error))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn cause(&self, address: &Url, error: reqwest::Error) -> Cause {
        if error.is_timeout() && !error.is_connect() {
            return Cause::Timeout {
                after: self.options.timeout,
            };
        }
        let connected = !error.is_connect();
        let why = match error.is_timeout() {
            true => format!("no connection within {} s", self.options.connect_timeout.as_secs_f64()),
            false => in_short(&error),
        };
        let address = shown(address);
        Cause::Network {
            connected,
            reason: format!("{address}: {why}\n  {DETAIL}{}", chain(error)),
        }
    }
}

impl Reply {
    /// What the status says; `None`: the body is the answer.
    pub(super) fn cause(&self) -> Option<Cause> {
        let after = retry_after(&self.headers, Timestamp::now());
        let text = self.excerpt();
        Some(match self.status.as_u16() {
            200..=299 => return self.compressed(),
            300..=399 => Cause::Refused {
                code: i64::from(self.status.as_u16()),
                text: format!(
                    "the address has moved{}; set the new one for this instance",
                    self.destination()
                ),
            },
            401 | 403 => Cause::Auth {
                text: format!("HTTP status {}", self.status),
            },
            429 => Cause::RateLimited { after },
            503 if after.is_some() => Cause::RateLimited { after },
            408 | 500..=599 => Cause::Server {
                status: self.status.as_u16(),
                text,
            },
            code => Cause::Refused {
                code: i64::from(code),
                text: format!("HTTP status {}; the address of this instance may be wrong", self.status),
            },
        })
    }

    /// We ask for no compression; who compresses nevertheless is told by name.
    fn compressed(&self) -> Option<Cause> {
        let encoding = self.headers.get(CONTENT_ENCODING)?.to_str().unwrap_or("unknown");
        (!encoding.eq_ignore_ascii_case("identity")).then(|| Cause::Malformed {
            what: format!(
                "it is compressed with `{encoding}`, which nobody asked for; turn compression off for the API"
            ),
            place: String::from("in the header Content-Encoding"),
            cut_off: false,
        })
    }

    /// Where a redirect leads: host and path, never what follows the `?`.
    fn destination(&self) -> String {
        let location = self.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        match location.and_then(|location| location.parse::<Url>().ok()) {
            Some(url) => format!(" to {}", shown(&url)),
            None => String::new(),
        }
    }

    /// The beginning of the body in one line.
    fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(4 * EXCERPT)]).into_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.join(" ").chars().take(EXCERPT).collect::<String>() {
            empty if empty.is_empty() => String::from("no text"),
            text => text,
        }
    }
}

/// An address without user, key and query.
pub(super) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!(
        "{}://{}{port}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.path()
    )
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    host == "localhost" || is_loopback
}

/// `Retry-After`: seconds or a date, at most a day: jobs keep the time when they go on, and not every time fits there.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let time = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        let date = jiff::fmt::rfc2822::parse(text).ok()?;
        Duration::try_from(date.timestamp().duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(time.min(LONGEST_QUIET))
}

/// What is wrong with a connection, in words of who set it up.
fn in_short(error: &reqwest::Error) -> String {
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    let mut last = String::from("the connection failed");
    while let Some(inner) = source {
        let words = inner.to_string();
        if words.starts_with("dns error") {
            return String::from("the host name does not resolve");
        }
        if let Some(known) = inner.downcast_ref::<std::io::Error>().and_then(io_in_short) {
            return String::from(known);
        }
        if !words.is_empty() {
            last = words;
        }
        source = inner.source();
    }
    last
}

fn io_in_short(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind;
    let known = [
        (
            ErrorKind::ConnectionRefused,
            "nothing listens there (connection refused)",
        ),
        (ErrorKind::ConnectionReset, "the connection broke off"),
        (ErrorKind::ConnectionAborted, "the connection broke off"),
        (ErrorKind::BrokenPipe, "the connection broke off"),
        (ErrorKind::HostUnreachable, "no way leads there"),
        (ErrorKind::NetworkUnreachable, "no way leads there"),
    ];
    let found = known.into_iter().find(|(kind, _)| *kind == error.kind());
    found.map(|(_, words)| words)
}

/// What an error says and what caused it, without the address: that may hold a key.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers, "2026-11-06T08:49:37Z".parse().unwrap())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(after("120"), Some(Duration::from_secs(120)));
        assert_eq!(after("Fri, 06 Nov 2026 08:50:07 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after("Fri, 06 Nov 2026 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("18446744073709551615"), Some(LONGEST_QUIET));
        assert_eq!(after("Fri, 06 Nov 9998 08:50:07 GMT"), Some(LONGEST_QUIET));
        assert_eq!(after("soon"), None);
        assert_eq!(after("-1"), None);
    }

    #[test]
    fn an_address_is_shown_without_credentials() {
        let url = "https://user:secret@shop.example:8443/api?key=abc#x".parse().unwrap();
        assert_eq!(shown(&url), "https://shop.example:8443/api");
    }
}
