//! The first state of a connection.

use os_api::runtime::connection::{ConnectionState, ConnectionStatus};

/// The state without a control plane.
pub fn off_state() -> ConnectionState {
    ConnectionState { status: ConnectionStatus::Off, ..unbound_state() }
}

/// The state of a runtime that is not bound.
pub fn unbound_state() -> ConnectionState {
    ConnectionState {
        status: ConnectionStatus::Unbound,
        environment_id: None,
        generation: None,
        desired_generation: None,
        last_sync: None,
        error: None,
    }
}
