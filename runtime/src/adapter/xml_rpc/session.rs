//! The session of one instance: opened once for all its tasks, and again when it ends.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::adapter::error::Cause;
use crate::adapter::secret::Secret;

/// What calls are made with.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) session: Secret,
    /// Which login it comes from.
    number: u64,
}

/// The session, or how the last login failed.
#[derive(Debug, Default)]
pub(super) struct Session {
    state: tokio::sync::Mutex<State>,
    /// Logins that ended, well or not.
    logins: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    ticket: Option<Ticket>,
    failure: Option<Cause>,
}

impl Session {
    /// The session, opened by `login` if there is none. Who waits while a login fails gets its failure:
    /// a hundred tasks with a wrong key make one login, not a hundred that lock the user out.
    pub(super) async fn ticket(
        &self,
        login: impl Future<Output = Result<Secret, Cause>> + Send,
    ) -> Result<Ticket, Cause> {
        let before = self.logins.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(ticket) = &state.ticket {
            return Ok(ticket.clone());
        }
        let number = self.logins.load(Ordering::Acquire);
        if number > before
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        let result = login.await;
        self.logins.store(number + 1, Ordering::Release);
        state.failure = result.as_ref().err().cloned();
        let ticket = Ticket {
            session: result?,
            number,
        };
        state.ticket = Some(ticket.clone());
        Ok(ticket)
    }

    /// This session has ended; a newer one stays.
    pub(super) async fn expire(&self, ticket: &Ticket) {
        let mut state = self.state.lock().await;
        state.ticket.take_if(|current| current.number == ticket.number);
    }

    /// The session, if one is open; none is afterwards.
    pub(super) async fn take(&self) -> Option<Ticket> {
        self.state.lock().await.ticket.take()
    }
}
