//! GraphQL over WebSockets: the protocol on real sockets, limits, the session's end, and what is told of a ticket.

mod limits;
mod live;
mod operations;
mod protocol;
mod session;
