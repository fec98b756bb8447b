//! `POST /api/v1/cloud/examples`.

use crate::http::extract::{Data, Json};
use crate::workflow::examples;
use crate::{Code, Control, Result};
use axum::extract::State;
use os_api::package::{PublishExamples, PublishedExamples};
use os_identity::{OrganizationId, SignedIn};

pub async fn publish(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Json(body): Json<PublishExamples>,
) -> Result<Data<PublishedExamples>> {
    let active = actor.user().and_then(|user| user.active_organization());
    let owner = body.organization_id.map(OrganizationId).or(active).ok_or_else(|| {
        Code::MissingRequiredField
            .error("`organization_id` is required: which organization shall own them?")
    })?;
    let prepared = examples::prepare(&control.db, &actor, &control.config, owner).await?;
    let mut tx = control.db.write().await?;
    let published = examples::publish(&mut tx, &actor, prepared).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(PublishedExamples { published }))
}
