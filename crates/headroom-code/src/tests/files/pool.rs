//! Connections that are used again.
//!
//! A pool never has more than its limit, and hands out the connection that was used last, so that the
//! others may time out.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

/// How long an unused connection is kept.
pub const IDLE: Duration = Duration::from_secs(90);

const NAMES: &[&str] = &["reader", "writer"];

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// All are in use.
    Exhausted { limit: usize },
    /// The other side said no.
    Refused(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exhausted { limit } => write!(formatter, "all {limit} connections are in use"),
            Self::Refused(reason) => write!(formatter, "the connection was refused: {reason}"),
        }
    }
}

/// Something that connections are made of.
pub trait Connect {
    /// What it makes.
    type Connection;

    /// Makes one.
    fn connect(&self) -> Result<Self::Connection, Refusal>;

    /// Whether one can still be used.
    fn is_alive(&self, connection: &Self::Connection) -> bool {
        let _ = connection;
        true
    }
}

/// The pool itself.
pub struct Pool<C: Connect> {
    connect: C,
    idle: VecDeque<(Instant, C::Connection)>,
    used: usize,
    limit: usize,
}

impl<C> Pool<C>
where
    C: Connect,
{
    /// A pool of at most `limit` connections.
    ///
    /// # Panics
    ///
    /// If `limit` is 0.
    pub fn new(connect: C, limit: usize) -> Self {
        assert!(limit > 0, "a pool has to have room for one");
        Self { connect, idle: VecDeque::with_capacity(limit), used: 0, limit }
    }

    /// A connection, the one that was used last if any is idle.
    pub fn take(&mut self, now: Instant) -> Result<C::Connection, Refusal> {
        self.forget_old(now);
        while let Some((_, connection)) = self.idle.pop_back() {
            if self.connect.is_alive(&connection) {
                self.used += 1;
                return Ok(connection);
            }
        }
        if self.used == self.limit {
            return Err(Refusal::Exhausted { limit: self.limit });
        }
        let connection = self.connect.connect()?;
        self.used += 1;
        Ok(connection)
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some((since, _)) = self.idle.front() {
            if now.duration_since(*since) < IDLE {
                break;
            }
            self.idle.pop_front();
        }
    }
}

macro_rules! named {
    ($($name:ident),+) => {
        $(
            pub fn $name() -> &'static str {
                stringify!($name)
            }
        )+
    };
}

named!(reader, writer);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known() {
        assert_eq!(NAMES[0], reader());
        assert_eq!(NAMES[1], writer());
        assert_eq!(NAMES.len(), 2, "there are two of them");
    }
}
