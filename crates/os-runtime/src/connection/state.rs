//! The first state of a connection.

use os_api::runtime::connection::{ConnectionState, ConnectionStatus};

/// Returns the state without a control plane.
pub fn off_state() -> ConnectionState {
    ConnectionState { status: ConnectionStatus::Off, ..unbound_state() }
}

/// Returns the state of a runtime that is not bound.
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
