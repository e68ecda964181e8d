//! Why another system did not answer, in words for the person who has to act; secrets never get here.

use std::time::Duration;

/// Why a call failed: who was asked what, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_words())]
pub struct AdapterError {
    /// The backend instance: `shop`.
    pub instance: String,
    /// What was asked: `Customer.read of 42`.
    pub operation: String,
    /// What came of it.
    pub cause: Cause,
}

/// What begins a line that only machines and developers read: all that a library said.
pub const DETAIL: &str = "in detail: ";

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// No connection, or it broke.
    #[error("the system cannot be reached: {reason}")]
    Network {
        /// The address and what is wrong with it; below that, after [`DETAIL`], all that the connection said.
        reason: String,
        /// Whether the connection stood, so that the request may have been received.
        connected: bool,
    },
    /// No answer in time.
    #[error("no answer within {} s; the system may be overloaded", after.as_secs_f64())]
    Timeout {
        /// How long we waited.
        after: Duration,
    },
    /// User, key or rights are wrong.
    #[error("the system does not let us in: {text}; check user, key and rights of this instance")]
    Auth {
        /// What the system said.
        text: String,
    },
    /// The record is not there.
    #[error("there is no such record: {text}")]
    NotFound {
        /// What the system said.
        text: String,
    },
    /// The system understood and refused.
    #[error("the system refused with code {code}: {text}")]
    Refused {
        /// Its code.
        code: i64,
        /// What it said.
        text: String,
    },
    /// The system failed on its own side.
    #[error("the system failed{}: {text}", with_status(*status))]
    Server {
        /// HTTP status; 200 where the answer itself says so.
        status: u16,
        /// What it said, in short.
        text: String,
    },
    /// What came cannot be read.
    #[error("the answer cannot be read: {what}, {place}")]
    Malformed {
        /// What is wrong.
        what: String,
        /// Where.
        place: String,
        /// Whether it simply ends too early, so that the next try may be whole.
        cut_off: bool,
    },
    /// Too many calls.
    #[error("the system asks us to wait{}", after.map(|time| format!(" {} s", time.as_secs_f64())).unwrap_or_default())]
    RateLimited {
        /// How long to wait, where it says so.
        after: Option<Duration>,
    },
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes; ask for less at a time or raise the limit")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The call cannot be sent as it is: a mistake of the settings or of the caller.
    #[error("the call cannot be sent: {reason}")]
    Unsendable {
        /// Why.
        reason: String,
    },
}

fn with_status(status: u16) -> String {
    match status {
        200 => String::new(),
        status => format!(" with HTTP status {status}"),
    }
}

impl AdapterError {
    /// Who cannot be reached is told in one sentence, because that is what new settings end with first.
    fn in_words(&self) -> String {
        let Self {
            instance,
            operation,
            cause,
        } = self;
        let Cause::Network { reason, connected: _ } = cause else {
            return format!("`{instance}`, {operation}: {cause}");
        };
        // An adapter that does not say its address says its instance.
        let whom = match reason.starts_with("http") {
            true => reason.clone(),
            false => format!("`{instance}`: {reason}"),
        };
        let (external, rest) = operation.split_once('.').unwrap_or(("", operation));
        let (verb, of) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "read" => format!("cannot read {external} {} from {whom}", of.trim_start_matches("of ")),
            "list" => format!("cannot list {external} of {whom}"),
            _ => format!("cannot call {operation} at {whom}"),
        }
    }

    /// Whether the same call may work later without anyone changing anything.
    pub fn retryable(&self) -> bool {
        self.cause.retryable()
    }

    /// The class in one word, for job lists: `network`, `timeout`, ..
    pub fn kind(&self) -> &'static str {
        self.cause.kind()
    }

    /// How long the other side wants us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.cause {
            Cause::RateLimited { after } => after,
            Cause::Network { .. }
            | Cause::Timeout { .. }
            | Cause::Auth { .. }
            | Cause::NotFound { .. }
            | Cause::Refused { .. }
            | Cause::Server { .. }
            | Cause::Malformed { .. }
            | Cause::TooLarge { .. }
            | Cause::Unsendable { .. } => None,
        }
    }
}

impl Cause {
    /// Whether the same call may work later without anyone changing anything.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Network { .. } | Self::Timeout { .. } | Self::Server { .. } | Self::RateLimited { .. } => true,
            Self::Malformed { cut_off, .. } => *cut_off,
            Self::Auth { .. }
            | Self::NotFound { .. }
            | Self::Refused { .. }
            | Self::TooLarge { .. }
            | Self::Unsendable { .. } => false,
        }
    }

    /// Whether the other side may have done what was asked although no answer says so.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Network { connected, reason: _ } => *connected,
            Self::Timeout { .. } | Self::Server { .. } | Self::Malformed { .. } | Self::TooLarge { .. } => true,
            Self::Auth { .. }
            | Self::NotFound { .. }
            | Self::Refused { .. }
            | Self::RateLimited { .. }
            | Self::Unsendable { .. } => false,
        }
    }

    /// The same with its texts changed: masked.
    pub(super) fn map_texts(self, change: impl Fn(String) -> String) -> Self {
        match self {
            Self::Network { reason, connected } => Self::Network {
                reason: change(reason),
                connected,
            },
            Self::Auth { text } => Self::Auth { text: change(text) },
            Self::NotFound { text } => Self::NotFound { text: change(text) },
            Self::Refused { code, text } => Self::Refused {
                code,
                text: change(text),
            },
            Self::Server { status, text } => Self::Server {
                status,
                text: change(text),
            },
            Self::Malformed { what, place, cut_off } => Self::Malformed {
                what: change(what),
                place: change(place),
                cut_off,
            },
            Self::Unsendable { reason } => Self::Unsendable { reason: change(reason) },
            Self::Timeout { .. } | Self::RateLimited { .. } | Self::TooLarge { .. } => self,
        }
    }

    /// The class in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Network { .. } => "network",
            Self::Timeout { .. } => "timeout",
            Self::Auth { .. } => "auth",
            Self::NotFound { .. } => "not_found",
            Self::Refused { .. } => "refused",
            Self::Server { .. } => "server",
            Self::Malformed { .. } => "malformed",
            Self::RateLimited { .. } => "rate_limited",
            Self::TooLarge { .. } => "too_large",
            Self::Unsendable { .. } => "unsendable",
        }
    }
}
