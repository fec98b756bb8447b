//! The ids of identity: UUIDv7, stored as text.

os_db::text_id! {
    ApiKeyId,
    DeviceCodeId,
    EventId,
    InvitationId,
    MemberId,
    OrganizationId,
    SessionId,
    UserId,
}
